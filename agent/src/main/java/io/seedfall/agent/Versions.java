package io.seedfall.agent;

import io.seedfall.agent.AgentState.Origin;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Pace;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferPace;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions on this machine, by info-hash: asked for, opened, seeded, given up, let go. Belongs
 * to the {@link AgentLoop}'s thread, but for {@link #holdings}.
 */
final class Versions {
  /** Versions on this machine. */
  static final int VERSIONS_MAX = 1_024;

  /** What is staged for a deployment of which nobody speaks any more is kept for so long. */
  static final Duration STAGED_KEPT = Duration.ofDays(7);

  /** How exactly it is written down when a version was used. */
  private static final long USED_MILLIS = 3_600_000L;

  /** How often it is looked how much room there is. */
  private static final long LOOK_NANOS = 1_000_000_000L;

  private static final String SEED_NEIGHBOURS = "seed";
  private static final String REPAIR_NEIGHBOURS = "repair";
  private static final Logger LOG = LoggerFactory.getLogger(Versions.class);

  /**
   * What stays, and what the date is.
   *
   * @param retention which versions are kept
   * @param nowMillis the date
   */
  record Rules(Retention retention, LongSupplier nowMillis) {
    int versionsMax() {
      return retention.versionsMax();
    }

    long now() {
      return nowMillis.getAsLong();
    }
  }

  private final AgentWork work;
  private final KeptState state;
  private final AgentLoop.Upwards upwards;
  private final AssignmentBook runs;
  private final HaltWord halt;
  private final Rules rules;
  private final TreeMap<InfoHash, KeptVersion> versions = new TreeMap<>();
  private final Map<InfoHash, AgentEvent.Handover> handovers = new TreeMap<>();
  private final Leftovers leftovers = new Leftovers();
  private final Set<String> holdings = ConcurrentHashMap.newKeySet();
  private long lookedNanos = System.nanoTime() - LOOK_NANOS;

  Versions(
      AgentWork work,
      KeptState state,
      AgentLoop.Upwards upwards,
      AssignmentBook runs,
      HaltWord halt,
      Rules rules) {
    this.work = work;
    this.state = state;
    this.upwards = upwards;
    this.runs = runs;
    this.halt = halt;
    this.rules = rules;
  }

  /**
   * Takes over a version of the last run that is open again.
   *
   * @param complete else it is being repaired
   */
  void reopened(Metainfo metainfo, Transfer transfer, boolean complete) {
    KeptVersion.Phase open = new KeptVersion.Phase.Open(metainfo, transfer, complete, false);
    versions.put(metainfo.infoHash(), new KeptVersion(metainfo.infoHash(), open));
    if (complete) {
      holdings.add(metainfo.infoHash().hex());
    }
  }

  /** Info-hashes of which all is here and seeded. Any thread. */
  List<String> holdings() {
    return List.copyOf(holdings);
  }

  @Nullable KeptVersion find(InfoHash infoHash) {
    return versions.get(infoHash);
  }

  /** One that must be here: the loop asked for something on its behalf. */
  KeptVersion get(InfoHash infoHash) {
    KeptVersion version = versions.get(infoHash);
    if (version == null) {
      throw new IllegalStateException("no version " + infoHash);
    }
    return version;
  }

  /** The version that is open as this transfer, null when none is any more. */
  @Nullable KeptVersion find(Transfer transfer) {
    KeptVersion version = versions.get(transfer.infoHash());
    return version != null && transfer.equals(version.transfer()) ? version : null;
  }

  /** Whether there is room for this one. */
  boolean hasRoomFor(InfoHash infoHash) {
    return versions.size() < VERSIONS_MAX || versions.containsKey(infoHash);
  }

  /** The version, which begins to be learned when it is not here. */
  KeptVersion wanted(InfoHash infoHash) {
    KeptVersion version = versions.get(infoHash);
    if (version == null) {
      version = new KeptVersion(infoHash, new KeptVersion.Phase.Learning());
      versions.put(infoHash, version);
      work.learn(infoHash);
    }
    return version;
  }

