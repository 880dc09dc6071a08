package io.seedfall.simulator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seedfall.protocol.metainfo.PieceGeometry;
import org.junit.jupiter.api.Test;

/** Every way to send a file, small, and the figures that they are known to have. */
final class PolicyTest {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final long GBIT_40 = 5_000_000_000L;
  private static final long LATENCY = 75_000;

  /** Forty machines, 64 pieces, a bound of 15.6 ms. */
  private static final Experiment SMALL =
      Experiment.of(40, 64L * MIB, MIB, Topology.flat(GBIT_40, LATENCY));

  private static final Hazards ALL_HAZARDS = new Hazards(0.05, 0.5, 0.05, 5_000_000);

  @Test
  void everyPolicyBringsTheFileToEverybodyAndNoneBeatsTheBound() {
    for (Policy policy : Policy.values()) {
      Outcome outcome = policy.run(SMALL);
      assertThat(outcome.finished()).as(policy.label()).isEqualTo(40);
      assertThat(outcome.failed()).isZero();
      assertThat(outcome.ratio()).as(policy.label()).isGreaterThan(1.0);
      assertThat(outcome.ratioFullRate()).isEqualTo(outcome.ratio());
      assertThat(outcome.percentileNanos(50)).isBetween(1L, outcome.makespanNanos());
      assertThat(outcome.percentileNanos(100)).isEqualTo(outcome.makespanNanos());
      assertThat(outcome.sourceCopies()).as(policy.label()).isGreaterThan(0.999);
      assertThat(outcome.crossRackCopies()).isZero();
    }
  }

  @Test
  void everyPolicyBearsSlowMachinesDeathsAndLateJoiners() {
    for (Policy policy : Policy.values()) {
      Outcome outcome = policy.run(SMALL.withHazards(ALL_HAZARDS));
      assertThat(outcome.failed()).as(policy.label()).isEqualTo(2);
      assertThat(outcome.finished()).as(policy.label()).isEqualTo(38);
      assertThat(outcome.ratio()).isGreaterThan(1.0);
    }
  }

