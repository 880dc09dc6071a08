package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GarbageWatchTest {
  @Test
  void aHeapIsCollectedWhenItHasGrownByMoreThanTheLimit() {
    long kept = 11L << 20;
    assertThat(GarbageWatch.isDue(kept + GarbageWatch.GROWTH_BYTES_MIN, kept)).isFalse();
    assertThat(GarbageWatch.isDue(kept + GarbageWatch.GROWTH_BYTES_MIN + 1, kept)).isTrue();
    assertThat(GarbageWatch.isDue(0, kept)).isFalse();
  }

  @Test
  void aLargeHeapIsCollectedWhenItHasGrownByHalf() {
    long kept = 150L << 20;
    assertThat(GarbageWatch.isDue(kept + kept / 2, kept)).isFalse();
    assertThat(GarbageWatch.isDue(kept + kept / 2 + 1, kept)).isTrue();
  }

  @Test
  void collectionsTakeAFiftiethOfTheTimeAtMost() {
    assertThat(GarbageWatch.pauseMillis(20_000_000)).isEqualTo(1_000);
    assertThat(GarbageWatch.pauseMillis(21_000_000)).isEqualTo(1_050);
    assertThat(GarbageWatch.pauseMillis(0)).isEqualTo(1_000);
  }
}
