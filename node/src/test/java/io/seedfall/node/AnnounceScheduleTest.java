package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.tracker.AnnounceEvent;
import io.seedfall.protocol.tracker.AnnounceResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AnnounceScheduleTest {
  private static AnnounceResponse.Peers answer(int interval, int least) {
    return new AnnounceResponse.Peers(interval, least, 0, 0, List.of());
  }

  @Test
  void itIsStartedOnceSomebodyAnswersAndThenAnnouncedEachInterval() {
    AnnounceSchedule schedule = new AnnounceSchedule(false, 1_000);
    assertThat(schedule.dueMillis(false)).isEqualTo(1_000);
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.STARTED);
    assertThat(schedule.isStarted()).isFalse();
    schedule.failed(1_000);
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.STARTED);
    schedule.answered(AnnounceEvent.STARTED, answer(300, 30), 2_000);
    assertThat(schedule.isStarted()).isTrue();
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.NONE);
    assertThat(schedule.dueMillis(false)).isEqualTo(302_000);
  }

  @Test
  void whoIsAloneAsksAgainAfterTheLeastIntervalWhenThereIsOne() {
    AnnounceSchedule schedule = new AnnounceSchedule(false, 0);
    schedule.answered(AnnounceEvent.STARTED, answer(300, 30), 0);
    assertThat(schedule.dueMillis(true)).isEqualTo(30_000);
    schedule.answered(AnnounceEvent.NONE, answer(300, 0), 30_000);
    assertThat(schedule.dueMillis(true)).as("none said").isEqualTo(330_000);
    schedule.answered(AnnounceEvent.NONE, answer(300, 900), 0);
    assertThat(schedule.dueMillis(true)).as("beyond the interval").isEqualTo(300_000);
  }

  @Test
  void aTrackerThatWantsToHearEverySecondIsNotObeyed() {
    AnnounceSchedule schedule = new AnnounceSchedule(false, 0);
    schedule.answered(AnnounceEvent.STARTED, answer(1, 1), 0);
    assertThat(schedule.dueMillis(false)).isEqualTo(5_000);
    assertThat(schedule.dueMillis(true)).isEqualTo(5_000);
    schedule.answered(AnnounceEvent.STARTED, answer(6, 1), 0);
    assertThat(schedule.dueMillis(false)).isEqualTo(6_000);
  }

  @Test
  void completionIsSaidAtOnceAndOnce() {
    AnnounceSchedule schedule = new AnnounceSchedule(false, 0);
    schedule.answered(AnnounceEvent.STARTED, answer(300, 30), 0);
    schedule.completed(10_000);
    assertThat(schedule.dueMillis(false)).isEqualTo(10_000);
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.COMPLETED);
    schedule.answered(AnnounceEvent.COMPLETED, answer(300, 30), 10_001);
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.NONE);
    assertThat(schedule.dueMillis(false)).isEqualTo(310_001);
    schedule.completed(10_002); // its last words are of a transfer that is complete still
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.NONE);
    assertThat(schedule.dueMillis(false)).isEqualTo(310_001);
  }

  @Test
  void whatWasCompleteAtTheBeginIsNeverSaidToBeCompleted() {
    AnnounceSchedule schedule = new AnnounceSchedule(true, 0);
    schedule.answered(AnnounceEvent.STARTED, answer(300, 30), 0);
    schedule.completed(10_000);
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.NONE);
    assertThat(schedule.dueMillis(false)).isEqualTo(300_000);
  }

  @Test
  void completionDoesNotCutAPauseShort() {
    AnnounceSchedule schedule = new AnnounceSchedule(false, 0);
    schedule.failed(0);
    schedule.completed(1);
    assertThat(schedule.dueMillis(false)).isEqualTo(15_000);
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.STARTED);
    schedule.answered(AnnounceEvent.STARTED, answer(300, 30), 15_000);
    assertThat(schedule.event()).isEqualTo(AnnounceEvent.COMPLETED);
    assertThat(schedule.dueMillis(false)).isEqualTo(15_000);
  }

  @Test
  void thePauseDoublesUpToItsLimitAndIsForgottenWithAnAnswer() {
    AnnounceSchedule schedule = new AnnounceSchedule(false, 0);
    for (long pause : new long[] {15, 30, 60, 120, 240, 480, 900, 900, 900}) {
      schedule.failed(0);
      assertThat(schedule.dueMillis(false)).isEqualTo(pause * 1_000);
      assertThat(schedule.dueMillis(true)).isEqualTo(pause * 1_000);
    }
    for (int i = 0; i < 100; i++) {
      schedule.failed(0);
    }
    assertThat(schedule.dueMillis(false)).isEqualTo(AnnounceSchedule.PAUSE_MILLIS_MAX);
    schedule.answered(AnnounceEvent.STARTED, answer(300, 30), 0);
    schedule.failed(0);
    assertThat(schedule.dueMillis(false)).isEqualTo(AnnounceSchedule.PAUSE_MILLIS_MIN);
  }
}
