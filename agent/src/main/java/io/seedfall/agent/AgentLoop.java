package io.seedfall.agent;

import io.seedfall.agent.AgentState.Origin;
import io.seedfall.control.Assignment;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Destination;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of everything an agent knows: its assignments, its versions, its state. It takes one
 * {@link AgentEvent} after the other, and leaves what takes time to {@link AgentWork}. What it has
 * to say goes up through {@link Upwards}.
 */
final class AgentLoop {
  /** Versions on this machine. */
  static final int VERSIONS_MAX = 1_024;

  private static final String SEED_NEIGHBOURS = "seed";
  private static final String REPAIR_NEIGHBOURS = "repair";
  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

  /** The way to the coordinator. Never blocks. */
  interface Upwards {
    void report(MachineReport report);

    void holding(String infoHash, boolean complete);
  }

  private final AgentInbox inbox;
  private final AgentWork work;
  private final StateFile stateFile;
  private final int keptVersionsMax;
  private final Upwards upwards;
  private final AssignmentBook runs = new AssignmentBook();
  private final TreeMap<InfoHash, KeptVersion> versions = new TreeMap<>();
  private final Map<InfoHash, AgentEvent.Handover> handovers = new TreeMap<>();
  private AgentState state;
  private final ProgressReports progress;
  private final Set<String> holdings = ConcurrentHashMap.newKeySet();

  AgentLoop(
      AgentInbox inbox,
      AgentWork work,
      StateFile stateFile,
      AgentState state,
      int keptVersionsMax,
      Upwards upwards) {
    this.inbox = inbox;
    this.work = work;
    this.stateFile = stateFile;
    this.state = state;
    this.keptVersionsMax = keptVersionsMax;
    this.upwards = upwards;
    this.progress = new ProgressReports(runs, versions, upwards);
  }

  /**
   * Takes over a version of the last run that is open again. Before {@link #run}.
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

  /** Runs until Stop. */
  void run() throws InterruptedException {
    while (true) {
      AgentEvent event = inbox.poll(progress.waitNanos(System.nanoTime()));
      if (event instanceof AgentEvent.Stop) {
        return;
      }
      if (event != null) {
        handle(event);
      }
      progress.sayWhenDue(System.nanoTime());
    }
  }

  private void handle(AgentEvent event) {
    switch (event) {
      case AgentEvent.Said(CoordinatorMessage message) -> said(message);
      case AgentEvent.MetainfoCame(Metainfo metainfo) -> metainfoCame(metainfo);
      case AgentEvent.MetainfoMissing(InfoHash infoHash, String why) -> {
        versions.remove(infoHash);
        failAll(infoHash, why);
      }
      case AgentEvent.Checked(String id) -> checked(id);
      case AgentEvent.CheckRefused(String id, String why) -> finish(id, MachinePhase.FAILED, why);
      case AgentEvent.Damaged(InfoHash infoHash, String why) -> damaged(infoHash, why);
      case AgentEvent.Preparing(InfoHash infoHash, TransferProgress soFar) ->
          progress.preparing(infoHash, soFar, System.nanoTime());
      case AgentEvent.Rotten rotten -> {
        rotten(rotten);
        rotten.handled().countDown();
      }
      case AgentEvent.PeersFound(InfoHash infoHash, List<Neighbour> peers) -> {
        KeptVersion version = versions.get(infoHash);
        if (version != null && !version.isComplete()) {
          version.neighbours(REPAIR_NEIGHBOURS, peers);
        }
      }
      case AgentEvent.Opened(Transfer transfer) -> opened(transfer);
      case AgentEvent.NotOpened(InfoHash infoHash, String why) -> notOpened(infoHash, why);
      case AgentEvent.Completed(Transfer transfer, String stamp) -> completed(transfer, stamp);
      case AgentEvent.Broken(Transfer transfer, String why) -> broken(transfer, why);
      case AgentEvent.Closed(InfoHash infoHash) -> closed(infoHash);
      case AgentEvent.Installed(String id) -> installed(id);
      case AgentEvent.NotInstalled(String id, String why) -> notInstalled(id, why);
      case AgentEvent.HandedOver(AgentEvent.Handover handover) -> handedOver(handover);
      case AgentEvent.Crashed(RuntimeException bug) ->
          throw new IllegalStateException("a worker crashed", bug);
      case AgentEvent.Stop() -> throw new IllegalStateException("Stop ends the loop before");
    }
    retain();
  }

