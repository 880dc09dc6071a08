package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerTimesTest {
  private static final long MIN_NANOS = 250_000_000L;
  private static final long MAX_NANOS = 10_000_000_000L;
  private final AnswerTimes answers = new AnswerTimes(MIN_NANOS, MAX_NANOS);

  @Test
  void beforeTheFirstAnswerItIsOneSecond() {
    assertThat(answers.patienceNanos()).isEqualTo(AnswerTimes.FIRST_NANOS);
  }

  @Test
  void fastAnswersAreGivenTheLeastTime() {
    for (int i = 0; i < 10; i++) {
      answers.took(200_000);
    }
    assertThat(answers.patienceNanos()).isEqualTo(MIN_NANOS);
  }

  @Test
  void slowAnswersAreWaitedForAFewTimesAsLong() {
    for (int i = 0; i < 100; i++) {
      answers.took(400_000_000L);
    }
    assertThat(answers.patienceNanos()).isBetween(4 * 400_000_000L, 5 * 400_000_000L);
  }

  @Test
  void nothingIsWaitedForLongerThanTheMost() {
    answers.took(60_000_000_000L);
    assertThat(answers.patienceNanos()).isEqualTo(MAX_NANOS);
  }
}
