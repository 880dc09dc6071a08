package io.seedfall.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PeerIdTest {
  @Test
  void aNewIdSaysWhoseItIsAndIsDifferentEachTime() {
    SplittableRandom random = new SplittableRandom(1);
    PeerId first = PeerId.random(random);
    assertThat(first.toBytes()).hasSize(PeerId.BYTES);
    assertThat(new String(first.toBytes(), 0, 8, StandardCharsets.US_ASCII)).isEqualTo("-SF0100-");
    assertThat(PeerId.random(random)).isNotEqualTo(first);
    assertThat(PeerId.random(new SplittableRandom(1))).isEqualTo(first);
  }

  @Test
  void itIsTwentyBytes() {
    assertThat(PeerId.of(new byte[20])).hasToString("00".repeat(20));
    assertThatThrownBy(() -> PeerId.of(new byte[19])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PeerId.of(new byte[21]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("21 bytes");
  }

  @Test
  void itKeepsItsBytesToItself() {
    byte[] source = new byte[20];
    PeerId id = PeerId.of(source);
    source[0] = 1;
    id.toBytes()[1] = 1;
    assertThat(id).isEqualTo(PeerId.of(new byte[20])).hasSameHashCodeAs(PeerId.of(new byte[20]));
  }

  @Test
  void idsSortByUnsignedBytes() {
    byte[] high = new byte[20];
    high[0] = (byte) 0x80;
    byte[] low = new byte[20];
    low[0] = 0x7f;
    assertThat(PeerId.of(high)).isGreaterThan(PeerId.of(low));
  }
}
