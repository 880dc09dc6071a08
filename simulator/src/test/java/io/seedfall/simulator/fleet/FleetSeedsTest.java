package io.seedfall.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Seeds;
import org.junit.jupiter.api.Test;

/** Drawn fleets. */
final class FleetSeedsTest {
  @Test
  void whateverHappensEveryMachineHasWhatItShould() {
    Seeds.check(
        2_500, random -> FleetDraw.run(random.nextLong(), FleetSimulation.Planting.NOTHING));
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    for (long seed = 1; seed <= 20; seed++) {
      long once = FleetDraw.run(seed, FleetSimulation.Planting.NOTHING).traceHash();
      assertThat(FleetDraw.run(seed, FleetSimulation.Planting.NOTHING).traceHash()).isEqualTo(once);
    }
  }
}