  @Test
  void everyPolicyKnowsRacks() {
    Experiment racks =
        Experiment.of(40, 64L * MIB, MIB, Topology.flat(GBIT_40, LATENCY).withRacks(5, 4));
    assertThat(racks.rackBytesPerSecond()).isEqualTo(2 * GBIT_40);
    for (Policy policy : Policy.values()) {
      Outcome outcome = policy.run(racks);
      assertThat(outcome.finished()).as(policy.label()).isEqualTo(40);
      assertThat(outcome.crossRackCopies()).as(policy.label()).isGreaterThan(0.999);
    }
    assertThat(Policy.CHAIN.run(racks).crossRackCopies()).isCloseTo(1, within(1e-6));
    assertThat(Policy.SINGLE_SERVER.run(racks).crossRackCopies()).isCloseTo(8, within(1e-6));
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherSeedOthers() {
    Experiment one = SMALL.withHazards(ALL_HAZARDS).withSeed(7);
    for (Policy policy : Policy.values()) {
      Outcome first = policy.run(one);
      Outcome again = policy.run(one);
      assertThat(again.traceHash()).as(policy.label()).isEqualTo(first.traceHash());
      assertThat(again.finishedNanos()).isEqualTo(first.finishedNanos());
      assertThat(again.uplinkUtilisation()).isEqualTo(first.uplinkUtilisation());
      assertThat(policy.run(one.withSeed(8)).traceHash()).isNotEqualTo(first.traceHash());
    }
  }

  @Test
  void fiveGigabytesToAThousandMachinesTakeWhatTheyAreKnownToTake() {
    Experiment big = Experiment.of(1_000, 5_000_000_000L, MIB, Topology.flat(GBIT_40, LATENCY));
    assertThat(seconds(Policy.SINGLE_SERVER.run(big))).isCloseTo(1_000, within(0.01));
    assertThat(seconds(Policy.SHARDED_SERVERS.run(big))).isCloseTo(1_000, within(0.01));
    assertThat(seconds(Policy.TEN_SERVERS.run(big))).isCloseTo(100, within(0.01));
    assertThat(seconds(Policy.SCATTER_EXCHANGE.run(big))).isBetween(1.9, 2.1);
  }

  @Test
  void serversNeedTheTimeOfTheFormula() {
    for (int machines : new int[] {1, 3, 40}) {
      Experiment some = Experiment.of(machines, 64L * MIB, MIB, Topology.flat(GBIT_40, LATENCY));
      double file = 64.0 * MIB * 1e9 / GBIT_40;
      assertThat((double) Policy.SINGLE_SERVER.run(some).makespanNanos())
          .isCloseTo(machines * file + LATENCY, within(10.0));
      assertThat((double) Policy.TEN_SERVERS.run(some).makespanNanos())
          .isCloseTo(Math.ceilDiv(machines, 10) * file + LATENCY, within(10.0));
    }
  }

  @Test
  void aServersClientWithASlowCardTakesWhatItCanAndTheOthersAreDoneBefore() {
    Hazards oneOfThree = Hazards.NONE.withSlow(0.33, 0.1);
    Experiment three =
        Experiment.of(3, 60L * MIB, MIB, Topology.flat(GBIT_40, 0)).withHazards(oneOfThree);
    Outcome outcome = Policy.SINGLE_SERVER.run(three);
    double file = 60.0 * MIB * 1e9 / GBIT_40;
    assertThat((double) outcome.makespanNanos()).isCloseTo(10 * file, within(10.0));
    assertThat(outcome.ratioFullRate()).isLessThan(3.01);
  }

  @Test
  void aChainIsTheFileAndOnePieceForEachLink() {
    double piece = MIB * 1e9 / GBIT_40;
    assertThat((double) Policy.CHAIN.run(SMALL).makespanNanos())
        .isCloseTo(64 * piece + 39 * (piece + LATENCY) + LATENCY, within(1_000.0));
  }

  @Test
  void treesNeedTwoPiecesForEachLevel() {
    Outcome outcome = Policy.TREES.run(SMALL);
    double piece = MIB * 1e9 / GBIT_40;
    int levels = 6;
    assertThat((double) outcome.makespanNanos())
        .isBetween(64 * piece, 64 * piece + levels * (2 * piece + LATENCY));
    assertThat(outcome.sourceCopies()).isCloseTo(1, within(1e-6));
  }

  @Test
  void bitTorrentAsUsualTakesAboutTwiceTheBoundOnFastCards() {
    Experiment hundred =
        Experiment.of(100, 500_000_000, 512 * KIB, Topology.flat(GBIT_40, LATENCY));
    assertThat(Policy.BITTORRENT.run(hundred).ratio()).isBetween(1.7, 2.5);
  }

  @Test
  void aSlowSourceIsMeasuredByItsOwnBound() {
    Experiment half =
        Experiment.of(
            40, 64L * MIB, 256 * KIB, Topology.flat(GBIT_40, LATENCY).withSource(GBIT_40 / 2));
    assertThat(Policy.GRANT.run(half).ratio()).isBetween(1.0, 1.2);
    assertThat(Policy.TREES.run(half).ratio()).isBetween(1.0, 1.2);
  }

  @Test
  void namesAreFoundAndOthersRefusedWithAllThereAre() {
    for (Policy policy : Policy.values()) {
      assertThat(Policy.of(policy.label())).isSameAs(policy);
    }
    assertThatThrownBy(() -> Policy.of("luck"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "not a policy: luck (expected: grant, bittorrent, chain, trees, single-server,"
                + " ten-servers, sharded-servers, scatter-exchange)");
  }

  @Test
  void anExperimentHasItsLimits() {
    Topology flat = Topology.flat(GBIT_40, LATENCY);
    Experiment.of(Experiment.MACHINES_MAX, 1, MIB, flat);
    refused(() -> Experiment.of(Experiment.MACHINES_MAX + 1, 1, MIB, flat));
    refused(() -> Experiment.of(0, 1, MIB, flat));
    Experiment.of(1, (long) PieceGeometry.PIECES_MAX * MIB, MIB, flat);
    refused(() -> Experiment.of(1, (long) PieceGeometry.PIECES_MAX * MIB + 1, MIB, flat));
    refused(() -> Experiment.of(1, 1, 3 * MIB, flat));
    Experiment.of(4, 1, MIB, flat.withRacks(4, 1));
    refused(() -> Experiment.of(4, 1, MIB, flat.withRacks(5, 1)));
    refused(() -> flat.withRacks(4, 0.99));
    refused(() -> Hazards.NONE.withFailing(1));
    refused(() -> Hazards.NONE.withSlow(0.5, 0));
    refused(() -> Hazards.NONE.withSlow(1.01, 1));
  }

  private static double seconds(Outcome outcome) {
    return outcome.makespanNanos() / 1e9;
  }

  private static void refused(Runnable making) {
    assertThatThrownBy(making::run).isInstanceOf(IllegalArgumentException.class);
  }
}
