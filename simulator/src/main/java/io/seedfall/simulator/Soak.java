package io.seedfall.simulator;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs drawn scenarios, one seed after the other, until time is up or something breaks. What broke
 * is made as small as it gets and comes back as a scenario that can be written to a file.
 */
public final class Soak {
  private Soak() {}

  /**
   * How far it is.
   *
   * @param firstSeed where it began
   * @param seeds scenarios that were run
   * @param machines machines in them
   * @param faults faults in them
   */
  public record Count(long firstSeed, long seeds, long machines, long faults) {}

  /**
   * What broke.
   *
   * @param seed of the scenario and of its run
   * @param breach what does not hold
   * @param drawn the scenario
   * @param shrunk the smallest one found that breaks the same
   */
  public record Finding(
      long seed, ScenarioRun.Breach breach, ScenarioFile drawn, ScenarioFile shrunk) {}

  /** How far it came, and what ended it; null when only the time did. */
  public record Report(Count count, @Nullable Finding finding) {}

  /**
   * Runs until {@code timeIsUp} says so, or something breaks.
   *
   * @param firstSeed the next seeds follow
   * @param timeIsUp asked before each run; the first seed runs in any case
   * @param shrinkingTimeIsUp asked while a scenario is made smaller
   * @param progress told after each run
   */
  public static Report run(
      long firstSeed,
      BooleanSupplier timeIsUp,
      BooleanSupplier shrinkingTimeIsUp,
      Consumer<Count> progress) {
    return run(firstSeed, timeIsUp, shrinkingTimeIsUp, progress, UnaryOperator.identity());
  }

  /** Runs every scenario after a change; only tests plant bugs with it. */
  static Report run(
      long firstSeed,
      BooleanSupplier timeIsUp,
      BooleanSupplier shrinkingTimeIsUp,
      Consumer<Count> progress,
      UnaryOperator<Scenario> change) {
    Count count = new Count(firstSeed, 0, 0, 0);
    do {
      long seed = firstSeed + count.seeds();
      ScenarioFile drawn = ScenarioDraw.draw(seed);
      ScenarioRun run = drawn.run(seed, change);
      count =
          new Count(
              firstSeed,
              count.seeds() + 1,
              count.machines() + drawn.machineCount(),
              count.faults() + drawn.faults().size());
      progress.accept(count);
      if (!run.isPassed()) {
        ScenarioRun.Breach breach = run.broken().getFirst();
        ScenarioFile shrunk =
            ScenarioShrinker.shrink(drawn, seed, change, breach.name(), shrinkingTimeIsUp);
        return new Report(count, new Finding(seed, breach, drawn, shrunk));
      }
    } while (!timeIsUp.getAsBoolean());
    return new Report(count, null);
  }
}
