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
      List.of("--scenario", "--fuzz", "--fleet", "--seed", "--json");

  private static final long FLEETS_MAX = 1_000_000_000L;

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

  @Option(
      names = "--fleet",
      paramLabel = "N",
      description = {
        "run the coordinator's planner with N drawn fleets instead, from --seed on or from any:",
        "rollouts, and agents and coordinators that are killed; ends at the first that breaks"
      })
  @Nullable Long fleets;

  /** Whether a scenario or a soak was asked for. */
  boolean areGiven() {
    return scenario != null || fuzzMinutes != null || fleets != null;
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
            ExitCode.USAGE, "%s: does not go with %s".formatted(name, chosen()));
      }
    }
    for (String other : List.of("--scenario", "--fuzz", "--fleet")) {
      if (given.contains(other) && !other.equals(chosen())) {
        throw new CommandFailure(
            ExitCode.USAGE, "%s: does not go with %s".formatted(other, chosen()));
      }
    }
    OptionalLong seedGiven =
        given.contains("--seed") ? OptionalLong.of(seed) : OptionalLong.empty();
    ScenarioRuns runs = new ScenarioRuns(console, json);
    if (scenario != null) {
      return runs.scenario(scenario, seedGiven);
    }
    if (fleets != null) {
      if (fleets < 1 || fleets > FLEETS_MAX) {
        throw new CommandFailure(
            ExitCode.USAGE, "--fleet: %d (expected: 1 to %d)".formatted(fleets, FLEETS_MAX));
      }
      return new FleetRuns(console, json).run(fleets, seedGiven);
    }
    int minutes = fuzzMinutes == null ? 0 : fuzzMinutes;
    if (minutes < 1 || minutes > FUZZ_MINUTES_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE, "--fuzz: %d (expected: 1 to %d)".formatted(minutes, FUZZ_MINUTES_MAX));
    }
    return runs.fuzz(minutes, seedGiven);
  }

  private String chosen() {
    return scenario != null ? "--scenario" : fuzzMinutes != null ? "--fuzz" : "--fleet";
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
