package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.simulator.fleet.FleetSoak;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs drawn fleets and says what came of them. */
final class FleetRuns {
  private static final long PROGRESS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** So many lines of what happened are shown when something breaks. */
  private static final int TRACE_LINES_MAX = 60;

  private final Console console;
  private final boolean json;
  private long spokeNanos;

  /** A soak of fleets, for a program. */
  record Json(
      @JsonProperty("first_seed") long firstSeed,
      @JsonProperty("seeds") long seeds,
      @JsonProperty("machines") long machines,
      @JsonProperty("deployments") long deployments,
      @JsonProperty("coordinators_killed") long coordinatorsKilled,
      @JsonProperty("broken_seed") @Nullable Long brokenSeed,
      @JsonProperty("broken") @Nullable String broken) {}

  FleetRuns(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /** Runs so many, from a seed on or from any. */
  int run(long fleets, OptionalLong firstSeed) {
    long begin = System.nanoTime();
    spokeNanos = begin;
    FleetSoak.Report report =
        FleetSoak.run(
            firstSeed.orElseGet(ScenarioRuns::anySeed), fleets, count -> progress(count, begin));
    report(report);
    return report.finding() == null ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Says how far a soak came, and what it found. */
  void report(FleetSoak.Report report) {
    FleetSoak.Finding finding = report.finding();
    FleetSoak.Count count = report.count();
    if (json) {
      console.json(
          new Json(
              count.firstSeed(),
              count.seeds(),
              count.machines(),
              count.deployments(),
              count.deaths(),
              finding == null ? null : finding.seed(),
              finding == null ? null : finding.what()));
      return;
    }
    console.answer(text(count) + (finding == null ? ": nothing broke" : ""));
    if (finding != null) {
      finding.trace().stream()
          .skip(Math.max(0, finding.trace().size() - TRACE_LINES_MAX))
          .forEach(console::answer);
      console.answer("seed %d BREAKS %s".formatted(finding.seed(), finding.what()));
      console.answer("again with --fleet 1 --seed " + finding.seed());
    }
  }

  private void progress(FleetSoak.Count count, long begin) {
    long now = System.nanoTime();
    if (now - spokeNanos >= PROGRESS_EVERY_NANOS) {
      spokeNanos = now;
      console.live("%s, %d s".formatted(text(count), TimeUnit.NANOSECONDS.toSeconds(now - begin)));
    }
  }

  private static String text(FleetSoak.Count count) {
    return "seeds %d to %d: %d fleets, %d machines, %d deployments, %d coordinators killed"
        .formatted(
            count.firstSeed(),
            count.firstSeed() + count.seeds() - 1,
            count.seeds(),
            count.machines(),
            count.deployments(),
            count.deaths());
  }
}
