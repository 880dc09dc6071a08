package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProgressIntervalTest {
  @Test
  void aShortPushIsWatchedCloselyAndALongOneOnceASecond() {
    assertThat(AgentLoop.progressNanos(0)).isEqualTo(AgentLoop.PROGRESS_MIN_NANOS);
    assertThat(AgentLoop.progressNanos(10 * AgentLoop.PROGRESS_MIN_NANOS))
        .isEqualTo(AgentLoop.PROGRESS_MIN_NANOS);
    assertThat(AgentLoop.progressNanos(5_000_000_000L)).isEqualTo(500_000_000L);
    assertThat(AgentLoop.progressNanos(10 * AgentLoop.PROGRESS_MAX_NANOS + 10))
        .isEqualTo(AgentLoop.PROGRESS_MAX_NANOS);
  }
}
