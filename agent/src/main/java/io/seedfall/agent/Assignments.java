package io.seedfall.agent;

import io.seedfall.agent.AssignmentRun.Phase;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.Destination;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Pace;
import io.seedfall.control.PieceMap;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the coordinator assigned, each step of it: learned, checked, fetched, laid ready, staged,
 * installed. Belongs to the {@link AgentLoop}'s thread.
 */
final class Assignments {
  private static final Logger LOG = LoggerFactory.getLogger(Assignments.class);

  private final AgentWork work;
  private final KeptState state;
  private final AgentLoop.Upwards upwards;
  private final AssignmentBook runs;
  private final Versions versions;
  private final Versions.Rules rules;

  /** Questions for prepared content so far: each has its number. */
  private int attempts;

  Assignments(
      AgentWork work,
      KeptState state,
      AgentLoop.Upwards upwards,
      AssignmentBook runs,
      Versions versions,
      Versions.Rules rules) {
    this.work = work;
    this.state = state;
    this.upwards = upwards;
    this.runs = runs;
    this.versions = versions;
    this.rules = rules;
  }

  /* --------------- What the coordinator says --------------- */

  void assign(Assignment assignment) {
    AssignmentRun known = runs.find(assignment.deploymentId());
    if (known != null && !(known.isFinished() && known.isBefore(assignment))) {
      again(known, assignment);
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
    KeptVersion version = versions.wanted(infoHash);
    version.neighbours(run.id(), assignment.neighbours());
    version.paces().say(run.id(), assignment.pace());
    upwards.report(run.report(System.nanoTime()));
    check(run, version);
  }

  /** What is here already is said again; it may have been activated while we were away. */
  private void again(AssignmentRun known, Assignment assignment) {
    neighbours(known.id(), assignment.neighbours());
    pace(known.id(), assignment.pace());
    if (!known.isFinished()) {
      takeProgress(known);
      if (!assignment.stage()) {
        activate(known.id());
      }
    }
    upwards.report(known.report(System.nanoTime()));
  }

  /** A newer deployment to the same place takes over from one that is not in place yet. */
  private void supersede(String newer, Destination destination) {
    for (AssignmentRun older : runs.unfinished(destination)) {
      if (!(older.phase() instanceof Phase.Installing)) {
        finish(older.id(), MachinePhase.CANCELLED, "deployment " + newer + " took its place");
      }
    }
  }

  private @Nullable String conflict(Destination destination, InfoHash infoHash) {
    if (!versions.hasRoomFor(infoHash)) {
      return "this agent keeps " + Versions.VERSIONS_MAX + " versions already";
    }
    for (Map.Entry<String, AgentState.Place> entry : state.now().places().entrySet()) {
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

  void withdraw(String id, String why) {
    AssignmentRun run = runs.find(id);
    if (run == null) {
      // It may have been staged, or waited to be judged, before a restart.
      unstage(id);
      acceptUnproven(id);
      upwards.report(new MachineReport(id, MachinePhase.CANCELLED, why, 0, 0, 0, 0));
      return;
    }
    switch (run.phase()) {
      case Phase.Learning _,
          Phase.Checking _,
          Phase.Fetching _,
          Phase.Preparing _,
          Phase.Staged _ ->
          finish(id, MachinePhase.CANCELLED, why);
      // One step that is under way is not taken back: its report says how it ended.
      case Phase.Installing _ -> {}
      case Phase.Finished _ -> upwards.report(run.report(System.nanoTime()));
    }
    versions.forget(run.infoHash(), id);
  }

  void neighbours(String id, List<Neighbour> list) {
    AssignmentRun run = runs.find(id);
    if (run != null) {
      run.introduce(list);
      versions.neighbours(run.infoHash(), id, list);
    }
  }

  void pace(String id, Pace pace) {
    AssignmentRun run = runs.find(id);
    if (run != null) {
      versions.pace(run.infoHash(), id, pace);
    }
  }

  /** Puts in place what is staged, at once, or will be. */
  void activate(String id) {
    AssignmentRun run = runs.find(id);
    if (run == null) {
      LOG.warn("told to activate deployment {}, which is not here", id);
      return;
    }
    run.activate();
    if (run.phase() instanceof Phase.Staged(Prepared prepared)) {
      install(run, prepared, false);
    }
  }

  /** Nobody will judge any more what that deployment put in place: it stays. */
  private void acceptUnproven(String id) {
    for (Map.Entry<String, AgentState.Place> entry : state.now().places().entrySet()) {
      AgentState.Unproven left = entry.getValue().unproven();
      if (left != null && left.by().deployment().equals(id)) {
        state.keep(accepted(state.now(), entry.getKey(), left));
      }
    }
  }

  private AgentState accepted(AgentState from, String place, AgentState.Unproven left) {
    work.discard(Destination.parse(place), left.prepared());
    return from.installed(place, left.infoHash(), rules.versionsMax(), left.by());
  }

  /** Asks a hook how it is with what that deployment put in place here. */
  void checkHealth(String id, String hook) {
    for (Map.Entry<String, AgentState.Place> entry : state.now().places().entrySet()) {
      AgentState.Place place = entry.getValue();
      AgentState.By by = place.by();
      if (by != null && by.deployment().equals(id) && place.unproven() == null) {
        work.health(by, Destination.parse(entry.getKey()), hook);
        return;
      }
    }
    AssignmentRun run = runs.find(id);
    String why =
        run == null
            ? "deployment " + id + " is not known here"
            : "deployment " + id + " is not in place here: " + whereIs(run);
    upwards.health(new AgentMessage.Health(id, false, why));
  }

  private static String whereIs(AssignmentRun run) {
    MachinePhase phase = run.report(System.nanoTime()).phase();
    return phase == MachinePhase.INSTALLED ? "another took its place" : phase.toString();
  }

  /* --------------- How an assignment ends --------------- */

  void finish(String id, MachinePhase outcome, String why) {
    AssignmentRun run = runs.find(id);
    if (run == null || run.isFinished()) {
      return;
    }
    takeProgress(run);
    if (run.phase() instanceof Phase.Staged(Prepared prepared)) {
      state.keep(state.now().notInstalled(run.destination().path()));
      work.discard(run.destination(), prepared);
    }
    run.enter(new Phase.Finished(outcome, why.isEmpty() ? "done" : why), why, System.nanoTime());
    unstage(id);
    upwards.report(run.report(System.nanoTime()));
  }

  private void unstage(String id) {
    if (state.now().staged().containsKey(id)) {
      state.keep(state.now().notStaged(id));
    }
  }

  /** Nobody can have this version. */
  void failAll(InfoHash infoHash, String why) {
    for (AssignmentRun run : runs.unfinished(infoHash)) {
      if (!(run.phase() instanceof Phase.Installing)) {
        finish(run.id(), MachinePhase.FAILED, why);
      }
    }
  }

  /** What was here of this version is no good: whoever waits for it gets it anew. */
  void startOver(InfoHash infoHash, String why) {
    for (AssignmentRun run : runs.unfinished(infoHash)) {
      switch (run.phase()) {
        case Phase.Checking _, Phase.Fetching _, Phase.Preparing _ -> learnAgain(run, why);
        case Phase.Staged(Prepared prepared) -> {
          state.keep(state.now().notInstalled(run.destination().path()));
          work.discard(run.destination(), prepared);
          learnAgain(run, why);
        }
        case Phase.Learning _, Phase.Installing _, Phase.Finished _ -> {}
      }
    }
  }

  private void learnAgain(AssignmentRun run, String why) {
    run.enter(new Phase.Learning(), why, System.nanoTime());
    upwards.report(run.report(System.nanoTime()));
  }

  /* --------------- From step to step --------------- */

  /** Everything that waits for this version goes on as far as it can. */
  void goOn(InfoHash infoHash) {
    KeptVersion version = versions.find(infoHash);
    if (version != null) {
      for (AssignmentRun run : runs.unfinished(infoHash)) {
        check(run, version);
        join(run, version);
      }
    }
  }

  /** Something has gone whose room some may wait for. */
  void roomCame() {
    for (AssignmentRun run : runs.unfinished()) {
      KeptVersion version = versions.find(run.infoHash());
      if (version != null) {
        check(run, version);
      }
    }
  }

  /** The transfer that some wait for was opened; it may have received bytes by now. */
  void opened(InfoHash infoHash) {
    for (AssignmentRun run : runs.unfinished(infoHash)) {
      if (run.phase() instanceof Phase.Fetching) {
        run.joinedFromItsBeginning();
      }
    }
    goOn(infoHash);
  }

  /** From Learning to Checking, when the metainfo is known. */
  private void check(AssignmentRun run, KeptVersion version) {
    Metainfo metainfo = version.metainfo();
    if (metainfo != null
        && run.phase() instanceof Phase.Learning
        && !runs.isInstalling(run.destination())
        && (version.isComplete() || !versions.makesRoomFor(metainfo))) {
      run.enter(new Phase.Checking(), "the metainfo is known", System.nanoTime());
      AgentState.Version kept =
          version.isComplete() ? state.now().versions().get(version.infoHash().hex()) : null;
      work.check(
          run.assignment(),
          run.destination(),
          metainfo,
          kept == null ? null : kept.stamp(),
          state.now().place(run.destination().path()).ours());
    }
  }

  void checked(String id) {
    AssignmentRun run = runs.find(id);
    if (run == null || !(run.phase() instanceof Phase.Checking)) {
      return; // withdrawn meanwhile
    }
    KeptVersion version = versions.get(run.infoHash());
    if (version.metainfo() == null) {
      // It is on its way out; when it is gone it is learned anew.
      run.enter(new Phase.Learning(), "the version is closing", System.nanoTime());
      return;
    }
    run.enter(new Phase.Fetching(), "destination and room are fine", System.nanoTime());
    versions.open(version, run.id() + " wants it");
    join(run, version);
  }

  /** The transfer is open: counts from here, and goes on when everything is here already. */
  private void join(AssignmentRun run, KeptVersion version) {
    Transfer transfer = version.transfer();
    if (transfer != null && run.phase() instanceof Phase.Fetching) {
      run.joined(transfer.progress());
      if (version.isComplete() && !runs.isInstalling(run.destination())) {
        AgentState.Unproven left = state.now().place(run.destination().path()).unproven();
        if (left != null
            && left.by().deployment().equals(run.id())
            && left.infoHash().equals(run.infoHash().hex())) {
          takeProgress(run);
          install(run, left.prepared(), true);
        } else {
          prepare(run, version);
        }
      }
    }
  }

  private void prepare(AssignmentRun run, KeptVersion version) {
    Metainfo metainfo = version.metainfo();
    if (metainfo == null) {
      throw new IllegalStateException("complete without metainfo: " + version.infoHash());
    }
    takeProgress(run);
    int attempt = attempts++;
    run.enter(new Phase.Preparing(attempt), "everything is here", System.nanoTime());
    upwards.report(run.report(System.nanoTime()));
    work.prepare(
        run.assignment(),
        attempt,
        run.destination(),
        metainfo,
        state.now().place(run.destination().path()).ours());
  }

  /** It is one rename away: staged, or installed at once. */
  void ready(String id, int attempt, Prepared prepared) {
    AssignmentRun run = runs.get(id);
    if (!isPreparing(run, attempt)) {
      work.discard(run.destination(), prepared); // withdrawn meanwhile, or it begins anew
      return;
    }
    String place = run.destination().path();
    AgentState next = state.now();
    AgentState.Unproven left = next.place(place).unproven();
    if (left != null) {
      next = accepted(next, place, left); // a newer one takes its place
    }
    // Durable before the first step, so that after a crash we know what may be ours; and before it
    // is activated, so that nothing slow lies between that and the switch.
    next = next.installing(place, run.infoHash().hex(), switching(run, prepared));
    if (run.assignment().stage()) {
      next = next.staged(id, new AgentState.Staged(run.infoHash().hex(), rules.now()));
    }
    state.keep(next);
    if (run.isActivated()) {
      install(run, prepared, false);
    } else {
      run.enter(new Phase.Staged(prepared), "everything lies ready", System.nanoTime());
      upwards.report(run.report(System.nanoTime()));
    }
  }

  private static AgentState.Switching switching(AssignmentRun run, Prepared prepared) {
    boolean judged = !run.assignment().hooks().postInstall().isEmpty();
    return new AgentState.Switching(prepared, by(run), judged);
  }

  private static AgentState.By by(AssignmentRun run) {
    Assignment assignment = run.assignment();
    return new AgentState.By(run.id(), assignment.artifact(), assignment.version());
  }

  void notReady(String id, int attempt, String why) {
    if (isPreparing(runs.get(id), attempt)) {
      finish(id, MachinePhase.FAILED, why);
    }
  }

  private static boolean isPreparing(AssignmentRun run, int attempt) {
    return run.phase() instanceof Phase.Preparing(int current) && current == attempt;
  }

  /** Nothing slow here: several agents that are told so at once switch at once. */
  private void install(AssignmentRun run, Prepared prepared, boolean inPlace) {
    String why = inPlace ? "" : work.refusal(run.assignment());
    if (!why.isEmpty()) {
      if (run.phase() instanceof Phase.Preparing) {
        state.keep(state.now().notInstalled(run.destination().path()));
        work.discard(run.destination(), prepared);
      }
      finish(run.id(), MachinePhase.FAILED, why);
      return;
    }
    work.install(
        new AgentWork.Install(
            by(run),
            run.destination(),
            prepared,
            state.now().place(run.destination().path()).ours(),
            run.assignment().hooks(),
            inPlace));
    run.enter(new Phase.Installing(), "it lies ready", System.nanoTime());
    upwards.report(run.report(System.nanoTime()));
  }

  void installed(String id, HooksRan hooks) {
    AssignmentRun run = runs.get(id);
    run.hooksRan(hooks.nanos(), hooks.output());
    String place = run.destination().path();
    String before = state.now().place(place).installed();
    AgentState next =
        state.now().installed(place, run.infoHash().hex(), rules.versionsMax(), by(run));
    // What was there was of use until now.
    state.keep(before == null ? next : next.used(before, rules.now()));
    finish(id, MachinePhase.INSTALLED, "");
    nextAt(run.destination());
  }

  void notInstalled(String id, String why, HooksRan hooks) {
    AssignmentRun run = runs.get(id);
    run.hooksRan(hooks.nanos(), hooks.output());
    state.keep(state.now().notInstalled(run.destination().path()));
    finish(id, MachinePhase.FAILED, why);
    nextAt(run.destination());
  }

  /** Whoever waited for an install at the same place to end. */
  private void nextAt(Destination destination) {
    for (AssignmentRun waiting : runs.unfinished(destination)) {
      goOn(waiting.infoHash());
    }
  }

  /* --------------- Progress --------------- */

  private Stream<AssignmentRun> fetching() {
    return runs.unfinished().stream().filter(run -> run.phase() instanceof Phase.Fetching);
  }

  boolean isFetching() {
    return fetching().findAny().isPresent();
  }

  /** How long the youngest fetch has taken so far, 0 when there is none. */
  long youngestFetchNanos(long nowNanos) {
    return fetching().mapToLong(run -> run.ageNanos(nowNanos)).min().orElse(0);
  }

  void sayProgress() {
    fetching()
        .filter(this::takeProgress)
        .forEach(run -> upwards.report(run.report(System.nanoTime())));
  }

  /** What the local pieces came to before the transfer is open. */
  void preparing(InfoHash infoHash, TransferProgress preparing) {
    fetching()
        .filter(run -> run.infoHash().equals(infoHash) && run.progressed(preparing, 0, 0))
        .forEach(run -> upwards.report(run.report(System.nanoTime())));
  }

  private boolean takeProgress(AssignmentRun run) {
    KeptVersion version = versions.find(run.infoHash());
    Transfer transfer = version == null ? null : version.transfer();
    if (transfer == null
        || !run.progressed(
            transfer.progress(), transfer.firstByteNanos(), transfer.verifiedNanos())) {
      return false;
    }
    run.has(PieceMap.of(transfer.pieceCells(), transfer.pieceBits()));
    return true;
  }
}
