package io.seedfall.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Instead of a plan: one scenario with its faults, or as many drawn ones as there is time for. */
final class ScenarioOptions {
  private static final int FUZZ_MINUTES_MAX = 7 * 24 * 60;

  /** A scenario says itself what it runs on; whatever else is given would be ignored. */
  private static final List<String> GO_WITH_SCENARIOS =
      List.of("--scenario", "--fuzz", "--seed", "--json");

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(
      names = "--scenario",
      paramLabel = "FILE",
      description = {
        "run this scenario with its faults, checkers and bounds instead (docs/simulation.md),",
        "with the seeds that it names or with --seed"
      })
  @Nullable Path scenario;

  @Option(
      names = "--fuzz",
      paramLabel = "MINUTES",
      description = {
        "draw scenarios from seeds for so long instead, from --seed on or from any;",
        "the first one that breaks something is made small and printed"
      })
  @Nullable Integer fuzzMinutes;

  /** Whether a scenario or a soak was asked for. */
  boolean areGiven() {
    return scenario != null || fuzzMinutes != null;
  }

  /**
   * Does what was asked for.
   *
   * @param seed what {@code --seed} says, given or not
   * @param json whether to print JSON
   */
  int run(Console console, long seed, boolean json) {
    List<String> given = given();
    for (String name : given) {
      if (!GO_WITH_SCENARIOS.contains(name)) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "%s: does not go with %s".formatted(name, scenario == null ? "--fuzz" : "--scenario"));
      }
    }
    OptionalLong seedGiven =
        given.contains("--seed") ? OptionalLong.of(seed) : OptionalLong.empty();
    ScenarioRuns runs = new ScenarioRuns(console, json);
    if (scenario != null) {
      if (fuzzMinutes != null) {
        throw new CommandFailure(ExitCode.USAGE, "--fuzz: does not go with --scenario");
      }
      return runs.scenario(scenario, seedGiven);
    }
    int minutes = fuzzMinutes == null ? 0 : fuzzMinutes;
    if (minutes < 1 || minutes > FUZZ_MINUTES_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE, "--fuzz: %d (expected: 1 to %d)".formatted(minutes, FUZZ_MINUTES_MAX));
    }
    return runs.fuzz(minutes, seedGiven);
  }

  /** The options on the command line, each by its longest name. */
  private List<String> given() {
    return command == null
        ? List.of()
        : command.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .toList();
  }
}
