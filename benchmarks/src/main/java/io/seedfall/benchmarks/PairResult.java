package io.seedfall.benchmarks;

import io.seedfall.cli.Quantity;
import io.seedfall.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All that {@code bench pair} measured; its JSON.
 *
 * @param files how many
 * @param bytes of all of them
 * @param goodput of this machine's loopback
 * @param processors of this machine
 * @param runs everything, in the order in which it was run
 */
record PairResult(int files, long bytes, Goodput goodput, int processors, List<Measurement> runs) {
  private static final double GIGA = 1e9;

  PairResult {
    runs = List.copyOf(runs);
  }

  /** What is printed for people: medians over the good runs of each contender. */
  List<String> lines() {
    TextTable table =
        new TextTable("CONTENDER", ">GB/s", ">CPU-s/GB", ">SECONDS", ">PEAK RSS", "FILES");
    table.row(
        "iperf3",
        number(goodput.bytesPerSecond() / GIGA),
        number(goodput.cpuSecondsPerGigabyte()),
        "-",
        "-",
        "none");
    List<String> lines = new ArrayList<>();
    for (String contender : runs.stream().map(Measurement::contender).distinct().toList()) {
      List<Measurement> all =
          runs.stream().filter(run -> run.contender().equals(contender)).toList();
      table.row(cells(contender, all));
      for (Measurement run : all) {
        if (!run.isGood()) {
          lines.add(
              "%s, run %d: %s".formatted(contender, run.run(), TextTable.printable(run.trouble())));
        }
      }
    }
    lines.addAll(
        0,
        List.of(
            "%s%s over loopback, from host to host, verified and on disk; %d processors"
                .formatted(
                    files == 1 ? "" : files + " files, ", Quantity.binaryText(bytes), processors)));
    lines.addAll(1, table.lines());
    return lines;
  }

  private String[] cells(String contender, List<Measurement> all) {
    List<Measurement> good = all.stream().filter(Measurement::isGood).toList();
    if (good.isEmpty()) {
      return new String[] {contender, "-", "-", "-", "-", "none is right"};
    }
    double seconds =
        Statistics.median(good.stream().mapToDouble(Measurement::makespanSeconds).toArray());
    double cpu =
        Statistics.median(good.stream().mapToDouble(Measurement::transferCpuSeconds).toArray());
    long rss = good.stream().mapToLong(Measurement::peakRssBytes).max().orElse(0);
    return new String[] {
      contender,
      number(bytes / GIGA / seconds),
      number(cpu / (bytes / GIGA)),
      number(seconds),
      "%d MiB".formatted(rss >> 20),
      good.size() == all.size()
          ? "identical"
          : "%d of %d runs failed".formatted(all.size() - good.size(), all.size())
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
