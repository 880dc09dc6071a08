package io.seedfall.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A net with no fish in it proves nothing: drawn fleets find every planted bug. */
final class PlantedPlannerBugsTest {
  private static final int SEEDS = 300;

  @ParameterizedTest
  @EnumSource
  void drawnFleetsFindIt(PlantedPlannerBug bug) {
    TreeMap<String, Integer> found = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS && !found.containsKey(bug.finder()); seed++) {
      try {
        FleetDraw.run(seed, bug.planting());
      } catch (FleetViolation violation) {
        found.merge(violation.check(), 1, Integer::sum);
      }
    }
    assertThat(found).containsKey(bug.finder());
  }
}
