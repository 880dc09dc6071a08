package io.seedfall.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * All that {@code bench rack} measured; its JSON.
 *
 * @param hosts receivers
 * @param bitsPerSecond of a link, as it was shaped
 * @param bytes of the file
 * @param goodputBytesPerSecond what TCP got through one link
 * @param boundSeconds the file at that rate
 * @param slow hosts with less
 * @param processors of this machine, which plays all hosts
 * @param contenders one line each: medians over its runs
 * @param runs everything, in the order in which it was run
 */
record RackResult(
    int hosts,
    long bitsPerSecond,
    long bytes,
    double goodputBytesPerSecond,
    double boundSeconds,
    List<SlowHost> slow,
    int processors,
    List<Line> contenders,
    List<Measurement> runs) {

  /**
   * One contender: medians over its good runs.
   *
   * @param contender its label
   * @param goodRuns runs in which every host got the file, byte for byte
   * @param runs all of them
   * @param makespanSeconds when the last host had it
   * @param makespanSecondsMin the best run
   * @param makespanSecondsMax the worst run
   * @param medianSeconds when half of the hosts had it
   * @param ratio makespan to bound
   * @param fullRateSeconds when the last host that is not slow had it
   * @param sourceCopies bytes that the source sent, in copies of the file
   * @param cpuSeconds of all processes from their start
   * @param transferCpuSeconds of all processes while the file was sent
   * @param peakRssBytes of the largest process
   * @param peakRssAnonBytes the same without mapped files
   */
  record Line(
      String contender,
      int goodRuns,
      int runs,
      double makespanSeconds,
      double makespanSecondsMin,
      double makespanSecondsMax,
      double medianSeconds,
      double ratio,
      double fullRateSeconds,
      double sourceCopies,
      double cpuSeconds,
      double transferCpuSeconds,
      long peakRssBytes,
      long peakRssAnonBytes) {}

  RackResult {
    slow = List.copyOf(slow);
    contenders = List.copyOf(contenders);
    runs = List.copyOf(runs);
  }

  /** Sums up the runs. */
  static RackResult of(
      int hosts,
      LinkRate rate,
      long bytes,
      Goodput goodput,
      List<SlowHost> slow,
      List<Measurement> runs) {
    double bound = bytes / goodput.bytesPerSecond();
    TreeSet<Integer> slowHosts = new TreeSet<>();
    slow.forEach(one -> slowHosts.add(one.host()));
    List<Line> lines = new ArrayList<>();
    for (String contender : runs.stream().map(Measurement::contender).distinct().toList()) {
      List<Measurement> all =
          runs.stream().filter(run -> run.contender().equals(contender)).toList();
      lines.add(line(contender, all, bytes, bound, slowHosts));
    }
    return new RackResult(
        hosts,
        rate.bitsPerSecond(),
        bytes,
        goodput.bytesPerSecond(),
        bound,
        slow,
        Runtime.getRuntime().availableProcessors(),
        lines,
        runs);
  }

  private static Line line(
      String contender, List<Measurement> all, long bytes, double bound, Set<Integer> slow) {
    List<Measurement> good = all.stream().filter(Measurement::isGood).toList();
    double makespan = median(good, Measurement::makespanSeconds);
    return new Line(
        contender,
        good.size(),
        all.size(),
        makespan,
        good.stream().mapToDouble(Measurement::makespanSeconds).min().orElse(0),
        good.stream().mapToDouble(Measurement::makespanSeconds).max().orElse(0),
        median(good, Measurement::medianSeconds),
        makespan / bound,
        median(good, run -> run.makespanSecondsWithout(slow)),
        median(good, run -> (double) run.sourceBytes() / bytes),
        median(good, Measurement::cpuSeconds),
        median(good, Measurement::transferCpuSeconds),
        good.stream().mapToLong(Measurement::peakRssBytes).max().orElse(0),
        good.stream().mapToLong(Measurement::peakRssAnonBytes).max().orElse(0));
  }

  private static double median(List<Measurement> runs, ToDoubleFunction<Measurement> of) {
    return Statistics.median(runs.stream().mapToDouble(of).toArray());
  }
}
