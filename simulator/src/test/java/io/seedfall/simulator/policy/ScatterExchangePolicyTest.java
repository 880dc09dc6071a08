package io.seedfall.simulator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The formula of scatter and exchange against the same thing run flow by flow. */
final class ScatterExchangePolicyTest {
  private static final long RATE = 5_000_000_000L;
  private static final long FILE = 600_000_000;
  private static final Topology FLAT = Topology.flat(RATE, 75_000);

  @Test
  void theFormulaIsTheRunOnAFlatNetwork() {
    sameAsRun(Experiment.of(2, FILE, 1 << 20, FLAT));
    sameAsRun(Experiment.of(30, FILE, 1 << 20, FLAT));
  }

  @Test
  void theFormulaIsTheRunWithASlowSource() {
    sameAsRun(Experiment.of(30, FILE, 1 << 20, FLAT.withSource(RATE / 3)));
  }

  @Test
  void theFormulaIsTheRunWithRacks() {
    sameAsRun(Experiment.of(30, FILE, 1 << 20, FLAT.withRacks(5, 4)));
    sameAsRun(Experiment.of(30, FILE, 1 << 20, FLAT.withRacks(5, 1)));
  }

  @Test
  void theFormulaIsTheRunWithSlowMachinesAndLateJoiners() {
    Hazards hazards = Hazards.NONE.withSlow(0.1, 0.5).withJoinOver(50_000_000);
    sameAsRun(Experiment.of(30, FILE, 1 << 20, FLAT).withHazards(hazards));
  }

  @Test
  void deathsCostWhatTheDeadHadReceivedAndEverybodyElseFinishes() {
    Experiment experiment =
        Experiment.of(100, FILE, 1 << 20, FLAT).withHazards(Hazards.NONE.withFailing(0.05));
    Outcome outcome = Policy.SCATTER_EXCHANGE.run(experiment);
    assertThat(outcome.finished()).isEqualTo(95);
    assertThat(outcome.sourceCopies()).isBetween(1.0, 1.05);
    assertThat(outcome.ratio()).isBetween(1.9, 2.1);
  }

  private static void sameAsRun(Experiment experiment) {
    Outcome formula = Policy.SCATTER_EXCHANGE.run(experiment);
    Fleet fleet = Fleet.draw(experiment);
    Outcome run =
        new Outcome(
            Policy.SCATTER_EXCHANGE, experiment, fleet, new FlowByFlow(experiment, fleet).run());
    assertThat(formula.ratio()).isCloseTo(run.ratio(), within(0.001));
    assertThat(formula.sourceCopies()).isCloseTo(run.sourceCopies(), within(1e-6));
    assertThat(formula.crossRackCopies()).isCloseTo(run.crossRackCopies(), within(1e-3));
    assertThat(formula.uplinkUtilisation()).isCloseTo(run.uplinkUtilisation(), within(0.02));
  }

  /** Every chunk to every machine, when everybody has its own. */
  private static final class FlowByFlow implements FlowScript {
    private static final int OWN = 1;
    private static final int OTHERS = 2;

    private final Fleet fleet;
    private final FlowNet net;
    private final long chunkBytes;
    private final int[] has;
    private int own;

    FlowByFlow(Experiment experiment, Fleet fleet) {
      this.fleet = fleet;
      chunkBytes = experiment.bytes() / experiment.machines();
      has = new int[fleet.machines() + 1];
      net = new FlowNet(experiment, fleet, 0, this);
      net.alarmAt(fleet.lastJoinNanos(), 0);
    }

    Outcome.Tally run() {
      return net.run(chunkBytes);
    }

    @Override
    public void alarm(int number) {
      for (int i = 1; i <= fleet.machines(); i++) {
        net.start(0, i, OWN, chunkBytes);
      }
    }

    @Override
    public void arrived(int from, int to, int item) {
      if (++has[to] == fleet.machines()) {
        net.finished(to);
      }
      if (item == OWN && ++own == fleet.machines()) {
        for (int i = 1; i <= fleet.machines(); i++) {
          for (int j = 1; j <= fleet.machines(); j++) {
            if (i != j) {
              net.start(i, j, OTHERS, chunkBytes);
            }
          }
        }
      }
    }
  }
}
