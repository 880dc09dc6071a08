package io.seedfall.agent;

import io.seedfall.control.Assignment;
import io.seedfall.control.Destination;
import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.PieceMap;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.HashMap;
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
 *   Learning --metainfo--> Checking --destination, room--> Fetching --whole--> Preparing
 *      ▲                                                                          │
 *      └── the version broke ── (any before Installing)                           │ one rename away
 *                                                                                 ▼
 *   Finished ◄-- Installing ◄---------------- activated ---------------------- Staged
 * </pre>
 *
 * <p>Whoever is not to be staged, or was activated already, goes from Preparing straight to
 * Installing; so does from Fetching whose install a crash cut off behind the switch. Finished can
 * be reached from everywhere.
 *
 * <p>Belongs to the {@link AgentLoop}'s thread.
 */
final class AssignmentRun {
  /** Whose bytes are counted together in {@link MachineDetail#bytesFrom}. */
  private static final String OTHERS = "others";

  private static final Logger LOG = LoggerFactory.getLogger(AssignmentRun.class);

  /** Where it stands. */
  sealed interface Phase {
    record Learning() implements Phase {}

    record Checking() implements Phase {}

    record Fetching() implements Phase {}

    /** A worker lays the content ready; it is asked for the {@code attempt}th time. */
    record Preparing(int attempt) implements Phase {}

    /** It lies ready and waits to be activated. */
    record Staged(Prepared prepared) implements Phase {}

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
  private PieceMap pieces = PieceMap.NONE;
  private long bytesFromHolders;
  private long bytesFromPeers;
  private long bytesReused;
  private long finishedNanos;
  private long phaseSinceNanos;
  private long firstByteNanos;
  private long verifiedNanos;
  private boolean activated;
  private final TimeSpent spent = new TimeSpent();
  private String hookOutput = "";
  private Map<String, Long> bytesFrom = Map.of();

  AssignmentRun(
      Assignment assignment, Destination destination, InfoHash infoHash, long startedNanos) {
    this.assignment = assignment;
    this.destination = destination;
    this.infoHash = infoHash;
    this.startedNanos = startedNanos;
    this.phaseSinceNanos = startedNanos;
    this.activated = !assignment.stage();
    introduce(assignment.neighbours());
  }

  String id() {
    return assignment.deploymentId();
  }

