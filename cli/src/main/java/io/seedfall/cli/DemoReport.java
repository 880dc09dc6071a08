package io.seedfall.cli;

import io.seedfall.control.MachineView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a demo came to, as text and as JSON.
 *
 * @param event {@code result}
 * @param sizeBytes bytes of the content
 * @param seconds from the request to the last machine's install
 * @param sourceCopies how often the source sent the content: what all machines received from it,
 *     divided by its size
 * @param agentBytesPerSecond the rate at which one machine received: the limit when there is one,
 *     else the mean of what was measured
 * @param oneServerSeconds what one server would need that sends to all machines, one copy each, at
 *     that rate
 * @param verified whether every machine's copy has the source's SHA-256
 * @param agents machine by machine
 */
record DemoReport(
    String event,
    long sizeBytes,
    double seconds,
    double sourceCopies,
    double agentBytesPerSecond,
    double oneServerSeconds,
    boolean verified,
    List<AgentResult> agents) {

  /**
   * One machine.
   *
   * @param agent its name
   * @param seconds from its assignment to its install
   * @param bytesFromSource bytes received from the source
   * @param bytesFromPeers bytes received from other machines
   * @param verified whether its copy, read from its destination, has the source's SHA-256
   */
  record AgentResult(
      String agent, double seconds, long bytesFromSource, long bytesFromPeers, boolean verified) {}

  /**
   * Sums up.
   *
   * @param machines the deployment's machines
   * @param verified names of those whose copy was found equal
   * @param maxBytesPerSecond the limit of each agent, 0 for none
   */
  static DemoReport of(
      long sizeBytes,
      Duration elapsed,
      List<MachineView> machines,
      Set<String> verified,
      long maxBytesPerSecond) {
    List<AgentResult> results = new ArrayList<>();
    long fromSource = 0;
    double seconds = 0;
    for (MachineView machine : machines) {
      double own = machine.elapsedMillis() / 1e3;
      results.add(
          new AgentResult(
              machine.agent(),
              own,
              machine.bytesFromHolders(),
              machine.bytesFromPeers(),
              verified.contains(machine.agent())));
      fromSource += machine.bytesFromHolders();
      seconds += own;
    }
    double mean = Math.max(1e-3, seconds / Math.max(1, machines.size()));
    double rate = maxBytesPerSecond > 0 ? maxBytesPerSecond : sizeBytes / mean;
    return new DemoReport(
        "result",
        sizeBytes,
        elapsed.toMillis() / 1e3,
        sizeBytes == 0 ? 0 : (double) fromSource / sizeBytes,
        rate,
        rate == 0 ? 0 : machines.size() * (sizeBytes / rate),
        results.stream().allMatch(AgentResult::verified) && !results.isEmpty(),
        List.copyOf(results));
  }

  TextTable table() {
    TextTable table = new TextTable("AGENT", ">SECONDS", ">FROM SOURCE", ">FROM PEERS", "VERIFIED");
    for (AgentResult agent : agents) {
      table.row(
          agent.agent(),
          String.format(Locale.ROOT, "%.1f", agent.seconds()),
          Quantity.bytesText(agent.bytesFromSource()),
          Quantity.bytesText(agent.bytesFromPeers()),
          agent.verified() ? "yes" : "NO");
    }
    return table;
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%s on %d machines in %.1f s; the source sent it %.2f times; one server sending at the rate"
            + " of one machine (%s) would have needed %.1f s",
        Quantity.bytesText(sizeBytes),
        agents.size(),
        seconds,
        sourceCopies,
        Quantity.rateText(agentBytesPerSecond),
        oneServerSeconds);
  }
}
