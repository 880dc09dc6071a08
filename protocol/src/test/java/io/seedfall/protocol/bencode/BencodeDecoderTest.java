package io.seedfall.protocol.bencode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.bencode.BencodeDecoder.Decoded;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BencodeDecoderTest {
  private static final String TOO_LARGE = "9223372036854775808";

  @Test
  void theExamplesOfBep3Decode() {
    assertThat(value("4:spam")).isEqualTo(BencodeString.of("spam"));
    assertThat(value("i3e")).isEqualTo(new BencodeInteger(3));
    assertThat(value("i-3e")).isEqualTo(new BencodeInteger(-3));
    assertThat(value("i0e")).isEqualTo(new BencodeInteger(0));
    assertThat(value("l4:spam4:eggse"))
        .isEqualTo(new BencodeList(List.of(BencodeString.of("spam"), BencodeString.of("eggs"))));
    assertThat(value("d3:cow3:moo4:spam4:eggse"))
        .isEqualTo(BencodeDictionary.builder().put("spam", "eggs").put("cow", "moo").build());
    assertThat(value("d4:spaml1:a1:bee"))
        .isEqualTo(BencodeDictionary.builder().put("spam", list("a", "b")).build());
  }

  @Test
  void emptyValuesDecode() {
    assertThat(value("0:")).isEqualTo(BencodeString.EMPTY);
    assertThat(value("le")).isEqualTo(new BencodeList(List.of()));
    assertThat(value("de")).isEqualTo(BencodeDictionary.EMPTY);
    assertThat(value("d0:0:e")).isEqualTo(BencodeDictionary.builder().put("", "").build());
  }

  @Test
  void integersFillSixtyFourBitsAndNoMore() {
    assertThat(value("i9223372036854775807e")).isEqualTo(new BencodeInteger(Long.MAX_VALUE));
    assertThat(value("i-9223372036854775808e")).isEqualTo(new BencodeInteger(Long.MIN_VALUE));
    assertMalformed("i" + TOO_LARGE + "e", "beyond 64 bits");
    assertMalformed("i-9223372036854775809e", "beyond 64 bits");
    assertMalformed("i99999999999999999999999999e", "beyond 64 bits");
    assertMalformed("i-" + "9".repeat(1000) + "e", "beyond 64 bits");
  }

  @Test
  void integersThatAreNotCanonicalAreRefused() {
    for (String text : List.of("i03e", "i-0e", "i00e", "i-01e")) {
      assertMalformed(text, "leading zero");
    }
    for (String text : List.of("ie", "i-e", "i+1e", "i 1e", "i1.0e", "i--1e", "i1-e", "ixe")) {
      assertMalformed(text, "not a digit");
    }
    for (String text : List.of("i", "i-", "i1", "i-1")) {
      assertMalformed(text, "end within");
    }
  }

  @Test
  void stringLengthsThatAreNotCanonicalAreRefused() {
    assertMalformed("00:", "leading zero");
    assertMalformed("04:spam", "leading zero");
    assertMalformed("-1:a", "neither i, l, d nor a digit");
    assertMalformed("+1:a", "neither");
    assertMalformed(":", "neither");
    assertMalformed("1a", "no colon");
    assertMalformed("1", "end within");
    assertMalformed("", "end within");
    assertMalformed("x", "neither");
  }

  @Test
  void aLengthPrefixIsAtMostWhatRemains() {
    assertThat(value("3:abc")).isEqualTo(BencodeString.of("abc"));
    assertMalformed("4:abc", "a string of 4 bytes where 3 remain");
    assertMalformed("2147483647:a", "a string of 2147483647 bytes where 1 remain");
    assertMalformed("4294967297:a", "a string of 4294967297 bytes where 1 remain");
    assertMalformed("9999999999:a", "a string of 9999999999 bytes");
    assertMalformed("10000000000:a", "more than 10 digits");
    assertMalformed("9".repeat(500) + ":a", "more than 10 digits");
  }

  @Test
  void keysAscendStrictlyByRawBytes() {
    assertThat(value("d1:a0:2:aa0:1:b0:e")).isInstanceOf(BencodeDictionary.class);
    assertThat(value("d1:\u007f0:1:\u00800:1:\u00ff0:e")).isInstanceOf(BencodeDictionary.class);
    assertMalformed("d1:b0:1:a0:e", "key 'a' not above 'b'");
    assertMalformed("d1:a0:1:a0:e", "key 'a' not above 'a'");
    assertMalformed("d2:aa0:1:a0:e", "not above");
    assertMalformed("d1:\u00800:1:\u007f0:e", "not above");
    assertMalformed("di1e0:e", "a key that is no string");
    assertMalformed("dlee", "a key that is no string");
    assertMalformed("d1:ae", "neither");
  }

  @Test
  void nestingStopsAtTheLimit() {
    for (int depth : new int[] {0, 1, 5, BencodeLimits.DEPTH_MAX}) {
      BencodeLimits limits = new BencodeLimits(depth, 1000, 1000);
      assertThat(decode("l".repeat(depth) + "i1e" + "e".repeat(depth), limits))
          .isInstanceOf(Decoded.Value.class);
      assertMalformed("l".repeat(depth + 1) + "e".repeat(depth + 1), "nested more than", limits);
      assertMalformed("d0:".repeat(depth + 1) + "0:" + "e".repeat(depth + 1), "nested", limits);
    }
    assertMalformed("l".repeat(5_000_000), "nested more than 32 deep");
    assertMalformed("d1:a".repeat(5_000_000), "nested more than 32 deep");
  }

  @Test
  void nestingSideBySideIsNotDeep() {
    assertThat(decode("l" + "le".repeat(100) + "e", new BencodeLimits(2, 1000, 1000)))
        .isInstanceOf(Decoded.Value.class);
    assertThat(decode("l" + "d0:lee".repeat(100) + "e", new BencodeLimits(3, 1000, 1000)))
        .isInstanceOf(Decoded.Value.class);
  }

  @Test
  void itemsStopAtTheLimit() {
    BencodeLimits limits = new BencodeLimits(4, 5, 1000);
    assertThat(decode("l0:0:0:0:e", limits)).isInstanceOf(Decoded.Value.class);
    assertMalformed("l0:0:0:0:0:e", "more than 5 items", limits);
    assertThat(decode("d1:a0:1:b0:e", limits)).isInstanceOf(Decoded.Value.class);
    assertMalformed("d1:a0:1:b0:1:c0:e", "more than 5 items", limits);
    int most = BencodeLimits.ITEMS_MAX;
    assertThat(decode("l" + "0:".repeat(most - 1) + "e")).isInstanceOf(Decoded.Value.class);
    assertMalformed("l" + "0:".repeat(most) + "e", "more than " + most + " items");
  }

  @Test
  void bytesStopAtTheLimit() {
    BencodeLimits limits = new BencodeLimits(1, 10, 6);
    assertThat(decode("4:spam", limits)).isInstanceOf(Decoded.Value.class);
    assertMalformed("5:spams", "7 bytes (expected: <= 6)", limits);
    byte[] largest = new byte[BencodeLimits.BYTES_MAX];
    byte[] prefix = ((largest.length - 9) + ":").getBytes(ISO_8859_1);
    System.arraycopy(prefix, 0, largest, 0, prefix.length);
    assertThat(BencodeDecoder.decode(largest)).isInstanceOf(Decoded.Value.class);
    assertThat(BencodeDecoder.decode(Arrays.copyOf(largest, largest.length + 1)))
        .isEqualTo(new Decoded.Malformed("67108865 bytes (expected: <= 67108864)"));
  }

  @Test
  void aLimitOfAPrefixCountsItsOwnBytesOnly() {
    BencodeLimits limits = new BencodeLimits(1, 10, 6);
    byte[] bytes = "xx4:spamyyyy".getBytes(ISO_8859_1);
    assertThat(BencodeDecoder.decodePrefix(bytes, 2, limits))
        .isEqualTo(new Decoded.Value(BencodeString.of("spam"), 8));
    Decoded longer = BencodeDecoder.decodePrefix("5:spamsyy".getBytes(ISO_8859_1), 0, limits);
    assertThat(longer).isInstanceOf(Decoded.Malformed.class);
    Decoded list = BencodeDecoder.decodePrefix("li1ei2eeyy".getBytes(ISO_8859_1), 0, limits);
    assertThat(list).isEqualTo(new Decoded.Malformed("byte 6: a value of more than 6 bytes"));
  }

  @Test
  void limitsHaveLimits() {
    assertThat(new BencodeLimits(0, 1, 1)).isNotNull();
    assertThat(new BencodeLimits(32, 1, 1)).isNotNull();
    assertThatThrownBy(() -> new BencodeLimits(33, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BencodeLimits(-1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BencodeLimits(1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BencodeLimits(1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingMayFollowAWholeValue() {
    assertMalformed("i1ei2e", "byte 3: 3 bytes too many");
    assertMalformed("i1e\n", "1 bytes too many");
  }

  @Test
  void aPrefixSaysWhereItEnds() {
    byte[] bytes = "d8:msg_typei1ee<raw bytes>".getBytes(ISO_8859_1);
    assertThat(BencodeDecoder.decodePrefix(bytes, 0, BencodeLimits.PEER_MESSAGE))
        .isEqualTo(new Decoded.Value(BencodeDictionary.builder().put("msg_type", 1).build(), 15));
    assertThat(BencodeDecoder.decodePrefix(bytes, bytes.length, BencodeLimits.PEER_MESSAGE))
        .isInstanceOf(Decoded.Malformed.class);
    assertThatThrownBy(
            () -> BencodeDecoder.decodePrefix(bytes, bytes.length + 1, BencodeLimits.PEER_MESSAGE))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BencodeDecoder.decodePrefix(bytes, -1, BencodeLimits.PEER_MESSAGE))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void whatEncodesDecodesToTheSame() {
    Seeds.check(
        2_000,
        random -> {
          BencodeValue value = BencodeValues.random(random, 4);
          byte[] bytes = BencodeEncoder.encode(value);
          assertThat(BencodeDecoder.decode(bytes))
              .isEqualTo(new Decoded.Value(value, bytes.length));
        });
  }

  @Test
  void truncatedValuesAreMalformedAtEveryLength() {
    Seeds.check(
        200,
        random -> {
          byte[] bytes = BencodeEncoder.encode(BencodeValues.random(random, 3));
          for (int length = 0; length < bytes.length; length++) {
            assertThat(BencodeDecoder.decode(Arrays.copyOf(bytes, length)))
                .isInstanceOf(Decoded.Malformed.class);
          }
        });
  }

  @Test
  void hostileBytesNeverThrowAndWhatDecodesIsCanonical() {
    Seeds.check(
        20_000,
        random -> {
          byte[] bytes = BencodeEncoder.encode(BencodeValues.random(random, 4));
          for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes[at] =
                random.nextBoolean()
                    ? (byte) "0123456789:-ilde".charAt(random.nextInt(16))
                    : (byte) random.nextInt();
          }
          bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
          BencodeLimits limits =
              new BencodeLimits(random.nextInt(6), 1 + random.nextInt(20), 1 + random.nextInt(99));
          BencodeDecoder.decode(bytes, limits);
          if (BencodeDecoder.decodePrefix(bytes, 0, BencodeLimits.TORRENT_FILE)
              instanceof Decoded.Value(BencodeValue value, int end)) {
            assertThat(BencodeEncoder.encode(value)).isEqualTo(Arrays.copyOf(bytes, end));
          }
        });
  }

  private static BencodeList list(String... texts) {
    return new BencodeList(Arrays.stream(texts).<BencodeValue>map(BencodeString::of).toList());
  }

  private static BencodeValue value(String text) {
    if (decode(text) instanceof Decoded.Value(BencodeValue value, int end)) {
      assertThat(end).isEqualTo(text.length());
      return value;
    }
    throw new AssertionError(text + ": " + decode(text));
  }

  private static Decoded decode(String text) {
    return BencodeDecoder.decode(text.getBytes(ISO_8859_1));
  }

  private static Decoded decode(String text, BencodeLimits limits) {
    return BencodeDecoder.decode(text.getBytes(ISO_8859_1), limits);
  }

  private static void assertMalformed(String text, String reason) {
    assertMalformed(text, reason, BencodeLimits.TORRENT_FILE);
  }

  private static void assertMalformed(String text, String reason, BencodeLimits limits) {
    Decoded decoded = decode(text, limits);
    assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
    assertThat(decoded.toString()).contains(reason);
  }
}
