package io.seedfall.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an agent wants to say, while it waits for the wire. Only the latest counts: one report per
 * deployment, one word per holding, so that being away for a day costs no more than being away for
 * a second. Bounded by {@link #REPORTS_MAX} and {@link #HOLDINGS_MAX}. Thread-safe, never blocks.
 */
final class Outbox {
  /** Deployments with something unsaid; beyond it the oldest report that is not final goes. */
  static final int REPORTS_MAX = 4 * ControlApi.REPORTS_MAX;

  /** Holdings with something unsaid; beyond it the oldest goes (the next Hello lists all). */
  static final int HOLDINGS_MAX = ControlApi.HOLDINGS_MAX;

  /** One character in JSON, at worst: six ASCII characters of escape. */
  private static final int ESCAPED_BYTES_MAX = 6;

  /** What a report takes besides its texts. */
  private static final int NUMBERS_BYTES_MAX = 320;

  private static final int REPORT_BYTES_MAX =
      ESCAPED_BYTES_MAX * (ControlApi.WHY_CHARS_MAX + Names.NAME_CHARS_MAX) + NUMBERS_BYTES_MAX;

  private final LinkedHashMap<String, MachineReport> reports = new LinkedHashMap<>();
  private final LinkedHashMap<String, Boolean> holdings = new LinkedHashMap<>();

  /** The latest word on a deployment. */
  synchronized void report(MachineReport report) {
    reports.put(report.deploymentId(), withinLimits(report));
    if (reports.size() > REPORTS_MAX) {
      reports.remove(
          reports.values().stream()
              .filter(unsaid -> !unsaid.phase().isFinal())
              .findFirst()
              .orElseGet(() -> reports.firstEntry().getValue())
              .deploymentId());
    }
  }

  private static MachineReport withinLimits(MachineReport report) {
    if (report.why().length() <= ControlApi.WHY_CHARS_MAX) {
      return report;
    }
    return new MachineReport(
        report.deploymentId(),
        report.phase(),
        report.why().substring(0, ControlApi.WHY_CHARS_MAX),
        report.bytesDone(),
        report.bytesFromHolders(),
        report.bytesFromPeers(),
        report.elapsedMillis());
  }

  /** The latest word on a full copy. */
  synchronized void holding(String infoHash, boolean complete) {
    holdings.put(infoHash, complete);
    if (holdings.size() > HOLDINGS_MAX) {
      holdings.pollFirstEntry();
    }
  }

  /** A Hello is about to list all holdings: single words about them are old. */
  synchronized void forgetHoldings() {
    holdings.clear();
  }

  /** Everything unsaid as messages within their limits; afterwards it counts as said. */
  synchronized List<AgentMessage> drain() {
    List<AgentMessage> messages = new ArrayList<>();
    for (Map.Entry<String, Boolean> holding : holdings.entrySet()) {
      messages.add(new AgentMessage.Holding(holding.getKey(), holding.getValue()));
    }
    holdings.clear();
    Iterator<MachineReport> unsaid = reports.values().iterator();
    while (unsaid.hasNext()) {
      List<MachineReport> batch = new ArrayList<>();
      int bytes = 0;
      while (unsaid.hasNext()
          && batch.size() < ControlApi.REPORTS_MAX
          && bytes < ControlApi.MESSAGE_BYTES_MAX - REPORT_BYTES_MAX) {
        MachineReport next = unsaid.next();
        bytes +=
            ESCAPED_BYTES_MAX * (next.why().length() + next.deploymentId().length())
                + NUMBERS_BYTES_MAX;
        batch.add(next);
      }
      messages.add(new AgentMessage.Reports(List.copyOf(batch)));
    }
    reports.clear();
    return messages;
  }

  /** These could not be said after all; what came meanwhile is newer and stays. */
  synchronized void putBack(AgentMessage message) {
    switch (message) {
      case AgentMessage.Reports(List<MachineReport> old) -> {
        for (MachineReport report : old) {
          if (!reports.containsKey(report.deploymentId())) {
            report(report);
          }
        }
      }
      case AgentMessage.Holding(String infoHash, boolean complete) ->
          holdings.putIfAbsent(infoHash, complete);
      case AgentMessage.Hello _, AgentMessage.Heartbeat _ -> {}
    }
  }

  synchronized boolean isEmpty() {
    return reports.isEmpty() && holdings.isEmpty();
  }
}
