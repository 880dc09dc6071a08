package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ProgressPaceTest {
  private final long now = Long.MAX_VALUE - 5; // a clock may run over
  private final ProgressPace pace = new ProgressPace(now, new Random(1));

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

  @Test
  void aCoordinatorOfManyIsToldSeldomAndNotByAllAtOnce() {
    pace.asked(5_000);
    for (int i = 0; i < 100; i++) {
      assertThat(waitAfter(0)).isBetween(2_500_000_000L, 5_000_000_000L);
    }
    assertThat(waitAfter(0)).isNotEqualTo(waitAfter(0));
    pace.asked(100);
    assertThat(waitAfter(0)).isEqualTo(ProgressPace.WAIT_MIN_NANOS);
    pace.asked(0);
    assertThat(waitAfter(Long.MAX_VALUE)).isEqualTo(ProgressPace.WAIT_MAX_NANOS);
  }

  @Test
  void nobodyMayAskForSilence() {
    pace.asked(Integer.MAX_VALUE);
    assertThat(waitAfter(0)).isBetween(30_000_000_000L, 60_000_000_000L);
    pace.asked(-1);
    assertThat(waitAfter(0)).isEqualTo(ProgressPace.WAIT_MIN_NANOS);
  }
}
