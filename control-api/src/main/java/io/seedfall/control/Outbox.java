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

  /** The names of spans and senders, each with its number. */
  private static final int DETAIL_ENTRY_BYTES_MAX = 128;

  private static final int REPORT_BYTES_MAX =
      ESCAPED_BYTES_MAX
              * (ControlApi.WHY_CHARS_MAX
                  + Names.NAME_CHARS_MAX
                  + MachineDetail.HOOK_OUTPUT_CHARS_MAX)
          + DETAIL_ENTRY_BYTES_MAX * (MachineDetail.SPANS_MAX + MachineDetail.SENDERS_MAX + 1)
          + PieceMap.BITS_CHARS_MAX
          + NUMBERS_BYTES_MAX;

  private final LinkedHashMap<String, MachineReport> reports = new LinkedHashMap<>();
  private final LinkedHashMap<String, Boolean> holdings = new LinkedHashMap<>();
  private final LinkedHashMap<String, AgentMessage.Health> health = new LinkedHashMap<>();

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
        report.elapsedMillis(),
        report.bytesReused(),
        report.detail(),
        report.pieces());
  }

  /** The latest answer of a deployment's health hook. */
  synchronized void health(AgentMessage.Health answer) {
    health.put(answer.deploymentId(), withinLimits(answer));
    if (health.size() > REPORTS_MAX) {
      health.pollFirstEntry();
    }
  }

  private static AgentMessage.Health withinLimits(AgentMessage.Health answer) {
    return answer.why().length() <= ControlApi.WHY_CHARS_MAX
        ? answer
        : new AgentMessage.Health(
            answer.deploymentId(),
            answer.healthy(),
            answer.why().substring(0, ControlApi.WHY_CHARS_MAX));
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
        bytes += bytesAtMost(next);
        batch.add(next);
      }
      messages.add(new AgentMessage.Reports(List.copyOf(batch)));
    }
    reports.clear();
    messages.addAll(health.values());
    health.clear();
    return messages;
  }

  private static int bytesAtMost(MachineReport report) {
    MachineDetail detail = report.detail();
    return ESCAPED_BYTES_MAX
            * (report.why().length()
                + report.deploymentId().length()
                + detail.hookOutput().length())
        + DETAIL_ENTRY_BYTES_MAX * (detail.millis().size() + detail.bytesFrom().size())
        + report.pieces().bits().length()
        + NUMBERS_BYTES_MAX;
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
      case AgentMessage.Health answer -> health.putIfAbsent(answer.deploymentId(), answer);
      case AgentMessage.Hello _, AgentMessage.Heartbeat _ -> {}
    }
  }

  synchronized boolean isEmpty() {
    return reports.isEmpty() && holdings.isEmpty() && health.isEmpty();
  }
}
