package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.simulator.ScenarioFile;
import io.seedfall.simulator.ScenarioFileException;
import io.seedfall.simulator.ScenarioRun;
import io.seedfall.simulator.SimulationResult;
import io.seedfall.simulator.Soak;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs scenarios, from a file or drawn, and says what came of them. */
final class ScenarioRuns {
  private static final long PROGRESS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long SHRINKING_NANOS_MAX = TimeUnit.MINUTES.toNanos(3);
  private static final double NANOS_IN_A_SECOND = 1e9;

  private final Console console;
  private final boolean json;
  private long spokeNanos;

  /** One run of a scenario file, for a program. */
  record Json(
      @JsonProperty("scenario") String scenario,
      @JsonProperty("seed") long seed,
      @JsonProperty("passed") boolean passed,
      @JsonProperty("broken") List<String> broken,
      @JsonProperty("makespan_seconds") @Nullable Double makespanSeconds,
      @JsonProperty("ratio") @Nullable Double ratio,
      @JsonProperty("source_copies") @Nullable Double sourceCopies,
      @JsonProperty("finished") @Nullable Integer finished,
      @JsonProperty("failed") @Nullable Integer failed,
      @JsonProperty("trace_hash") @Nullable String traceHash) {}

  /** A soak, for a program. */
  record SoakJson(
      @JsonProperty("first_seed") long firstSeed,
      @JsonProperty("seeds") long seeds,
      @JsonProperty("machines") long machines,
      @JsonProperty("faults") long faults,
      @JsonProperty("broken_seed") @Nullable Long brokenSeed,
      @JsonProperty("broken") @Nullable String broken,
      @JsonProperty("scenario") @Nullable String scenario) {}

  ScenarioRuns(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /** Runs a file with a seed, or with its own. */
  int scenario(Path file, OptionalLong seed) {
    ScenarioFile scenario;
    try {
      scenario = ScenarioFile.read(file);
    } catch (ScenarioFileException unreadable) {
      throw new CommandFailure(
          ExitCode.USAGE, "--scenario: " + unreadable.getMessage(), unreadable);
    }
    List<Long> seeds = seed.isPresent() ? List.of(seed.getAsLong()) : scenario.seeds();
    if (!json) {
      console.answer(scenario.toString());
    }
    boolean passed = true;
    for (long each : seeds) {
      ScenarioRun run = scenario.run(each);
      passed &= run.isPassed();
      report(run);
    }
    return passed ? ExitCode.OK : ExitCode.FAILED;
  }

  private void report(ScenarioRun run) {
    SimulationResult result = run.result();
    if (json) {
      console.json(
          new Json(
              run.title(),
              run.seed(),
              run.isPassed(),
              run.broken().stream().map(ScenarioRun.Breach::what).toList(),
              result == null ? null : result.makespanNanos() / NANOS_IN_A_SECOND,
              result == null ? null : result.ratio(),
              result == null ? null : result.sourceCopies(),
              result == null ? null : result.finished(),
              result == null ? null : result.failed(),
              result == null ? null : Long.toHexString(result.traceHash())));
      return;
    }
    String figures =
        result == null
            ? ""
            : String.format(
                Locale.ROOT,
                ": %.3f s, ratio %.3f, %d finished, %d failed, source sent %.2f copies, %d bans,"
                    + " %d stalls, trace %016x",
                result.makespanNanos() / NANOS_IN_A_SECOND,
                result.ratio(),
                result.finished(),
                result.failed(),
                result.sourceCopies(),
                result.bans(),
                result.stalls(),
                result.traceHash());
    console.answer(
        "seed %d %s%s".formatted(run.seed(), run.isPassed() ? "holds" : "BREAKS", figures));
    for (ScenarioRun.Breach breach : run.broken()) {
      console.answer("  " + breach.what());
    }
  }

  /** Draws scenarios for so many minutes. */
  int fuzz(int minutes, OptionalLong firstSeed) {
    long begin = System.nanoTime();
    long budgetNanos = TimeUnit.MINUTES.toNanos(minutes);
    long[] found = {0};
    spokeNanos = begin;
    Soak.Report report =
        Soak.run(
            firstSeed.orElseGet(ScenarioRuns::anySeed),
            () -> System.nanoTime() - begin >= budgetNanos,
            () -> isShrunkEnough(found),
            count -> progress(count, begin));
    report(report);
    return report.finding() == null ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Says how far a soak came, and what it found. */
  void report(Soak.Report report) {
    Soak.Finding finding = report.finding();
    Soak.Count count = report.count();
    if (json) {
      console.json(
          new SoakJson(
              count.firstSeed(),
              count.seeds(),
              count.machines(),
              count.faults(),
              finding == null ? null : finding.seed(),
              finding == null ? null : finding.breach().what(),
              finding == null ? null : finding.shrunk().toml()));
    } else {
      console.answer(text(count) + (finding == null ? ": nothing broke" : ""));
      if (finding != null) {
        console.answer("seed %d BREAKS %s".formatted(finding.seed(), finding.breach().what()));
        console.answer("made smaller, for --scenario FILE --seed %d:".formatted(finding.seed()));
        finding.shrunk().toml().lines().forEach(console::answer);
      }
    }
  }

  private boolean isShrunkEnough(long[] foundNanos) {
    long now = System.nanoTime();
    if (foundNanos[0] == 0) {
      foundNanos[0] = now;
      console.live("found something, making it smaller ...");
    }
    return now - foundNanos[0] >= SHRINKING_NANOS_MAX;
  }

  private void progress(Soak.Count count, long begin) {
    long now = System.nanoTime();
    if (now - spokeNanos >= PROGRESS_EVERY_NANOS) {
      spokeNanos = now;
      console.live("%s, %d s".formatted(text(count), TimeUnit.NANOSECONDS.toSeconds(now - begin)));
    }
  }

  private static String text(Soak.Count count) {
    return "seeds %d to %d: %d scenarios, %d machines, %d faults"
        .formatted(
            count.firstSeed(),
            count.firstSeed() + count.seeds() - 1,
            count.seeds(),
            count.machines(),
            count.faults());
  }

  /** Every soak looks at other seeds; which, it says. */
  static long anySeed() {
    return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) * 1_000;
  }
}
