package io.seedfall.benchmarks;

import io.seedfall.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * All that {@code bench urgent} measured; its JSON.
 *
 * @param hosts receivers
 * @param bitsPerSecond of a link
 * @param linkRateTold whether the agents knew that
 * @param urgentBytes of the file that is urgent
 * @param normalBytes of the file that is not
 * @param goodputBytesPerSecond what TCP got through one link
 * @param processors of this machine, which plays all hosts
 * @param aloneSeconds median over the runs
 * @param besideSeconds the same beside the normal one
 * @param ratio beside to alone
 * @param runs in order
 */
record UrgentResult(
    int hosts,
    long bitsPerSecond,
    boolean linkRateTold,
    long urgentBytes,
    long normalBytes,
    double goodputBytesPerSecond,
    int processors,
    double aloneSeconds,
    double besideSeconds,
    double ratio,
    List<Run> runs) {

  /** An urgent deployment beside a normal one may take so much of the time that it takes alone. */
  static final double RATIO_MAX = 1.20;

  /**
   * One run: the urgent deployment alone, then beside a normal one. Times are those that the
   * coordinator tells, from its request to the last host that has it.
   *
   * @param number the first is 1
   * @param aloneSeconds the urgent one alone
   * @param besideSeconds the urgent one beside
   * @param normalSeconds the normal one
   * @param normalAheadSeconds how long that had run when the urgent one came
   */
  record Run(
      int number,
      double aloneSeconds,
      double besideSeconds,
      double normalSeconds,
      double normalAheadSeconds) {
    /** Whether the normal one was at work for all of the time. */
    boolean isBeside() {
      return normalAheadSeconds > 0 && normalSeconds > normalAheadSeconds + besideSeconds;
    }
  }

  UrgentResult {
    runs = List.copyOf(runs);
  }

  /** Sums up. */
  static UrgentResult of(
      int hosts,
      LinkRate rate,
      boolean linkRateTold,
      long urgentBytes,
      long normalBytes,
      Goodput goodput,
      List<Run> runs) {
    double alone = median(runs, Run::aloneSeconds);
    double beside = median(runs, Run::besideSeconds);
    return new UrgentResult(
        hosts,
        rate.bitsPerSecond(),
        linkRateTold,
        urgentBytes,
        normalBytes,
        goodput.bytesPerSecond(),
        Runtime.getRuntime().availableProcessors(),
        alone,
        beside,
        alone == 0 ? 0 : beside / alone,
        runs);
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> value) {
    return Statistics.median(runs.stream().mapToDouble(value).toArray());
  }

  /** Whether it overtook, in every run that says anything. */
  boolean isGood() {
    return !runs.isEmpty() && ratio <= RATIO_MAX && runs.stream().allMatch(Run::isBeside);
  }

  /** What is printed for people. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    text.add(
        String.format(
            Locale.ROOT,
            "%d hosts, %d Mbit/s links%s, urgent %d MiB, normal %d MiB; goodput %.1f MB/s;"
                + " %d processors",
            hosts,
            bitsPerSecond / 1_000_000,
            linkRateTold ? " (agents know)" : "",
            urgentBytes >> 20,
            normalBytes >> 20,
            goodputBytesPerSecond / 1e6,
            processors));
    TextTable table =
        new TextTable(">RUN", ">URGENT ALONE", ">BESIDE", ">RATIO", ">NORMAL", ">IT HAD RUN");
    for (Run run : runs) {
      table.row(
          Integer.toString(run.number()),
          seconds(run.aloneSeconds()),
          seconds(run.besideSeconds()),
          String.format(Locale.ROOT, "%.2f", run.besideSeconds() / run.aloneSeconds()),
          seconds(run.normalSeconds()) + (run.isBeside() ? "" : ", over too early"),
          seconds(run.normalAheadSeconds()));
    }
    text.addAll(table.lines());
    text.add(
        String.format(
            Locale.ROOT,
            "in the median %.2f s alone, %.2f s beside: %.2f times (at most %.2f): %s",
            aloneSeconds,
            besideSeconds,
            ratio,
            RATIO_MAX,
            isGood() ? "it overtakes" : "MISSED"));
    return text;
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f s", value);
  }
}
