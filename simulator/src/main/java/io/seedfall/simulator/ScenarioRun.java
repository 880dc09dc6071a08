package io.seedfall.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one run of a {@link ScenarioFile}.
 *
 * @param title of the scenario
 * @param seed everything random followed from it
 * @param result null when a checker ended the run
 * @param broken checkers and bounds that do not hold; none when all is well
 */
public record ScenarioRun(
    String title, long seed, @Nullable SimulationResult result, List<Breach> broken) {
  /**
   * A checker or a bound that does not hold.
   *
   * @param name of the checker in words, or the bound's key
   * @param what was seen, with the value and what was expected
   */
  public record Breach(String name, String what) {}

  /** Keeps its own list. */
  public ScenarioRun {
    broken = List.copyOf(broken);
  }

  /** Whether every checker and every bound holds. */
  public boolean isPassed() {
    return broken.isEmpty();
  }
}
