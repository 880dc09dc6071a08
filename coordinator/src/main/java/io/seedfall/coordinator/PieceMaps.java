package io.seedfall.coordinator;

import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.PieceMap;
import io.seedfall.control.PiecesView;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which pieces machines under way have, for whoever looks. Only a picture: the planner knows
 * nothing of it, no row keeps it, and a coordinator that begins to lead has none until the next
 * reports. Any thread.
 */
final class PieceMaps {
  /** So much memory it takes at most; then the deployment that was silent longest is forgotten. */
  static final long BYTES_MAX = 16L << 20;

  /** What an entry takes besides its bits: the node, the key, two objects. */
  private static final long ENTRY_BYTES = 200;

  private record Entry(PieceMap map, long stamp) {
    long bytes() {
      return ENTRY_BYTES + map.bits().length();
    }
  }

  private final long bytesMax;
  private final LinkedHashMap<String, TreeMap<String, Entry>> deployments =
      new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long stamp;

  /**
   * @param startMillis when this coordinator started, epoch: its stamps are greater than those of
   *     one that started before
   */
  PieceMaps(long startMillis, long bytesMax) {
    this.stamp = startMillis << 10; // exact in a browser's numbers until the year 2248
    this.bytesMax = bytesMax;
  }

  /** Takes what a machine said. */
  synchronized void heard(String agent, MachineReport report) {
    if (report.phase() != MachinePhase.FETCHING) {
      forget(report.deploymentId(), agent);
    } else if (report.pieces().cells() > 0) {
      Entry entry = new Entry(report.pieces(), ++stamp);
      Entry before =
          deployments
              .computeIfAbsent(report.deploymentId(), _ -> new TreeMap<>())
              .put(agent, entry);
      bytes += entry.bytes() - (before == null ? 0 : before.bytes());
      while (bytes > bytesMax) {
        Map.Entry<String, TreeMap<String, Entry>> eldest = deployments.firstEntry();
        bytes -= eldest.getValue().values().stream().mapToLong(Entry::bytes).sum();
        deployments.remove(eldest.getKey());
      }
    }
  }

  /** It has everything or gave up: its phase says all there is to say. */
  private void forget(String deployment, String agent) {
    TreeMap<String, Entry> machines = deployments.get(deployment);
    if (machines == null) {
      return;
    }
    Entry before = machines.remove(agent);
    if (before != null) {
      bytes -= before.bytes();
    }
    if (machines.isEmpty()) {
      deployments.remove(deployment);
    }
  }

  /** What was said of a deployment after that stamp, 0 for all. */
  synchronized PiecesView since(String deployment, long after) {
    TreeMap<String, Entry> machines = deployments.getOrDefault(deployment, new TreeMap<>());
    Map<String, String> said = new TreeMap<>();
    int cells = 0;
    for (Map.Entry<String, Entry> machine : machines.entrySet()) {
      cells = Math.max(cells, machine.getValue().map().cells());
      if (machine.getValue().stamp() > after) {
        said.put(machine.getKey(), machine.getValue().map().bits());
      }
    }
    return new PiecesView(stamp, cells, said);
  }
}