  /* --------------- What becomes of one --------------- */

  void metainfoCame(Metainfo metainfo) {
    get(metainfo.infoHash()).enter(new KeptVersion.Phase.Known(metainfo), "the metainfo came");
  }

  void metainfoMissing(InfoHash infoHash) {
    versions.remove(infoHash);
  }

  /** Opens a version whose metainfo is known and that nobody has asked for yet. */
  void open(KeptVersion version, String why) {
    if (version.phase() instanceof KeptVersion.Phase.Known(Metainfo metainfo)) {
      version.enter(new KeptVersion.Phase.Opening(metainfo, false, false), why);
      work.fetch(
          metainfo,
          version.endpoints(),
          KeptVersion.here(versions, state.now(), leftovers),
          paceOf(version));
    }
  }

  void opened(Transfer transfer) {
    KeptVersion version = get(transfer.infoHash());
    KeptVersion.Phase.Opening opening = opening(version);
    version.enter(
        new KeptVersion.Phase.Open(
            opening.metainfo(), transfer, opening.complete(), opening.source()),
        "the transfer is open");
    transfer.neighbours(version.endpoints());
    AgentEvent.Handover handover = handovers.remove(transfer.infoHash());
    if (handover != null) {
      state.keep(
          state
              .now()
              .withVersion(
                  transfer.infoHash().hex(),
                  new AgentState.Version(
                      Origin.HANDED_OVER, handover.name(), handover.stamp(), rules.now())));
      holdingChanged(transfer.infoHash(), true);
      handover.answer().accept("");
    }
  }

  void notOpened(InfoHash infoHash, String why) {
    KeptVersion version = get(infoHash);
    KeptVersion.Phase.Opening opening = opening(version);
    AgentEvent.Handover handover = handovers.remove(infoHash);
    if (handover != null) {
      handover.answer().accept(why);
    }
    if (state.now().versions().containsKey(infoHash.hex())) {
      LOG.warn("version {} is given up: {}", infoHash, why);
    }
    forget(infoHash, opening.complete());
    version.enter(new KeptVersion.Phase.Closing(opening.metainfo(), false), why);
    work.close(infoHash, null, true);
  }

  private static KeptVersion.Phase.Opening opening(KeptVersion version) {
    if (version.phase() instanceof KeptVersion.Phase.Opening opening) {
      return opening;
    }
    throw new IllegalStateException("opened by whom? " + version.infoHash());
  }

  void completed(Transfer transfer, String stamp) {
    KeptVersion version = find(transfer);
    if (version == null || !(version.phase() instanceof KeptVersion.Phase.Open open)) {
      return; // closed meanwhile
    }
    version.enter(
        new KeptVersion.Phase.Open(open.metainfo(), transfer, true, open.source()),
        "every byte is here");
    String infoHash = transfer.infoHash().hex();
    AgentState.Version before = state.now().versions().get(infoHash);
    if (before != null) {
      LOG.info("version {} is whole again", infoHash);
    }
    // Nobody used it because it was repaired.
    long usedMillis = before == null ? rules.now() : before.lastUsedMillis();
    state.keep(
        state
            .now()
            .withVersion(
                infoHash,
                new AgentState.Version(Origin.FETCHED, open.metainfo().name(), stamp, usedMillis)));
    version.forgetNeighbours(REPAIR_NEIGHBOURS);
    holdingChanged(transfer.infoHash(), true);
  }

  /* --------------- Repair --------------- */

  /** What is known of a version that is complete and open, null when it is not. */
  AgentState.@Nullable Version completeOne(InfoHash infoHash) {
    KeptVersion version = versions.get(infoHash);
    return version != null
            && version.phase() instanceof KeptVersion.Phase.Open open
            && open.complete()
        ? state.now().versions().get(infoHash.hex())
        : null;
  }

