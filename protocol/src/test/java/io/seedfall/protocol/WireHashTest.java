package io.seedfall.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class WireHashTest {
  private static final String HEX = "000102030405060708090a0b0c0d0e0f10fdfeff";

  @Test
  void itIsAValueOfTwentyBytes() {
    WireHash hash = WireHash.parse(HEX);
    assertThat(hash.toBytes()).hasSize(20).startsWith(0, 1, 2).endsWith(0xfd, 0xfe, 0xff);
    assertThat(hash).hasToString(HEX).isEqualTo(WireHash.of(hash.toBytes()));
    assertThat(hash).hasSameHashCodeAs(WireHash.of(hash.toBytes()));
    assertThat(hash.hex()).isEqualTo(HEX);
    assertThat(hash).isNotEqualTo(WireHash.parse("00".repeat(20)));
    assertThat(WireHash.of(new byte[21], 1)).isEqualTo(WireHash.parse("00".repeat(20)));
  }

  @Test
  void bytesAreCopiedInAndOut() {
    byte[] mine = new byte[20];
    WireHash hash = WireHash.of(mine);
    mine[0] = 1;
    hash.toBytes()[1] = 1;
    assertThat(hash.hex()).isEqualTo("00".repeat(20));
  }

  @Test
  void anotherLengthIsAMistakeOfOurs() {
    for (int length : new int[] {0, 19, 21, 32}) {
      assertThatThrownBy(() -> WireHash.of(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> WireHash.of(new byte[20], 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WireHash.of(new byte[20], -1))
        .isInstanceOf(IllegalArgumentException.class);
    for (String hex : new String[] {"", HEX + "0", HEX.substring(1), HEX.replace('a', 'g')}) {
      assertThatThrownBy(() -> WireHash.parse(hex)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theyAreOrderedByUnsignedBytes() {
    WireHash[] hashes = {
      WireHash.parse("ff" + "00".repeat(19)),
      WireHash.parse("7f" + "ff".repeat(19)),
      WireHash.parse("00".repeat(20))
    };
    Arrays.sort(hashes);
    assertThat(hashes)
        .extracting(hash -> hash.toBytes()[0])
        .containsExactly((byte) 0, (byte) 127, (byte) -1);
  }
}
