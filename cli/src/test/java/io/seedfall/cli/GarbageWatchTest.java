package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GarbageWatchTest {
  @Test
  void aHeapIsCollectedWhenItHasGrownByMoreThanTheLimit() {
    long kept = 11L << 20;
    assertThat(GarbageWatch.isDue(kept + GarbageWatch.GROWTH_BYTES_MAX, kept)).isFalse();
    assertThat(GarbageWatch.isDue(kept + GarbageWatch.GROWTH_BYTES_MAX + 1, kept)).isTrue();
    assertThat(GarbageWatch.isDue(0, kept)).isFalse();
  }
}
