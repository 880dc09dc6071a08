package io.seedfall.benchmarks;

import io.seedfall.cli.Quantity;
import io.seedfall.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code bench rack} prints for people. */
final class RackTable {
  private RackTable() {}

  /** The table, what it was measured on above it. */
  static List<String> lines(RackResult result) {
    boolean slow = !result.slow().isEmpty();
    TextTable table =
        slow
            ? new TextTable(
                "CONTENDER",
                ">MAKESPAN",
                ">OF RUNS",
                ">MEDIAN",
                ">RATIO",
                ">FULL RATE",
                ">COPIES",
                ">CPU",
                ">IN TRANSFER",
                ">PEAK RSS",
                "FILES")
            : new TextTable(
                "CONTENDER",
                ">MAKESPAN",
                ">OF RUNS",
                ">MEDIAN",
                ">RATIO",
                ">COPIES",
                ">CPU",
                ">IN TRANSFER",
                ">PEAK RSS",
                "FILES");
    for (RackResult.Line line : result.contenders()) {
      table.row(cells(line, slow));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d hosts, %s links, %s; goodput %s, bound %.2f s; %d processors"
            .formatted(
                result.hosts(),
                Quantity.bitRateText(result.bitsPerSecond() / 8),
                Quantity.binaryText(result.bytes()),
                Quantity.rateText(result.goodputBytesPerSecond()),
                result.boundSeconds(),
                result.processors()));
    for (SlowHost host : result.slow()) {
      lines.add("host %d has %s of the rate".formatted(host.host(), number("%.3g", host.share())));
    }
    lines.addAll(table.lines());
    for (Measurement run : result.runs()) {
      if (!run.isGood()) {
        lines.add(
            "%s, run %d: %s"
                .formatted(run.contender(), run.run(), TextTable.printable(run.trouble())));
      }
    }
    return lines;
  }

  private static String[] cells(RackResult.Line line, boolean slow) {
    boolean none = line.goodRuns() == 0;
    List<String> cells = new ArrayList<>();
    cells.add(line.contender());
    cells.add(none ? "-" : number("%.2f s", line.makespanSeconds()));
    cells.add(
        none
            ? "-"
            : number("%.2f", line.makespanSecondsMin())
                + number("-%.2f", line.makespanSecondsMax()));
    cells.add(none ? "-" : number("%.2f s", line.medianSeconds()));
    cells.add(none ? "-" : number("%.3f", line.ratio()));
    if (slow) {
      cells.add(none ? "-" : number("%.2f s", line.fullRateSeconds()));
    }
    cells.add(none ? "-" : number("%.3f", line.sourceCopies()));
    cells.add(none ? "-" : number("%.1f s", line.cpuSeconds()));
    cells.add(none ? "-" : number("%.1f s", line.transferCpuSeconds()));
    cells.add(none ? "-" : number("%.0f MiB", line.peakRssBytes() / 1048576.0));
    cells.add(
        line.goodRuns() == line.runs()
            ? "all identical"
            : "%d of %d runs failed".formatted(line.runs() - line.goodRuns(), line.runs()));
    return cells.toArray(String[]::new);
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
