package io.seedfall.protocol.bencode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BencodeValueTest {
  @Test
  void aStringIsTextOnlyIfItsBytesAreUtf8() {
    assertThat(BencodeString.of("grüße 🌱").asText()).isEqualTo("grüße 🌱");
    assertThat(BencodeString.of("\ufffd").asText()).isEqualTo("\ufffd");
    assertThat(BencodeString.EMPTY.asText()).isEmpty();
    assertThat(bytes(0xff).asText()).isNull();
    assertThat(bytes(0xc0, 0x80).asText()).as("an overlong NUL").isNull();
    assertThat(bytes(0xed, 0xa0, 0x80).asText()).as("half a surrogate pair").isNull();
    assertThat(bytes('a', 0xe2, 0x82).asText()).as("cut short").isNull();
  }

  @Test
  void aStringKeepsItsBytesToItself() {
    byte[] source = "spam".getBytes(US_ASCII);
    BencodeString string = BencodeString.of(source);
    source[0] = 'S';
    string.toBytes()[1] = 'P';
    assertThat(string).isEqualTo(BencodeString.of("spam"));
    assertThat(string).hasSameHashCodeAs(BencodeString.of("spam"));
    assertThat(string.length()).isEqualTo(4);
  }

  @Test
  void aStringShowsItselfShortAndHarmless() {
    assertThat(BencodeString.of("spam")).hasToString("'spam'");
    assertThat(bytes(0x1b, '[', 0xff)).hasToString("0x1b5bff");
    assertThat(bytes(0x7f)).hasToString("0x7f");
    assertThat(BencodeString.of("a".repeat(64))).hasToString("'" + "a".repeat(64) + "'");
    assertThat(BencodeString.of("a".repeat(65)))
        .hasToString("'" + "a".repeat(64) + "'... (65 bytes)");
  }

  @Test
  void keysSortByUnsignedBytes() {
    assertThat(
            BencodeDictionary.builder()
                .put("zz", 1)
                .put(bytes(0xff), BencodeString.EMPTY)
                .put("a", 2)
                .put("", 3)
                .build()
                .entries())
        .extracting(BencodeDictionary.Entry::key)
        .containsExactly(
            BencodeString.EMPTY, BencodeString.of("a"), BencodeString.of("zz"), bytes(0xff));
  }

  @Test
  void aDictionaryIsAskedByKey() {
    BencodeDictionary dictionary = BencodeDictionary.builder().put("ä", 1).build();
    assertThat(dictionary.get("ä")).isEqualTo(new BencodeInteger(1));
    assertThat(dictionary.get(BencodeString.of("ä"))).isEqualTo(new BencodeInteger(1));
    assertThat(dictionary.get("a")).isNull();
    assertThat(dictionary).hasToString("{0xc3a4=BencodeInteger[value=1]}");
  }

  @Test
  void aKeyIsPutOnce() {
    var builder = BencodeDictionary.builder().put("a", 1);
    assertThatThrownBy(() -> builder.put("a", 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'a'");
  }

  @Test
  void aBuilderMayGoOnWithoutChangingWhatItBuilt() {
    var builder = BencodeDictionary.builder().put("a", 1);
    BencodeDictionary first = builder.build();
    builder.put("b", 2);
    assertThat(first.entries())
        .containsExactly(new BencodeDictionary.Entry(BencodeString.of("a"), new BencodeInteger(1)));
    assertThat(first).isNotEqualTo(builder.build());
    assertThat(first).isEqualTo(BencodeDictionary.builder().put("a", 1).build());
    assertThat(first).hasSameHashCodeAs(BencodeDictionary.builder().put("a", 1).build());
  }

  @Test
  void aListKeepsItsValues() {
    List<BencodeValue> values = new ArrayList<>(List.of(new BencodeInteger(1)));
    BencodeList list = new BencodeList(values);
    values.clear();
    assertThat(list.values()).containsExactly(new BencodeInteger(1));
  }

  @Test
  void valuesEncodeCanonically() {
    BencodeValue value =
        BencodeDictionary.builder()
            .put("spam", new BencodeList(List.of(new BencodeInteger(-12), BencodeString.EMPTY)))
            .put("cow", "moo")
            .put("e", BencodeDictionary.EMPTY)
            .build();
    assertThat(new String(BencodeEncoder.encode(value), US_ASCII))
        .isEqualTo("d3:cow3:moo1:ede4:spamli-12e0:ee");
  }

  private static BencodeString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return BencodeString.of(bytes);
  }
}