  /** Whether that is a later attempt at the same. */
  boolean isBefore(Assignment other) {
    return assignment.attempt() < other.attempt();
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

  /** It need not be staged any more, but goes on to be installed. */
  void activate() {
    activated = true;
  }

  boolean isActivated() {
    return activated;
  }

  /** The only writer of the phase. */
  void enter(Phase next, String why, long nowNanos) {
    boolean possible =
        switch (next) {
          case Phase.Learning _ ->
              !(phase instanceof Phase.Learning
                  || phase instanceof Phase.Installing
                  || phase instanceof Phase.Finished);
          case Phase.Checking _ -> phase instanceof Phase.Learning;
          case Phase.Fetching _ -> phase instanceof Phase.Checking;
          case Phase.Preparing _ -> phase instanceof Phase.Fetching;
          case Phase.Staged _ -> phase instanceof Phase.Preparing;
          case Phase.Installing _ ->
              phase instanceof Phase.Preparing
                  || phase instanceof Phase.Staged
                  || phase instanceof Phase.Fetching;
          case Phase.Finished(MachinePhase outcome, String _) ->
              !isFinished()
                  && outcome.isFinal()
                  && (outcome != MachinePhase.INSTALLED || phase instanceof Phase.Installing);
        };
    if (!possible) {
      throw new IllegalStateException(id() + ": " + phase + " -> " + next + " because " + why);
    }
    spend(nowNanos);
    phase = next;
    phaseSinceNanos = nowNanos;
    if (next instanceof Phase.Finished(MachinePhase outcome, String _)) {
      finishedNanos = nowNanos;
      LOG.info("deployment {} at {}: {} ({})", id(), destination, outcome, why);
    } else {
      LOG.debug("deployment {}: {} because {}", id(), next.getClass().getSimpleName(), why);
    }
  }

  /** Books the time of the phase that ends now. */
  private void spend(long nowNanos) {
    long nanos = nowNanos - phaseSinceNanos;
    switch (phase) {
      case Phase.Learning _ -> spent.add(TimeSpent.Span.LEARNING, nanos);
      case Phase.Checking _ -> spent.add(TimeSpent.Span.CHECKING, nanos);
      case Phase.Fetching _ -> fetched(nanos);
      case Phase.Staged _ -> spent.add(TimeSpent.Span.STAGED, nanos);
      case Phase.Preparing _, Phase.Installing _ -> spent.add(TimeSpent.Span.INSTALLING, nanos);
      case Phase.Finished _ -> throw new IllegalStateException(id() + " has ended");
    }
  }

  private void fetched(long nanos) {
    if (bytesFromHolders + bytesFromPeers > 0) {
      long connecting = Math.clamp(firstByteNanos - phaseSinceNanos, 0, Math.max(0, nanos));
      spent.add(TimeSpent.Span.CONNECTING, connecting);
      long after = nanos - connecting;
      long syncing =
          verifiedNanos == 0 ? 0 : Math.clamp(phaseSinceNanos + nanos - verifiedNanos, 0, after);
      spent.add(TimeSpent.Span.RECEIVING, after - syncing);
      spent.add(TimeSpent.Span.SYNCING, syncing);
    } else if (bytesDone == 0) {
      spent.add(TimeSpent.Span.CONNECTING, nanos); // in vain
    }
  }

  /** What hooks did since the last phase began: it is not time that the install took. */
  void hooksRan(long nanos, String output) {
    if (nanos > 0) {
      spent.add(TimeSpent.Span.HOOKS, nanos);
    }
    phaseSinceNanos += nanos;
    hookOutput = output;
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
    joined(progress.bytesReceivedFrom());
  }

  /** The transfer was opened while we waited for it: all it has received it received for us. */
  void joinedFromItsBeginning() {
    joined(Map.of());
  }

  private void joined(Map<Endpoint, Long> before) {
    if (receivedBefore == null) {
      receivedBefore = before;
    }
  }

  /**
   * Takes the numbers of the transfer; says whether they changed.
   *
   * @param firstNanos when the transfer stored its first byte, 0 when it has not
   * @param lastNanos when all of it was verified, 0 when it is not
   */
  boolean progressed(TransferProgress progress, long firstNanos, long lastNanos) {
    Map<Endpoint, Long> before = receivedBefore == null ? Map.of() : receivedBefore;
    long fromHolders = 0;
    long fromPeers = 0;
    Map<String, Long> from = new HashMap<>();
    for (Map.Entry<Endpoint, Long> sender : progress.bytesReceivedFrom().entrySet()) {
      long bytes = Math.max(0, sender.getValue() - before.getOrDefault(sender.getKey(), 0L));
      if (holders.contains(sender.getKey())) {
        fromHolders += bytes;
      } else {
        fromPeers += bytes;
      }
      if (bytes > 0) {
        from.put(sender.getKey().toString(), bytes);
      }
    }
    bytesFrom = from;
    firstByteNanos = firstNanos;
    verifiedNanos = lastNanos;
    boolean changed =
        bytesDone != progress.bytesVerified()
            || bytesFromHolders != fromHolders
            || bytesFromPeers != fromPeers;
    bytesDone = progress.bytesVerified();
    bytesFromHolders = fromHolders;
    bytesFromPeers = fromPeers;
    bytesReused = progress.bytesReused();
    return changed;
  }

  /** Which pieces are here. */
  void has(PieceMap now) {
    pieces = now;
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
          case Phase.Preparing _ -> activated ? MachinePhase.INSTALLING : MachinePhase.FETCHING;
          case Phase.Staged _ -> MachinePhase.STAGED;
          case Phase.Installing _ -> MachinePhase.INSTALLING;
          case Phase.Finished(MachinePhase outcome, String _) -> outcome;
        };
    String why =
        switch (phase) {
          case Phase.Finished(MachinePhase outcome, String reason) ->
              outcome == MachinePhase.INSTALLED ? "" : reason;
          case Phase.Learning _,
              Phase.Checking _,
              Phase.Fetching _,
              Phase.Preparing _,
              Phase.Staged _,
              Phase.Installing _ ->
              "";
        };
    long untilNanos = isFinished() ? finishedNanos : nowNanos;
    return new MachineReport(
        id(),
        machinePhase,
        why,
        bytesDone,
        bytesFromHolders,
        bytesFromPeers,
        (untilNanos - startedNanos) / 1_000_000,
        bytesReused,
        isFinished() ? detail() : MachineDetail.NONE,
        machinePhase == MachinePhase.FETCHING ? pieces : PieceMap.NONE);
  }

  private MachineDetail detail() {
    return new MachineDetail(spent.millis(), mostFrom(bytesFrom), hookOutput);
  }

  /** The greatest senders by name, and the rest together. */
  private static Map<String, Long> mostFrom(Map<String, Long> all) {
    Map<String, Long> most = new HashMap<>();
    all.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(sender ->
            most.merge(
                most.size() < MachineDetail.SENDERS_MAX ? sender.getKey() : OTHERS,
                sender.getValue(),
                Long::sum));
    return most;
  }
}
