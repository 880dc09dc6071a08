package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProgressPaceTest {
  private final long now = Long.MAX_VALUE - 5; // a clock may run over
  private final ProgressPace pace = new ProgressPace(now);

  private long waitAt(long laterNanos) {
    return pace.waitNanos(now + laterNanos);
  }

  private long waitAfter(long ageNanos) {
    pace.looked(now, ageNanos);
    return waitAt(0);
  }

  @Test
  void progressIsDueAtOnceAndThenAfterItsPause() {
    assertThat(waitAt(0)).isZero();
    pace.looked(now, 0);
    assertThat(waitAt(ProgressPace.WAIT_MIN_NANOS - 1)).isEqualTo(1);
    assertThat(waitAt(ProgressPace.WAIT_MIN_NANOS)).isZero();
    assertThat(waitAt(ProgressPace.WAIT_MIN_NANOS + 1)).isZero();
  }

  @Test
  void aShortPushIsWatchedCloselyAndALongOneOnceASecond() {
    assertThat(waitAfter(0)).isEqualTo(ProgressPace.WAIT_MIN_NANOS);
    assertThat(waitAfter(10 * ProgressPace.WAIT_MIN_NANOS)).isEqualTo(ProgressPace.WAIT_MIN_NANOS);
    assertThat(waitAfter(5_000_000_000L)).isEqualTo(500_000_000L);
    assertThat(waitAfter(10 * ProgressPace.WAIT_MAX_NANOS)).isEqualTo(ProgressPace.WAIT_MAX_NANOS);
    assertThat(waitAfter(Long.MAX_VALUE)).isEqualTo(ProgressPace.WAIT_MAX_NANOS);
  }
}
