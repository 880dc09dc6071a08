package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The swarm behind a cap of each rack's uplink that the planner divides. */
final class RackCapTest {
  private static final int KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final int RACKS = 3;
  private static final long FILE_BYTES = 96 * MIB;
  private static final long CAP = 4 * MIB;
  private static final long LINK = 12_500_000;

  /** What is on its way to a rack's machines before their shares hold it up, and comes at once. */
  private static final long BUFFERS = 24 / RACKS * (128 + 16) * KIB;

  /** The uplinks themselves could move everything that the machines can. */
  private static Scenario racks(int machines, long seed) {
    return Scenario.deploy(machines, FILE_BYTES)
        .pieceBytes(256 * KIB)
        .network(
            NetworkSettings.flat(LINK, 100_000)
                .withChunkBytes(16 * KIB)
                .withRackBytesPerSecond(LINK * machines))
        .racks(RACKS)
        .seed(seed);
  }

  @Test
  void nothingMoreThanTheCapCrossesInAnySecondAndEverybodyHasTheFile() {
    for (long seed = 1; seed <= 3; seed++) {
      Simulation simulation = new Simulation(racks(24, seed).rackCap(CAP));
      SimulationResult result = simulation.run();
      assertThat(result.finished()).isEqualTo(24);
      for (int rack = 0; rack < RACKS; rack++) {
        long in = simulation.rackDownlinks().get(rack).mostBytesInASecond();
        long out = simulation.rackUplinks().get(rack).mostBytesInASecond();
        System.out.printf(
            "seed %d, rack %d: at most %.3f in and %.3f out of the cap%n",
            seed, rack, (double) in / CAP, (double) out / CAP);
        assertThat(in).as("seed " + seed).isLessThanOrEqualTo(CAP + BUFFERS);
        assertThat(out).as("seed " + seed).isLessThanOrEqualTo(CAP + BUFFERS);
        double most = CAP * result.makespanNanos() / 1e9 + BUFFERS;
        assertThat((double) simulation.rackDownlinks().get(rack).passedBytes()).isLessThan(most);
        assertThat((double) simulation.rackUplinks().get(rack).passedBytes()).isLessThan(most);
      }
      double least = result.rackBytes() / (double) RACKS / CAP;
      double seconds = result.makespanNanos() / 1e9;
      System.out.printf("seed %d: %.1f s, of which the caps ask for %.1f%n", seed, seconds, least);
      assertThat(seconds).as("nobody waits for a share of nothing").isLessThan(1.5 * least);
    }
  }

  @Test
  void withoutTheCapMoreCrosses() {
    Simulation simulation = new Simulation(racks(24, 1));
    simulation.run();
    assertThat(simulation.rackDownlinks())
        .allMatch(downlink -> downlink.mostBytesInASecond() > CAP + BUFFERS);
  }

  @Test
  void insideARackNothingIsHeldBack() {
    Simulation simulation = new Simulation(racks(24, 1).rackCap(CAP));
    SimulationResult result = simulation.run();
    double throughUplinks = RACKS * CAP * result.makespanNanos() / 1e9;
    assertThat(24.0 * FILE_BYTES).isGreaterThan(3 * throughUplinks);
  }
}