  private void said(CoordinatorMessage message) {
    switch (message) {
      case CoordinatorMessage.Assign(Assignment assignment) -> assign(assignment);
      case CoordinatorMessage.Withdraw(String id, String why) -> withdraw(id, why);
      case CoordinatorMessage.Seed seed -> seed(seed);
      case CoordinatorMessage.Neighbours(String id, List<Neighbour> list) -> neighbours(id, list);
      case CoordinatorMessage.Welcome _, CoordinatorMessage.Refused _ ->
          throw new IllegalStateException("the session keeps " + message + " to itself");
    }
  }

  /* --------------- Assignments --------------- */

  private void assign(Assignment assignment) {
    AssignmentRun known = runs.find(assignment.deploymentId());
    if (known != null) {
      neighbours(known.id(), assignment.neighbours());
      upwards.report(known.report(System.nanoTime()));
      return;
    }
    Destination destination;
    InfoHash infoHash;
    try {
      destination = Destination.parse(assignment.destination());
      infoHash = InfoHash.parse(assignment.infoHash());
    } catch (IllegalArgumentException e) {
      refuse(assignment, String.valueOf(e.getMessage()));
      return;
    }
    supersede(assignment.deploymentId(), destination);
    String why = conflict(destination, infoHash);
    if (why != null) {
      refuse(assignment, why);
      return;
    }
    AssignmentRun run = new AssignmentRun(assignment, destination, infoHash, System.nanoTime());
    runs.add(run);
    KeptVersion version = versions.get(infoHash);
    if (version == null) {
      version = new KeptVersion(infoHash, new KeptVersion.Phase.Learning());
      versions.put(infoHash, version);
      work.learn(infoHash);
    }
    version.neighbours(run.id(), assignment.neighbours());
    upwards.report(run.report(System.nanoTime()));
    check(run, version);
  }

  /** A newer deployment to the same place takes over from one that is not in place yet. */
  private void supersede(String newer, Destination destination) {
    for (AssignmentRun older : runs.unfinished(destination)) {
      if (!(older.phase() instanceof AssignmentRun.Phase.Installing)) {
        finish(older.id(), MachinePhase.CANCELLED, "deployment " + newer + " took its place");
      }
    }
  }

  private @Nullable String conflict(Destination destination, InfoHash infoHash) {
    if (versions.size() >= VERSIONS_MAX && !versions.containsKey(infoHash)) {
      return "this agent keeps " + VERSIONS_MAX + " versions already";
    }
    for (Map.Entry<String, AgentState.Place> entry : state.places().entrySet()) {
      Destination place = Destination.parse(entry.getKey());
      if (entry.getValue().ours()
          && AssignmentBook.nested(place, destination)
          && work.isThere(place)) {
        return "destination %s and %s, which is installed here, lie one inside the other"
            .formatted(destination, place);
      }
    }
    return runs.conflict(destination);
  }

  private void refuse(Assignment assignment, String why) {
    LOG.info("deployment {} refused: {}", assignment.deploymentId(), why);
    upwards.report(
        new MachineReport(assignment.deploymentId(), MachinePhase.FAILED, why, 0, 0, 0, 0));
  }

  private void withdraw(String id, String why) {
    AssignmentRun run = runs.find(id);
    if (run == null) {
      upwards.report(new MachineReport(id, MachinePhase.CANCELLED, why, 0, 0, 0, 0));
      return;
    }
    switch (run.phase()) {
      case AssignmentRun.Phase.Learning _,
          AssignmentRun.Phase.Checking _,
          AssignmentRun.Phase.Fetching _ ->
          finish(id, MachinePhase.CANCELLED, why);
      // One step that is under way is not taken back: its report says how it ended.
      case AssignmentRun.Phase.Installing _ -> {}
      case AssignmentRun.Phase.Finished _ -> upwards.report(run.report(System.nanoTime()));
    }
    KeptVersion version = versions.get(run.infoHash());
    if (version != null) {
      version.forgetNeighbours(id);
    }
  }

