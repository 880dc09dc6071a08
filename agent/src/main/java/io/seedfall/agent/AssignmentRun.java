package io.seedfall.agent;

import io.seedfall.control.Assignment;
import io.seedfall.control.Destination;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One assignment, from its arrival to its end.
 *
 * <pre>
 *   Learning --metainfo--> Checking --destination, room--> Fetching --whole--> Installing
 *      │                      │                               │                   │
 *      └──────────────────────┴───────────────────────────────┴───────────────────┴──► Finished
 * </pre>
 *
 * <p>Belongs to the {@link AgentLoop}'s thread.
 */
final class AssignmentRun {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentRun.class);

  /** Where it stands. */
  sealed interface Phase {
    record Learning() implements Phase {}

    record Checking() implements Phase {}

    record Fetching() implements Phase {}

    record Installing() implements Phase {}

    /** The end: INSTALLED, FAILED or CANCELLED. */
    record Finished(MachinePhase outcome, String why) implements Phase {}
  }

  private final Assignment assignment;
  private final Destination destination;
  private final InfoHash infoHash;
  private final long startedNanos;
  private final Set<Endpoint> introduced = new LinkedHashSet<>();
  private final Set<Endpoint> holders = new LinkedHashSet<>();
  private @Nullable Map<Endpoint, Long> receivedBefore;
  private Phase phase = new Phase.Learning();
  private long bytesDone;
  private long bytesFromHolders;
  private long bytesFromPeers;
  private long finishedNanos;

  AssignmentRun(
      Assignment assignment, Destination destination, InfoHash infoHash, long startedNanos) {
    this.assignment = assignment;
    this.destination = destination;
    this.infoHash = infoHash;
    this.startedNanos = startedNanos;
    introduce(assignment.neighbours());
  }

  String id() {
    return assignment.deploymentId();
  }

  Assignment assignment() {
    return assignment;
  }

  Destination destination() {
    return destination;
  }

  InfoHash infoHash() {
    return infoHash;
  }

  Phase phase() {
    return phase;
  }

  boolean isFinished() {
    return phase instanceof Phase.Finished;
  }

  /** The only writer of the phase. */
  void enter(Phase next, String why, long nowNanos) {
    boolean possible =
        switch (next) {
          case Phase.Learning _ -> phase instanceof Phase.Checking;
          case Phase.Checking _ -> phase instanceof Phase.Learning;
          case Phase.Fetching _ -> phase instanceof Phase.Checking;
          case Phase.Installing _ -> phase instanceof Phase.Fetching;
          case Phase.Finished(MachinePhase outcome, String _) ->
              !isFinished()
                  && outcome.isFinal()
                  && (outcome != MachinePhase.INSTALLED || phase instanceof Phase.Installing);
        };
    if (!possible) {
      throw new IllegalStateException(id() + ": " + phase + " -> " + next + " because " + why);
    }
    phase = next;
    if (next instanceof Phase.Finished(MachinePhase outcome, String _)) {
      finishedNanos = nowNanos;
      LOG.info("deployment {} at {}: {} ({})", id(), destination, outcome, why);
    } else {
      LOG.debug("deployment {}: {} because {}", id(), next.getClass().getSimpleName(), why);
    }
  }

  /**
   * Who had a full copy when we heard of them first is a holder for good, everybody else a peer.
   */
  void introduce(List<Neighbour> neighbours) {
    for (Neighbour neighbour : neighbours) {
      Endpoint endpoint = KeptVersion.endpoint(neighbour);
      if (endpoint != null
          && introduced.size() < KeptVersion.NEIGHBOURS_MAX
          && introduced.add(endpoint)
          && neighbour.holdsAll()) {
        holders.add(endpoint);
      }
    }
  }

  /** What a shared transfer has received until now was not received for us. */
  void joined(TransferProgress progress) {
    if (receivedBefore == null) {
      receivedBefore = progress.bytesReceivedFrom();
    }
  }

  /** Takes the numbers of the transfer; says whether they changed. */
  boolean progressed(TransferProgress progress) {
    Map<Endpoint, Long> before = receivedBefore == null ? Map.of() : receivedBefore;
    long fromHolders = 0;
    long fromPeers = 0;
    for (Map.Entry<Endpoint, Long> sender : progress.bytesReceivedFrom().entrySet()) {
      long bytes = Math.max(0, sender.getValue() - before.getOrDefault(sender.getKey(), 0L));
      if (holders.contains(sender.getKey())) {
        fromHolders += bytes;
      } else {
        fromPeers += bytes;
      }
    }
    boolean changed =
        bytesDone != progress.bytesVerified()
            || bytesFromHolders != fromHolders
            || bytesFromPeers != fromPeers;
    bytesDone = progress.bytesVerified();
    bytesFromHolders = fromHolders;
    bytesFromPeers = fromPeers;
    return changed;
  }

  /** How long ago it was assigned. */
  long ageNanos(long nowNanos) {
    return nowNanos - startedNanos;
  }

  /** How far it is, for the coordinator. */
  MachineReport report(long nowNanos) {
    MachinePhase machinePhase =
        switch (phase) {
          case Phase.Learning _, Phase.Checking _, Phase.Fetching _ -> MachinePhase.FETCHING;
          case Phase.Installing _ -> MachinePhase.INSTALLING;
          case Phase.Finished(MachinePhase outcome, String _) -> outcome;
        };
    String why =
        switch (phase) {
          case Phase.Finished(MachinePhase outcome, String reason) ->
              outcome == MachinePhase.INSTALLED ? "" : reason;
          case Phase.Learning _, Phase.Checking _, Phase.Fetching _, Phase.Installing _ -> "";
        };
    long untilNanos = isFinished() ? finishedNanos : nowNanos;
    return new MachineReport(
        id(),
        machinePhase,
        why,
        bytesDone,
        bytesFromHolders,
        bytesFromPeers,
        (untilNanos - startedNanos) / 1_000_000);
  }
}
