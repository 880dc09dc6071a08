package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.simulator.policy.Experiment;
import io.seedfall.simulator.policy.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code simulate} says about one run: as JSON, or together with other runs as a table.
 *
 * @param chosen what came out of the policy that was asked for
 * @param wallSeconds how long it took to compute
 * @param peakMemoryBytes the most memory that the process had until then
 * @param baselines the other ways, on the same network
 */
record SimulationReport(
    Outcome chosen, double wallSeconds, long peakMemoryBytes, List<Outcome> baselines) {

  /** One run, in the order in which it is printed. */
  record Json(
      @JsonProperty("policy") String policy,
      @JsonProperty("machines") int machines,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("pieces") int pieces,
      @JsonProperty("block_bytes") long blockBytes,
      @JsonProperty("seed") long seed,
      @JsonProperty("makespan_seconds") double makespanSeconds,
      @JsonProperty("bound_seconds") double boundSeconds,
      @JsonProperty("ratio") double ratio,
      @JsonProperty("ratio_full_rate") double ratioFullRate,
      @JsonProperty("median_seconds") double medianSeconds,
      @JsonProperty("p99_seconds") double p99Seconds,
      @JsonProperty("source_copies") double sourceCopies,
      @JsonProperty("cross_rack_copies") double crossRackCopies,
      @JsonProperty("uplink_utilisation") double uplinkUtilisation,
      @JsonProperty("finished") int finished,
      @JsonProperty("failed") int failed,
      @JsonProperty("trace_hash") String traceHash,
      @JsonProperty("wall_seconds") double wallSeconds,
      @JsonProperty("peak_memory_bytes") long peakMemoryBytes,
      @JsonProperty("baselines") Map<String, Baseline> baselines) {}

  /** Another way to send it. */
  record Baseline(
      @JsonProperty("makespan_seconds") double makespanSeconds,
      @JsonProperty("ratio") double ratio,
      @JsonProperty("median_seconds") double medianSeconds,
      @JsonProperty("p99_seconds") double p99Seconds,
      @JsonProperty("source_copies") double sourceCopies,
      @JsonProperty("cross_rack_copies") double crossRackCopies,
      @JsonProperty("finished") int finished) {}

  /** Everything, for a program. */
  Json json() {
    Experiment experiment = chosen.experiment();
    Map<String, Baseline> others = new LinkedHashMap<>();
    for (Outcome other : baselines) {
      others.put(
          other.policy().label(),
          new Baseline(
              seconds(other.makespanNanos()),
              rounded(other.ratio()),
              seconds(other.percentileNanos(50)),
              seconds(other.percentileNanos(99)),
              rounded(other.sourceCopies()),
              rounded(other.crossRackCopies()),
              other.finished()));
    }
    return new Json(
        chosen.policy().label(),
        experiment.machines(),
        experiment.bytes(),
        experiment.pieces(),
        chosen.blockBytes(),
        experiment.seed(),
        seconds(chosen.makespanNanos()),
        seconds(chosen.boundNanos()),
        rounded(chosen.ratio()),
        rounded(chosen.ratioFullRate()),
        seconds(chosen.percentileNanos(50)),
        seconds(chosen.percentileNanos(99)),
        rounded(chosen.sourceCopies()),
        rounded(chosen.crossRackCopies()),
        rounded(chosen.uplinkUtilisation()),
        chosen.finished(),
        chosen.failed(),
        String.format(Locale.ROOT, "%016x", chosen.traceHash()),
        rounded(wallSeconds),
        peakMemoryBytes,
        others);
  }

  /** Runs of one experiment with different seeds, for a reader. */
  static List<String> lines(List<SimulationReport> runs) {
    SimulationReport first = runs.getFirst();
    Experiment experiment = first.chosen.experiment();
    List<String> lines = new ArrayList<>();
    lines.add(heading(experiment));
    lines.add("");
    boolean racks = experiment.topology().racks() > 0;
    TextTable table =
        racks
            ? new TextTable(
                "POLICY",
                ">MAKESPAN",
                ">RATIO",
                ">MEDIAN",
                ">P99",
                ">SOURCE SENT",
                ">UPLINKS",
                ">INTO A RACK")
            : new TextTable(
                "POLICY", ">MAKESPAN", ">RATIO", ">MEDIAN", ">P99", ">SOURCE SENT", ">UPLINKS");
    for (SimulationReport run : runs) {
      String which = runs.size() == 1 ? "" : ", seed " + run.chosen.experiment().seed();
      row(table, run.chosen.policy().label() + which, run.chosen, racks);
    }
    for (Outcome other : first.baselines) {
      if (other.policy() != first.chosen.policy()) {
        row(table, other.policy().label(), other, racks);
      }
    }
    lines.addAll(table.lines());
    lines.add("");
    for (SimulationReport run : runs) {
      lines.add(run.footing());
    }
    return lines;
  }

  private static String heading(Experiment experiment) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s in %d pieces of %s to %d machines with %s cards, %s apart"
            .formatted(
                Quantity.bytesText(experiment.bytes()),
                experiment.pieces(),
                Quantity.binaryText(experiment.pieceBytes()),
                experiment.machines(),
                Quantity.bitRateText(experiment.topology().linkBytesPerSecond()),
                timeText(experiment.topology().oneWayNanos())));
    if (experiment.topology().racks() > 0) {
      text.append(
          ", in %d racks with %s uplinks"
              .formatted(
                  experiment.topology().racks(),
                  Quantity.bitRateText(experiment.rackBytesPerSecond())));
    }
    return text.toString();
  }

  private static void row(TextTable table, String name, Outcome outcome, boolean racks) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(timeText(outcome.makespanNanos()));
    cells.add(number(outcome.ratio()));
    cells.add(timeText(outcome.percentileNanos(50)));
    cells.add(timeText(outcome.percentileNanos(99)));
    cells.add(number(outcome.sourceCopies()) + " x");
    cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * outcome.uplinkUtilisation()));
    if (racks) {
      cells.add(number(outcome.crossRackCopies()) + " x");
    }
    table.row(cells.toArray(new String[0]));
  }

  /** What is true of one run only. */
  private String footing() {
    StringBuilder text = new StringBuilder();
    text.append(
        "seed %d: bound %s, %d finished, %d failed"
            .formatted(
                chosen.experiment().seed(),
                timeText(chosen.boundNanos()),
                chosen.finished(),
                chosen.failed()));
    if (chosen.experiment().hazards().slowShare() > 0) {
      text.append(", ratio ").append(number(chosen.ratioFullRate())).append(" at full rate");
    }
    text.append(
        String.format(
            Locale.ROOT,
            ", trace %016x; computed in %.1f s with %s",
            chosen.traceHash(),
            wallSeconds,
            Quantity.bytesText(peakMemoryBytes)));
    return text.toString();
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT, value < 9.9995 ? "%.3f" : value < 99.95 ? "%.1f" : "%.0f", value);
  }

  /** Four digits and a unit: a percent of a second is what this is about. */
  private static String timeText(long nanos) {
    if (nanos < 1_000_000) {
      return String.format(Locale.ROOT, "%.4g us", nanos / 1e3).replaceFirst("\\.?0+ us", " us");
    }
    double seconds = nanos / 1e9;
    return String.format(Locale.ROOT, seconds < 99.995 ? "%.3f s" : "%.1f s", seconds);
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e3) / 1e6;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }
}