  private void finish(String id, MachinePhase outcome, String why) {
    AssignmentRun run = runs.find(id);
    if (run != null && !run.isFinished()) {
      progress.take(run);
      run.enter(
          new AssignmentRun.Phase.Finished(outcome, why.isEmpty() ? "done" : why),
          why,
          System.nanoTime());
      upwards.report(run.report(System.nanoTime()));
    }
  }

  private void failAll(InfoHash infoHash, String why) {
    for (AssignmentRun run : runs.unfinished(infoHash)) {
      if (!(run.phase() instanceof AssignmentRun.Phase.Installing)) {
        finish(run.id(), MachinePhase.FAILED, why);
      }
    }
  }

  /** Everything that waits for this version goes on as far as it can. */
  private void goOn(KeptVersion version) {
    for (AssignmentRun run : runs.unfinished(version.infoHash())) {
      check(run, version);
      join(run, version);
    }
  }

  /** From Learning to Checking, when the metainfo is known. */
  private void check(AssignmentRun run, KeptVersion version) {
    Metainfo metainfo = version.metainfo();
    if (metainfo != null
        && run.phase() instanceof AssignmentRun.Phase.Learning
        && !runs.isInstalling(run.destination())) {
      run.enter(new AssignmentRun.Phase.Checking(), "the metainfo is known", System.nanoTime());
      AgentState.Version kept =
          version.isComplete() ? state.versions().get(version.infoHash().hex()) : null;
      work.check(
          run.id(),
          run.destination(),
          metainfo,
          kept == null ? null : kept.stamp(),
          state.place(run.destination().path()).ours());
    }
  }

  private void checked(String id) {
    AssignmentRun run = runs.find(id);
    if (run == null || !(run.phase() instanceof AssignmentRun.Phase.Checking)) {
      return; // withdrawn meanwhile
    }
    KeptVersion version = version(run.infoHash());
    if (version.metainfo() == null) {
      // It is on its way out; when it is gone it is learned anew.
      run.enter(new AssignmentRun.Phase.Learning(), "the version is closing", System.nanoTime());
      return;
    }
    run.enter(
        new AssignmentRun.Phase.Fetching(), "destination and room are fine", System.nanoTime());
    if (version.phase() instanceof KeptVersion.Phase.Known(Metainfo metainfo)) {
      version.enter(new KeptVersion.Phase.Opening(metainfo, false, false), run.id() + " wants it");
      work.fetch(metainfo, version.endpoints(), KeptVersion.complete(versions, state));
    }
    join(run, version);
  }

  /** The transfer is open: counts from here, and goes on when everything is here already. */
  private void join(AssignmentRun run, KeptVersion version) {
    Transfer transfer = version.transfer();
    if (transfer != null && run.phase() instanceof AssignmentRun.Phase.Fetching) {
      run.joined(transfer.progress());
      if (version.isComplete() && !runs.isInstalling(run.destination())) {
        install(run, version);
      }
    }
  }

  private void install(AssignmentRun run, KeptVersion version) {
    Metainfo metainfo = version.metainfo();
    if (metainfo == null) {
      throw new IllegalStateException("complete without metainfo: " + version.infoHash());
    }
    progress.take(run);
    boolean ours = state.place(run.destination().path()).ours();
    run.enter(new AssignmentRun.Phase.Installing(), "everything is here", System.nanoTime());
    upwards.report(run.report(System.nanoTime()));
    // Durable before the first step, so that after a crash we know what may be ours.
    keep(state.installing(run.destination().path(), run.infoHash().hex()));
    work.install(run.id(), run.destination(), metainfo, ours);
  }

  private void installed(String id) {
    AssignmentRun run = runs.get(id);
    keep(state.installed(run.destination().path(), run.infoHash().hex(), keptVersionsMax));
    finish(id, MachinePhase.INSTALLED, "");
    nextAt(run.destination());
  }

  private void notInstalled(String id, String why) {
    AssignmentRun run = runs.get(id);
    keep(state.notInstalled(run.destination().path()));
    finish(id, MachinePhase.FAILED, why);
    nextAt(run.destination());
  }