  /** Fetches pieces of a complete and open version again, into the files as they are. */
  void repair(InfoHash infoHash, PieceSet pieces) {
    KeptVersion version = get(infoHash);
    if (!(version.phase() instanceof KeptVersion.Phase.Open open)) {
      throw new IllegalStateException("not open: " + infoHash);
    }
    holdingChanged(infoHash, false);
    version.enter(new KeptVersion.Phase.Opening(open.metainfo(), false, false), "it has rotted");
    work.repair(
        new AgentWork.Rotten(
            open.metainfo(), open.transfer(), pieces, state.now().destinationsOf(infoHash.hex())),
        version.endpoints(),
        KeptVersion.here(versions, state.now(), leftovers),
        paceOf(version));
  }

  /** Whether it was complete once, and is going to be again. */
  boolean isRepaired(InfoHash infoHash) {
    KeptVersion version = versions.get(infoHash);
    return version != null
        && !version.isComplete()
        && state.now().versions().containsKey(infoHash.hex());
  }

  /** These may have what a repair misses. */
  void peersFound(InfoHash infoHash, List<Neighbour> peers) {
    if (isRepaired(infoHash)) {
      get(infoHash).neighbours(REPAIR_NEIGHBOURS, peers);
    }
  }

  /* --------------- How one ends --------------- */

  /** Its transfer cannot go on. */
  void giveUp(KeptVersion version, String why) {
    if (version.phase() instanceof KeptVersion.Phase.Open open) {
      LOG.warn("version {} is given up: {}", version.infoHash(), why);
      discard(version, open.metainfo(), why);
    }
  }

  /** A kept version is not what it was; whoever wants it gets it fetched anew. */
  void damaged(InfoHash infoHash, String why) {
    KeptVersion version = get(infoHash);
    if (version.phase() instanceof KeptVersion.Phase.Open open) {
      LOG.warn("version {} is given up, and fetched anew when it is wanted: {}", infoHash, why);
      discard(version, open.metainfo(), why);
    }
  }

  private void discard(KeptVersion version, Metainfo metainfo, String why) {
    Transfer transfer = version.transfer();
    forget(version.infoHash(), version.isComplete());
    version.enter(new KeptVersion.Phase.Closing(metainfo, false), why);
    work.close(version.infoHash(), transfer, true);
  }

  /** The state and the coordinator no longer count on it. Before its files go. */
  private void forget(InfoHash infoHash, boolean complete) {
    if (state.now().versions().containsKey(infoHash.hex())) {
      state.keep(state.now().withoutVersion(infoHash.hex()));
    }
    if (complete) {
      holdingChanged(infoHash, false);
    }
  }

  void closed(InfoHash infoHash) {
    KeptVersion version = get(infoHash);
    if (!(version.phase() instanceof KeptVersion.Phase.Closing closing)) {
      throw new IllegalStateException("closed by whom? " + infoHash);
    }
    if (closing.reopen()) {
      version.enter(
          new KeptVersion.Phase.Opening(closing.metainfo(), true, true), "it is the source now");
      work.seed(closing.metainfo(), true, version.endpoints(), paceOf(version));
    } else if (runs.unfinished(infoHash).isEmpty()) {
      versions.remove(infoHash);
      leftovers.remove(infoHash);
      lookedNanos = System.nanoTime() - LOOK_NANOS; // its room is there now
    } else {
      version.enter(new KeptVersion.Phase.Learning(), "it is wanted again");
      work.learn(infoHash);
    }
  }

  /* --------------- What others want of it --------------- */

  void seed(CoordinatorMessage.Seed seed) {
    InfoHash infoHash;
    try {
      infoHash = InfoHash.parse(seed.infoHash());
    } catch (IllegalArgumentException e) {
      LOG.warn("told to seed nonsense: {}", e.getMessage());
      return;
    }
    KeptVersion version = versions.get(infoHash);
    if (version == null || !version.isComplete()) {
      upwards.holding(infoHash.hex(), false);
      return;
    }
    version.neighbours(SEED_NEIGHBOURS, seed.neighbours());
    if (seed.neighbours().isEmpty()) {
      version.paces().forgetSeed();
    } else {
      version.paces().saySeed(seed.pace());
      used(infoHash);
    }
    if (seed.source() && version.phase() instanceof KeptVersion.Phase.Open open && !open.source()) {
      version.enter(new KeptVersion.Phase.Closing(open.metainfo(), true), "it becomes the source");
      work.close(infoHash, open.transfer(), false);
    }
  }

