package io.seedfall.benchmarks;

import io.seedfall.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All that {@code bench control} measured; its JSON. Seconds of a span, and CPU seconds of the
 * coordinator meanwhile.
 *
 * @param agents how many machines
 * @param processors of the machine, which the coordinator shares with the crowd
 * @param loadBefore the load average of the last minute before it began
 * @param spans what took how long, in order
 * @param questions how long users waited for answers meanwhile
 * @param messagesSaid by the crowd
 * @param messagesHeard by the crowd
 * @param failedMachines of both deployments
 * @param peakRssBytes the most that a coordinator had resident
 * @param threads of the coordinator, at the end
 * @param lost why sessions and attempts ended, and how often
 * @param aims what was aimed for
 */
record ControlResult(
    int agents,
    int processors,
    double loadBefore,
    List<Span> spans,
    List<Asking.Latency> questions,
    long messagesSaid,
    long messagesHeard,
    int failedMachines,
    long peakRssBytes,
    int threads,
    String lost,
    List<Aim> aims) {
  static final double ASSIGNED_SECONDS_MAX = 5;
  static final double ANSWER_MILLIS_MAX = 200;
  static final double RECONNECTED_SECONDS_MAX = 30;
  static final double RSS_MIB_MAX = 1_024;

  private static final double MIB = 1 << 20;

  /**
   * Something that took time.
   *
   * @param what it was
   * @param seconds it took
   * @param cpuSeconds of the coordinator
   */
  record Span(String what, double seconds, double cpuSeconds) {}

  /**
   * Something that has to be small.
   *
   * @param what it is
   * @param value as measured
   * @param below what it has to be below, or equal to
   */
  record Aim(String what, double value, double below) {
    boolean isMet() {
      return value <= below;
    }
  }

  ControlResult {
    spans = List.copyOf(spans);
    questions = List.copyOf(questions);
    aims = List.copyOf(aims);
  }

  boolean meetsAll() {
    return aims.stream().allMatch(Aim::isMet);
  }

  static List<Aim> aims(
      double assignedSeconds,
      double answerMillis,
      double reconnectedSeconds,
      int failedMachines,
      long peakRssBytes) {
    return List.of(
        new Aim("s until all were assigned", assignedSeconds, ASSIGNED_SECONDS_MAX),
        new Aim("ms, p99 of GET " + ControlCommand.DEPLOYMENT, answerMillis, ANSWER_MILLIS_MAX),
        new Aim("s until all were back", reconnectedSeconds, RECONNECTED_SECONDS_MAX),
        new Aim("machines failed", failedMachines, 0),
        new Aim("MiB of RSS at most", peakRssBytes / MIB, RSS_MIB_MAX));
  }

  /** What is printed for people. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    text.add(
        "%d agents, %d processors, load %s before; %d messages to the coordinator, %d from it"
            .formatted(
                agents, processors, number("%.1f", loadBefore), messagesSaid, messagesHeard));
    TextTable times = new TextTable("SPAN", ">SECONDS", ">CPU-S OF THE COORDINATOR");
    for (Span span : spans) {
      times.row(span.what(), number("%.2f", span.seconds()), number("%.2f", span.cpuSeconds()));
    }
    text.addAll(times.lines());
    TextTable asked =
        new TextTable(
            "MEANWHILE", ">ANSWERS", ">FAILURES", ">P50 MS", ">P99 MS", ">MAX MS", ">BYTES");
    for (Asking.Latency question : questions) {
      asked.row(
          "GET " + question.path(),
          Integer.toString(question.answers()),
          Integer.toString(question.failures()),
          number("%.1f", question.medianMillis()),
          number("%.1f", question.p99Millis()),
          number("%.1f", question.maxMillis()),
          Long.toString(question.largestBytes()));
    }
    text.addAll(asked.lines());
    TextTable verdict = new TextTable("AIM", ">MEASURED", ">AT MOST", "VERDICT");
    for (Aim aim : aims) {
      verdict.row(
          aim.what(),
          number("%.2f", aim.value()),
          number("%.0f", aim.below()),
          aim.isMet() ? "met" : "MISSED");
    }
    text.addAll(verdict.lines());
    return text;
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