  /** Whoever waited for an install at the same place to end. */
  private void nextAt(Destination destination) {
    for (AssignmentRun waiting : runs.unfinished(destination)) {
      goOn(version(waiting.infoHash()));
    }
  }

  private void neighbours(String id, List<Neighbour> list) {
    AssignmentRun run = runs.find(id);
    if (run != null) {
      run.introduce(list);
      KeptVersion version = versions.get(run.infoHash());
      if (version != null) {
        version.neighbours(id, list);
      }
    }
  }

  /* --------------- Versions --------------- */

  private KeptVersion version(InfoHash infoHash) {
    KeptVersion version = versions.get(infoHash);
    if (version == null) {
      throw new IllegalStateException("no version " + infoHash);
    }
    return version;
  }

  private @Nullable KeptVersion openVersion(Transfer transfer) {
    KeptVersion version = versions.get(transfer.infoHash());
    return version != null && transfer.equals(version.transfer()) ? version : null;
  }

  private void metainfoCame(Metainfo metainfo) {
    KeptVersion version = version(metainfo.infoHash());
    version.enter(new KeptVersion.Phase.Known(metainfo), "the metainfo came");
    goOn(version);
  }

  private void opened(Transfer transfer) {
    KeptVersion version = version(transfer.infoHash());
    if (!(version.phase() instanceof KeptVersion.Phase.Opening opening)) {
      throw new IllegalStateException("opened by whom? " + transfer.infoHash());
    }
    version.enter(
        new KeptVersion.Phase.Open(
            opening.metainfo(), transfer, opening.complete(), opening.source()),
        "the transfer is open");
    transfer.neighbours(version.endpoints());
    AgentEvent.Handover handover = handovers.remove(transfer.infoHash());
    if (handover != null) {
      keep(
          state.withVersion(
              transfer.infoHash().hex(),
              new AgentState.Version(Origin.HANDED_OVER, handover.name(), handover.stamp())));
      holdingChanged(transfer.infoHash(), true);
      handover.answer().accept("");
    }
    goOn(version);
  }

  private void notOpened(InfoHash infoHash, String why) {
    KeptVersion version = version(infoHash);
    if (!(version.phase() instanceof KeptVersion.Phase.Opening opening)) {
      throw new IllegalStateException("opened by whom? " + infoHash);
    }
    AgentEvent.Handover handover = handovers.remove(infoHash);
    if (handover != null) {
      handover.answer().accept(why);
    }
    failAll(infoHash, why);
    forget(infoHash, opening.complete());
    version.enter(new KeptVersion.Phase.Closing(opening.metainfo(), false), why);
    work.close(infoHash, null, true);
  }

  private void completed(Transfer transfer, String stamp) {
    KeptVersion version = openVersion(transfer);
    if (version == null || !(version.phase() instanceof KeptVersion.Phase.Open open)) {
      return; // closed meanwhile
    }
    version.enter(
        new KeptVersion.Phase.Open(open.metainfo(), transfer, true, open.source()),
        "every byte is here");
    if (state.versions().containsKey(transfer.infoHash().hex())) {
      LOG.info("version {} is whole again", transfer.infoHash());
    }
    keep(
        state.withVersion(
            transfer.infoHash().hex(),
            new AgentState.Version(Origin.FETCHED, open.metainfo().name(), stamp)));
    version.forgetNeighbours(REPAIR_NEIGHBOURS);
    holdingChanged(transfer.infoHash(), true);
    goOn(version);
  }

  private void broken(Transfer transfer, String why) {
    KeptVersion version = openVersion(transfer);
    if (version == null || !(version.phase() instanceof KeptVersion.Phase.Open open)) {
      return;
    }
    LOG.warn("version {} is given up: {}", version.infoHash(), why);
    if (!open.complete()) {
      failAll(version.infoHash(), why);
    }
    discard(version, open.metainfo(), why);
  }

  /** A kept version is not what it was; whoever wants it gets it fetched anew. */
  private void damaged(InfoHash infoHash, String why) {
    KeptVersion version = version(infoHash);
    for (AssignmentRun run : runs.unfinished(infoHash)) {
      if (run.phase() instanceof AssignmentRun.Phase.Checking) {
        run.enter(new AssignmentRun.Phase.Learning(), why, System.nanoTime());
      }
    }
    if (version.phase() instanceof KeptVersion.Phase.Open open) {
      LOG.warn("version {} is given up, and fetched anew when it is wanted: {}", infoHash, why);
      discard(version, open.metainfo(), why);
    }
  }

