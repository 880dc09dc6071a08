package io.seedfall.simulator.fleet;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs drawn fleets, one seed after the other, until all are run or something breaks. */
public final class FleetSoak {
  private FleetSoak() {}

  /**
   * How far it is.
   *
   * @param firstSeed where it began
   * @param seeds fleets that were run
   * @param machines machines in them
   * @param deployments deployments in them
   * @param deaths coordinators that were killed
   */
  public record Count(long firstSeed, long seeds, long machines, long deployments, long deaths) {}

  /**
   * What broke.
   *
   * @param seed of the run
   * @param what does not hold
   * @param trace the last lines of what happened
   */
  public record Finding(long seed, String what, List<String> trace) {}

  /** How far it came, and what ended it; null when nothing broke. */
  public record Report(Count count, @Nullable Finding finding) {}

  /**
   * Runs so many seeds.
   *
   * @param firstSeed the next seeds follow
   * @param seeds how many, at least one
   * @param progress told after each run
   */
  public static Report run(long firstSeed, long seeds, Consumer<Count> progress) {
    Count count = new Count(firstSeed, 0, 0, 0, 0);
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      FleetDraw draw = FleetDraw.begin(seed, FleetSimulation.Planting.NOTHING);
      Finding finding = null;
      try {
        draw.run();
      } catch (RuntimeException e) { // of the planner, too: a bug there is what it looks for
        finding = new Finding(seed, String.valueOf(e), draw.fleet().trace());
      }
      FleetSimulation fleet = draw.fleet();
      count =
          new Count(
              firstSeed,
              count.seeds() + 1,
              count.machines() + fleet.agents().size(),
              count.deployments() + fleet.rows().deployments().size(),
              count.deaths() + fleet.coordinator().deaths());
      progress.accept(count);
      if (finding != null) {
        return new Report(count, finding);
      }
    }
    return new Report(count, null);
  }
}
