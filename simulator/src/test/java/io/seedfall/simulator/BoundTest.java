package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class BoundTest {
  private static final long FIVE_GB = 5_000_000_000L;

  @Test
  void theBoundIsTheFileOverTheCardAndOnePieceForEachDoubling() {
    assertThat(Bound.nanos(FIVE_GB, 1_000, 1_000, FIVE_GB, FIVE_GB, 0)).isEqualTo(1_009_000_000);
    assertThat(Bound.nanos(FIVE_GB, 1_000, 1_023, FIVE_GB, FIVE_GB, 0)).isEqualTo(1_009_000_000);
    assertThat(Bound.nanos(FIVE_GB, 1_000, 1_024, FIVE_GB, FIVE_GB, 0)).isEqualTo(1_010_000_000);
    assertThat(Bound.nanos(FIVE_GB, 1_000, 1, FIVE_GB, FIVE_GB, 0)).isEqualTo(1_000_000_000);
  }

  @Test
  void aSlowSourceNeedsItsOwnTimeForTheFileAndTheOthersTheirsForTheDoublings() {
    assertThat(Bound.nanos(FIVE_GB, 1_000, 1_000, FIVE_GB, FIVE_GB / 2, 0))
        .isEqualTo(2_009_000_000);
  }

  @Test
  void aFastSourceHelpsNobody() {
    assertThat(Bound.nanos(FIVE_GB, 1_000, 1_000, FIVE_GB, 4 * FIVE_GB, 0))
        .isEqualTo(1_009_000_000);
  }

  @Test
  void theLastJoinIsAdded() {
    assertThat(Bound.nanos(FIVE_GB, 1_000, 1_000, FIVE_GB, FIVE_GB, 300_000_000))
        .isEqualTo(1_309_000_000);
  }

  @Test
  void aScenarioKnowsItsSourceAndItsLateJoiners() {
    Scenario scenario =
        Scenario.deploy(16, 1 << 20)
            .pieceBytes(1 << 16)
            .network(NetworkSettings.flat(1 << 20, 0))
            .machine(0, machine -> machine.withLink(1 << 19))
            .machine(3, machine -> machine.withJoin(7_000));
    assertThat(scenario.boundNanos()).isEqualTo(2_250_007_000L);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> Bound.nanos(0, 1, 1, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Bound.nanos(1, 1, 1, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