  /** It is of use now; written down now and then only. */
  private void used(InfoHash infoHash) {
    AgentState.Version known = state.now().versions().get(infoHash.hex());
    if (known != null && rules.now() - known.lastUsedMillis() > USED_MILLIS) {
      state.keep(state.now().used(infoHash.hex(), rules.now()));
    }
  }

  void neighbours(InfoHash infoHash, String deployment, List<Neighbour> list) {
    KeptVersion version = versions.get(infoHash);
    if (version != null) {
      version.neighbours(deployment, list);
    }
  }

  /** What that deployment said of it no longer counts. */
  void forget(InfoHash infoHash, String deployment) {
    KeptVersion version = versions.get(infoHash);
    if (version != null) {
      version.forgetNeighbours(deployment);
      version.paces().forget(deployment);
    }
  }

  void pace(InfoHash infoHash, String deployment, Pace pace) {
    KeptVersion version = versions.get(infoHash);
    if (version != null) {
      version.paces().say(deployment, pace);
    }
  }

  /** Tells every transfer how fast it may be now, when that has changed. */
  void pace() {
    for (KeptVersion version : versions.values()) {
      Transfer transfer = version.transfer();
      if (transfer != null) {
        TransferPace due = paceOf(version);
        if (!transfer.pace().equals(due)) {
          transfer.pace(due);
        }
      }
    }
  }

  private TransferPace paceOf(KeptVersion version) {
    if (leftovers.contains(version.infoHash())) {
      return Paces.ofTransfer(Pace.FREE, true);
    }
    return Paces.ofTransfer(version.paces().current(this::isAtWork), halt.isHalted());
  }

  private boolean isAtWork(String deployment) {
    AssignmentRun run = runs.find(deployment);
    return run != null && !run.isFinished();
  }

  void handedOver(AgentEvent.Handover handover) {
    InfoHash infoHash = handover.metainfo().infoHash();
    KeptVersion version = versions.get(infoHash);
    if (version != null) {
      work.deleteStaged(handover.staged());
      handover
          .answer()
          .accept(version.isComplete() ? "" : "this very content is just being fetched: wait");
    } else if (versions.size() >= VERSIONS_MAX) {
      work.deleteStaged(handover.staged());
      handover.answer().accept("this agent keeps " + VERSIONS_MAX + " versions already");
    } else {
      KeptVersion.Phase opening = new KeptVersion.Phase.Opening(handover.metainfo(), true, false);
      versions.put(infoHash, new KeptVersion(infoHash, opening));
      handovers.put(infoHash, handover);
      work.adopt(handover);
    }
  }

  /* --------------- What stays --------------- */

  /** Lets go of every version that nobody refers to, or that is too old or too much. */
  void retain(long nowNanos) {
    forgetStaged();
    Set<String> kept = state.now().retained(rules.versionsMax());
    Set<String> active = state.now().active();
    List<KeptVersion> spare = new ArrayList<>();
    for (KeptVersion version : List.copyOf(versions.values())) {
      String infoHash = version.infoHash().hex();
      boolean wanted = !runs.unfinished(version.infoHash()).isEmpty();
      boolean whole = version.isComplete() || isRepaired(version.infoHash());
      if (wanted || whole) {
        leftovers.remove(version.infoHash());
      } else if (version.phase() instanceof KeptVersion.Phase.Open) {
        leftovers.left(version.infoHash(), nowNanos);
      }
      if (wanted || leftovers.stays(version.infoHash(), nowNanos, oneIsAboutToOpen())) {
        continue;
      }
      if (!whole || !kept.contains(infoHash)) {
        letGo(version, "nobody refers to it any more");
      } else if (!active.contains(infoHash)) {
        if (rules.retention().isTooOld(usedMillis(version), rules.now())) {
          letGo(version, "nobody has used it for too long");
        } else {
          spare.add(version);
        }
      }
    }
    makeRoom(spare, nowNanos);
  }

