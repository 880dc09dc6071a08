package io.seedfall.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class Hash256Test {
  private static final String HEX =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";

  @Test
  void itIsThirtyTwoBytes() {
    byte[] bytes = Hash256.parse(HEX).toBytes();
    assertThat(bytes).hasSize(Hash256.BYTES).startsWith(0, 1, 2).endsWith(0x1e, 0xff);
    assertThat(Hash256.of(bytes)).isEqualTo(Hash256.parse(HEX)).hasToString(HEX);
    assertThat(Hash256.of(bytes).hex()).isEqualTo(HEX);
    assertThat(Hash256.parse(HEX.toUpperCase(Locale.ROOT)).hex()).isEqualTo(HEX);
    assertThat(Hash256.ZERO.hex()).isEqualTo("0".repeat(64));
  }

  @Test
  void itReadsAndWritesInTheMiddleOfAnArray() {
    byte[] target = new byte[40];
    Hash256.parse(HEX).copyTo(target, 5);
    assertThat(Hash256.of(target, 5)).isEqualTo(Hash256.parse(HEX));
    assertThat(Hash256.of(target, 8)).isNotEqualTo(Hash256.parse(HEX));
    assertThatThrownBy(() -> Hash256.of(target, 9)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hash256.of(target, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherLengthsAreRefused() {
    assertThatThrownBy(() -> Hash256.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    for (String bad : new String[] {"", HEX.substring(1), HEX + "0", "g" + HEX.substring(1)}) {
      assertThatThrownBy(() -> Hash256.parse(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void itKeepsItsBytesToItself() {
    byte[] source = new byte[32];
    Hash256 hash = Hash256.of(source);
    source[0] = 1;
    hash.toBytes()[1] = 1;
    assertThat(hash).isEqualTo(Hash256.ZERO).hasSameHashCodeAs(Hash256.ZERO);
  }

  @Test
  void hashesSortByUnsignedBytes() {
    byte[] high = new byte[32];
    Arrays.fill(high, (byte) 0x80);
    assertThat(Hash256.of(high)).isGreaterThan(Hash256.parse("7f" + "ff".repeat(31)));
    assertThat(Hash256.ZERO).isLessThan(Hash256.parse(HEX));
    assertThat(Hash256.ZERO).isEqualByComparingTo(Hash256.of(new byte[32]));
  }

  @Test
  void anInfoHashIsAHashWithAShortForm() {
    InfoHash infoHash = InfoHash.parse(HEX);
    assertThat(infoHash.hash()).isEqualTo(Hash256.parse(HEX));
    assertThat(infoHash.wire()).isEqualTo(WireHash.parse(HEX.substring(0, 40)));
    assertThat(infoHash).hasToString(HEX);
    assertThat(infoHash.hex()).isEqualTo(HEX);
    assertThat(infoHash).isGreaterThan(new InfoHash(Hash256.ZERO));
    assertThatThrownBy(() -> InfoHash.parse("00")).isInstanceOf(IllegalArgumentException.class);
  }
}
