package io.seedfall.simulator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FleetTest {
  private static final Experiment HUNDRED =
      Experiment.of(100, 1 << 30, 1 << 20, Topology.flat(1_000_000_000, 75_000));

  @Test
  void theSeedDrawsThatManySlowOnesAndDeathsMidway() {
    Experiment experiment = HUNDRED.withHazards(new Hazards(0.04, 0.5, 0.03, 0));
    Fleet fleet = Fleet.draw(experiment);
    int slow = 0;
    int mortal = 0;
    for (int i = 1; i <= 100; i++) {
      slow += fleet.isFullRate(i) ? 0 : 1;
      if (fleet.isMortal(i)) {
        mortal++;
        double part = (double) fleet.deathNanos(i) / experiment.boundNanos(0);
        assertThat(part).isBetween(0.39, 0.61);
      }
    }
    assertThat(slow).isEqualTo(4);
    assertThat(mortal).isEqualTo(3);
  }

  @Test
  void aShareAboveNothingIsAtLeastOneMachine() {
    Fleet fleet = Fleet.draw(HUNDRED.withHazards(Hazards.NONE.withFailing(0.0001)));
    int mortal = 0;
    for (int i = 1; i <= 100; i++) {
      mortal += fleet.isMortal(i) ? 1 : 0;
    }
    assertThat(mortal).isEqualTo(1);
  }

  @Test
  void oneHazardDoesNotChangeWhomAnotherHits() {
    Fleet few = Fleet.draw(HUNDRED.withHazards(Hazards.NONE.withFailing(0.05)));
    Fleet all = Fleet.draw(HUNDRED.withHazards(new Hazards(0.1, 0.5, 0.05, 1_000_000)));
    for (int i = 1; i <= 100; i++) {
      assertThat(all.isMortal(i)).isEqualTo(few.isMortal(i));
    }
  }

  @Test
  void lateJoinersJoinInTheTimeThatWasSaidAndDieAfterThat() {
    Fleet fleet = Fleet.draw(HUNDRED.withHazards(new Hazards(0, 1, 0.2, 3_000_000)));
    long last = 0;
    for (int i = 1; i <= 100; i++) {
      assertThat(fleet.joinNanos(i)).isBetween(0L, 3_000_000L);
      assertThat(fleet.deathNanos(i)).isGreaterThan(fleet.joinNanos(i));
      last = Math.max(last, fleet.joinNanos(i));
    }
    assertThat(fleet.lastJoinNanos()).isEqualTo(last).isPositive();
  }

  @Test
  void racksAreBlocksOfNeighbouringNumbersAndTheSourceStandsOutside() {
    Experiment racks =
        Experiment.of(100, 1 << 30, 1 << 20, Topology.flat(1_000, 0).withRacks(25, 4));
    Fleet fleet = Fleet.draw(racks);
    assertThat(fleet.rack(0)).isEqualTo(-1);
    assertThat(fleet.rack(1)).isZero();
    assertThat(fleet.rack(4)).isZero();
    assertThat(fleet.rack(5)).isEqualTo(1);
    assertThat(fleet.rack(100)).isEqualTo(24);
    assertThat(fleet.rackBytesPerSecond()).isEqualTo(1_000);
  }
}