  /** Nobody touched a kept version, and some of its pieces are no longer right. */
  private void rotten(AgentEvent.Rotten rotten) {
    KeptVersion version = versions.get(rotten.infoHash());
    AgentState.Version kept = state.versions().get(rotten.infoHash().hex());
    if (kept == null
        || version == null
        || !(version.phase() instanceof KeptVersion.Phase.Open open && open.complete())) {
      return; // something else has happened to it
    }
    String why = rotten.whyNotRepaired(kept);
    if (why != null) {
      damaged(rotten.infoHash(), why);
      return;
    }
    holdingChanged(rotten.infoHash(), false);
    version.enter(new KeptVersion.Phase.Opening(open.metainfo(), false, false), "it has rotted");
    work.repair(
        open.metainfo(),
        open.transfer(),
        rotten.pieces(),
        version.endpoints(),
        KeptVersion.complete(versions, state));
  }

  private void discard(KeptVersion version, Metainfo metainfo, String why) {
    Transfer transfer = version.transfer();
    forget(version.infoHash(), version.isComplete());
    version.enter(new KeptVersion.Phase.Closing(metainfo, false), why);
    work.close(version.infoHash(), transfer, true);
  }

  /** The state and the coordinator no longer count on it. Before its files go. */
  private void forget(InfoHash infoHash, boolean complete) {
    if (state.versions().containsKey(infoHash.hex())) {
      keep(state.withoutVersion(infoHash.hex()));
    }
    if (complete) {
      holdingChanged(infoHash, false);
    }
  }

  private void closed(InfoHash infoHash) {
    KeptVersion version = version(infoHash);
    if (!(version.phase() instanceof KeptVersion.Phase.Closing closing)) {
      throw new IllegalStateException("closed by whom? " + infoHash);
    }
    if (closing.reopen()) {
      version.enter(
          new KeptVersion.Phase.Opening(closing.metainfo(), true, true), "it is the source now");
      work.seed(closing.metainfo(), true, version.endpoints());
    } else if (runs.unfinished(infoHash).isEmpty()) {
      versions.remove(infoHash);
    } else {
      version.enter(new KeptVersion.Phase.Learning(), "it is wanted again");
      work.learn(infoHash);
    }
  }

  private void seed(CoordinatorMessage.Seed seed) {
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
    if (seed.source() && version.phase() instanceof KeptVersion.Phase.Open open && !open.source()) {
      version.enter(new KeptVersion.Phase.Closing(open.metainfo(), true), "it becomes the source");
      work.close(infoHash, open.transfer(), false);
    }
  }

  private void handedOver(AgentEvent.Handover handover) {
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

  /** Lets go of every version that nobody refers to. */
  private void retain() {
    Set<String> kept = state.retained(keptVersionsMax);
    for (KeptVersion version : List.copyOf(versions.values())) {
      String infoHash = version.infoHash().hex();
      boolean stays = // what the state names is complete, or being repaired
          !runs.unfinished(version.infoHash()).isEmpty()
              || (state.versions().containsKey(infoHash) && kept.contains(infoHash));
      if (stays) {
        continue;
      }
      switch (version.phase()) {
        case KeptVersion.Phase.Known(Metainfo metainfo) ->
            discard(version, metainfo, "nobody wants it any more");
        case KeptVersion.Phase.Open open ->
            discard(version, open.metainfo(), "nobody refers to it any more");
        // A worker is busy with it; its answer brings us back here.
        case KeptVersion.Phase.Learning _,
            KeptVersion.Phase.Opening _,
            KeptVersion.Phase.Closing _ -> {}
      }
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

  private void keep(AgentState next) {
    state = next;
    try {
      stateFile.write(next);
    } catch (IOException e) {
      // The next change writes it all again; until then a restart would not know of this one.
      LOG.error("cannot write the agent's state: {}", e.getMessage());
    }
  }
}
