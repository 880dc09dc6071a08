package io.seedfall.agent;

import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.protocol.InfoHash;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What an agent has done since it started, beside what its node counts. Any thread may read;
 * reports are heard from the agent's loop, the rest from any thread.
 */
final class AgentTally {
  /** How many ends are remembered, so that one that is reported again is not counted again. */
  static final int ENDS_MAX = 2 * AssignmentBook.FINISHED_MAX;

  private static final String INSTALLING = "installing";

  private final Map<MachinePhase, LongAdder> ended = new EnumMap<>(MachinePhase.class);
  private final LongAdder holderBytes = new LongAdder();
  private final LongAdder peerBytes = new LongAdder();
  private final LongAdder reusedBytes = new LongAdder();
  private final LongAdder installs = new LongAdder();
  private final LongAdder installMillis = new LongAdder();
  private final LongAdder rotFound = new LongAdder();
  private final LongAdder rotRepaired = new LongAdder();
  private final Set<InfoHash> rotten = ConcurrentHashMap.newKeySet(); // at most the kept versions
  private final Set<String> ends = Collections.newSetFromMap(new Remembered());
  private volatile boolean connected;

  private static final class Remembered extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > ENDS_MAX;
    }
  }

  AgentTally() {
    for (MachinePhase phase : MachinePhase.values()) {
      if (phase.isFinal()) {
        ended.put(phase, new LongAdder());
      }
    }
  }

  /** A report goes to the coordinator, perhaps not for the first time. The agent's loop. */
  void reported(MachineReport report) {
    LongAdder count = ended.get(report.phase());
    if (count == null || !ends.add(report.deploymentId() + " " + report.phase())) {
      return;
    }
    count.increment();
    holderBytes.add(report.bytesFromHolders());
    peerBytes.add(report.bytesFromPeers());
    reusedBytes.add(report.bytesReused());
    Long millis = report.detail().millis().get(INSTALLING);
    if (report.phase() == MachinePhase.INSTALLED && millis != null) {
      installs.increment();
      installMillis.add(millis);
    }
  }

  /** Something happened that the agent's loop will hear of. */
  void heard(AgentEvent event) {
    if (event instanceof AgentEvent.Rotten found) {
      rotFound.add(found.pieces().cardinality());
      rotten.add(found.infoHash());
    } else if (event instanceof AgentEvent.Completed completed
        && rotten.remove(completed.transfer().infoHash())) {
      rotRepaired.increment();
    }
  }

  void connected(boolean now) {
    connected = now;
  }

  boolean isConnected() {
    return connected;
  }

  long ended(MachinePhase phase) {
    LongAdder count = ended.get(phase);
    return count == null ? 0 : count.sum();
  }

  long bytesFromHolders() {
    return holderBytes.sum();
  }

  long bytesFromPeers() {
    return peerBytes.sum();
  }

  long bytesReused() {
    return reusedBytes.sum();
  }

  long installs() {
    return installs.sum();
  }

  long installNanos() {
    return installMillis.sum() * 1_000_000;
  }

  long rotFound() {
    return rotFound.sum();
  }

  long rotRepaired() {
    return rotRepaired.sum();
  }
}