  private boolean oneIsAboutToOpen() {
    return versions.values().stream()
        .anyMatch(each ->
            switch (each.phase()) {
              case KeptVersion.Phase.Learning _,
                  KeptVersion.Phase.Known _,
                  KeptVersion.Phase.Opening _ ->
                  !runs.unfinished(each.infoHash()).isEmpty();
              case KeptVersion.Phase.Open _, KeptVersion.Phase.Closing _ -> false;
            });
  }

  /** When something is to be let go, if nothing happens before. */
  long waitNanos(long nowNanos) {
    return leftovers.waitNanos(nowNanos);
  }

  /**
   * Lets go of what was left behind when its room is needed for that content. Whoever wants to
   * fetch it goes on when that has gone.
   */
  boolean makesRoomFor(Metainfo metainfo) {
    Set<InfoHash> others = new HashSet<>(leftovers.all());
    others.remove(metainfo.infoHash());
    if (others.isEmpty() || !isShortFor(metainfo)) {
      return false;
    }
    others.forEach(infoHash -> letGo(get(infoHash), "its room is needed"));
    return true;
  }

  private boolean isShortFor(Metainfo metainfo) {
    try {
      return work.space().usableBytes() < metainfo.geometry().totalBytes();
    } catch (IOException e) {
      LOG.warn("cannot see how much room there is: {}", e.getMessage());
      return false;
    }
  }

  /** Who staged something and never came back does not keep it for ever. */
  private void forgetStaged() {
    for (Map.Entry<String, AgentState.Staged> entry : state.now().staged().entrySet()) {
      if (runs.find(entry.getKey()) == null
          && rules.now() - entry.getValue().sinceMillis() > STAGED_KEPT.toMillis()) {
        state.keep(state.now().notStaged(entry.getKey()));
      }
    }
  }

  private long usedMillis(KeptVersion version) {
    AgentState.Version known = state.now().versions().get(version.infoHash().hex());
    return known == null ? rules.now() : known.lastUsedMillis();
  }

  /**
   * Lets the version go that was used longest ago while the file system has too little left; one
   * after the other, because its room is there only when it is gone.
   */
  private void makeRoom(List<KeptVersion> spare, long nowNanos) {
    boolean oneIsGoing =
        versions.values().stream()
            .anyMatch(each -> each.phase() instanceof KeptVersion.Phase.Closing);
    if (spare.isEmpty()
        || oneIsGoing
        || rules.retention().keepFree().equals(KeepFree.NOTHING)
        || nowNanos - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = nowNanos;
    try {
      if (rules.retention().keepFree().isShort(work.space())) {
        KeptVersion oldest = Collections.min(spare, Comparator.comparingLong(this::usedMillis));
        LOG.info("version {} makes room", oldest.infoHash());
        letGo(oldest, "the file system has too little left");
      }
    } catch (IOException e) {
      LOG.warn("cannot see how much room there is: {}", e.getMessage());
    }
  }

  private void letGo(KeptVersion version, String why) {
    switch (version.phase()) {
      case KeptVersion.Phase.Known(Metainfo metainfo) -> discard(version, metainfo, why);
      case KeptVersion.Phase.Open open -> discard(version, open.metainfo(), why);
      // A worker is busy with it; its answer brings us back here.
      case KeptVersion.Phase.Learning _,
          KeptVersion.Phase.Opening _,
          KeptVersion.Phase.Closing _ -> {}
    }
  }

  private void holdingChanged(InfoHash infoHash, boolean complete) {
    if (complete) {
      holdings.add(infoHash.hex());
    } else {
      holdings.remove(infoHash.hex());
    }
    upwards.holding(infoHash.hex(), complete);
  }
}
