package io.seedfall.agent;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Pace;
import io.seedfall.control.UplinkShare;
import io.seedfall.node.NodeCaps;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of everything an agent knows: its {@link Assignments}, its {@link Versions}, its {@link
 * KeptState}. It takes one {@link AgentEvent} after the other, and leaves what takes time to {@link
 * AgentWork}. What it has to say goes up through {@link Upwards}.
 */
final class AgentLoop {
  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);
  private static final long IDLE_NANOS = 3_600_000_000_000L;

  /** How often the age of versions and the room on the disk are looked at when nothing happens. */
  private static final long LOOK_NANOS = 30_000_000_000L;

  /** The way to the coordinator. Never blocks. */
  interface Upwards {
    void report(MachineReport report);

    void holding(String infoHash, boolean complete);

    void health(AgentMessage.Health answer);
  }

  private final AgentInbox inbox;
  private final Upwards upwards;
  private final long idleNanos;
  private final AgentWork work;
  private final KeptState state;
  private final Versions versions;
  private final Assignments assignments;
  private final HaltWord halt = new HaltWord();
  private final ProgressPace progress = new ProgressPace(System.nanoTime(), new Random());

  /**
   * A loop that {@link #run} starts.
   *
   * @param nowMillis the date
   */
  AgentLoop(
      AgentInbox inbox,
      AgentWork work,
      KeptState state,
      Retention retention,
      LongSupplier nowMillis,
      Upwards upwards) {
    this.inbox = inbox;
    this.work = work;
    this.state = state;
    this.upwards = upwards;
    AssignmentBook runs = new AssignmentBook();
    Versions.Rules rules = new Versions.Rules(retention, nowMillis);
    this.idleNanos = retention.looksAtTheClockOrTheDisk() ? LOOK_NANOS : IDLE_NANOS;
    this.versions = new Versions(work, state, upwards, runs, halt, rules);
    this.assignments = new Assignments(work, state, upwards, runs, versions, rules);
  }

  /**
   * Takes over a version of the last run that is open again. Before {@link #run}.
   *
   * @param complete else it is being repaired
   */
  void reopened(Metainfo metainfo, Transfer transfer, boolean complete) {
    versions.reopened(metainfo, transfer, complete);
  }

  /** Info-hashes of which all is here and seeded. Any thread. */
  List<String> holdings() {
    return versions.holdings();
  }

  /** Runs until Stop. */
  void run() throws InterruptedException {
    while (true) {
      AgentEvent event = inbox.poll(waitNanos(System.nanoTime()));
      if (event instanceof AgentEvent.Stop) {
        return;
      }
      if (event != null) {
        handle(event);
      }
      long nowNanos = System.nanoTime();
      halt.lapse(nowNanos);
      versions.retain(nowNanos);
      versions.pace();
      if (progress.waitNanos(nowNanos) == 0) {
        progress.looked(nowNanos, assignments.youngestFetchNanos(nowNanos));
        assignments.sayProgress();
      }
    }
  }

  private long waitNanos(long nowNanos) {
    long forProgress = assignments.isFetching() ? progress.waitNanos(nowNanos) : idleNanos;
    long forWord = Math.min(halt.waitNanos(nowNanos), versions.waitNanos(nowNanos));
    return Math.min(forProgress, forWord);
  }

  private void handle(AgentEvent event) {
    switch (event) {
      case AgentEvent.Said(CoordinatorMessage message) -> said(message);
      case AgentEvent.MetainfoCame(Metainfo metainfo) -> {
        versions.metainfoCame(metainfo);
        assignments.goOn(metainfo.infoHash());
      }
      case AgentEvent.MetainfoMissing(InfoHash infoHash, String why) -> {
        versions.metainfoMissing(infoHash);
        assignments.failAll(infoHash, why);
      }
      case AgentEvent.Checked(String id) -> assignments.checked(id);
      case AgentEvent.CheckRefused(String id, String why) ->
          assignments.finish(id, MachinePhase.FAILED, why);
      case AgentEvent.Damaged(InfoHash infoHash, String why) -> {
        // Who checks the files while a repair writes them sees that; everybody starts over then.
        if (!versions.isRepaired(infoHash)) {
          damaged(infoHash, why);
        }
      }
      case AgentEvent.Rotten rotten -> {
        rotten(rotten);
        rotten.handled().countDown();
      }
      case AgentEvent.PeersFound(InfoHash infoHash, List<Neighbour> peers) ->
          versions.peersFound(infoHash, peers);
      case AgentEvent.Preparing(InfoHash infoHash, TransferProgress progress) ->
          assignments.preparing(infoHash, progress);
      case AgentEvent.Opened(Transfer transfer) -> {
        versions.opened(transfer);
        assignments.opened(transfer.infoHash());
      }
      case AgentEvent.NotOpened(InfoHash infoHash, String why) -> {
        assignments.failAll(infoHash, why);
        versions.notOpened(infoHash, why);
      }
      case AgentEvent.Completed(Transfer transfer, String stamp) -> {
        versions.completed(transfer, stamp);
        assignments.goOn(transfer.infoHash());
      }
      case AgentEvent.Broken(Transfer transfer, String why) -> broken(transfer, why);
      case AgentEvent.Closed(InfoHash infoHash) -> {
        versions.closed(infoHash);
        assignments.roomCame();
      }
      case AgentEvent.Ready(String id, int attempt, Prepared content) ->
          assignments.ready(id, attempt, content);
      case AgentEvent.NotReady(String id, int attempt, String why) ->
          assignments.notReady(id, attempt, why);
      case AgentEvent.Installed(String id, HooksRan ran) -> assignments.installed(id, ran);
      case AgentEvent.NotInstalled(String id, String why, HooksRan ran) ->
          assignments.notInstalled(id, why, ran);
      case AgentEvent.HealthSaid(AgentMessage.Health answer) -> upwards.health(answer);
      case AgentEvent.HandedOver(AgentEvent.Handover handover) -> versions.handedOver(handover);
      case AgentEvent.Crashed(RuntimeException bug) ->
          throw new IllegalStateException("a worker crashed", bug);
      case AgentEvent.Stop() -> throw new IllegalStateException("Stop ends the loop before");
    }
  }

  /** Obeyed at once, and after a restart before the first byte moves. */
  private void cap(long bytesPerSecond, UplinkShare zone, UplinkShare rack) {
    if (bytesPerSecond < 0 || !zone.canBeMeant() || !rack.canBeMeant()) {
      LOG.warn(
          "the coordinator says caps of {}, {}, {}, which are none", bytesPerSecond, zone, rack);
      return;
    }
    NodeCaps caps = new NodeCaps(bytesPerSecond, share(zone), share(rack));
    if (!caps.equals(state.now().caps())) {
      work.cap(caps);
      state.keep(state.now().capped(caps));
      LOG.info("caps: {}", caps.equals(NodeCaps.NONE) ? "none" : caps);
    }
  }

  private static NodeCaps.Share share(UplinkShare said) {
    return new NodeCaps.Share(said.sendBytesPerSecond(), said.receiveBytesPerSecond());
  }

  private void damaged(InfoHash infoHash, String why) {
    assignments.startOver(infoHash, why);
    versions.damaged(infoHash, why);
  }

  /** Nobody touched a kept version, it seems, and some of its pieces are no longer right. */
  private void rotten(AgentEvent.Rotten rotten) {
    AgentState.Version kept = versions.completeOne(rotten.infoHash());
    if (kept == null) {
      return; // something else has happened to it
    }
    String why = rotten.whyNotRepaired(kept);
    if (why == null) {
      // What lies ready may be a copy of what has rotted.
      assignments.startOver(rotten.infoHash(), "the kept version has rotted");
      versions.repair(rotten.infoHash(), rotten.pieces());
    } else {
      damaged(rotten.infoHash(), why);
    }
  }

  private void broken(Transfer transfer, String why) {
    KeptVersion version = versions.find(transfer);
    if (version == null) {
      return; // closed meanwhile
    }
    if (version.isComplete()) {
      assignments.startOver(version.infoHash(), why);
    } else {
      assignments.failAll(version.infoHash(), why);
    }
    versions.giveUp(version, why);
  }

  private void said(CoordinatorMessage message) {
    switch (message) {
      case CoordinatorMessage.Assign(Assignment assignment) -> {
        progress.asked(assignment.progressMillis());
        assignments.assign(assignment);
      }
      case CoordinatorMessage.Withdraw(String id, String why) -> assignments.withdraw(id, why);
      case CoordinatorMessage.Seed seed -> versions.seed(seed);
      case CoordinatorMessage.Neighbours(String id, List<Neighbour> list) ->
          assignments.neighbours(id, list);
      case CoordinatorMessage.Activate(String id) -> assignments.activate(id);
      case CoordinatorMessage.PaceChanged(String id, Pace pace) -> assignments.pace(id, pace);
      case CoordinatorMessage.CheckHealth(String id, String hook) ->
          assignments.checkHealth(id, hook);
      case CoordinatorMessage.Halt(boolean halted) -> halt.said(halted);
      case CoordinatorMessage.Cap(long bytesPerSecond, UplinkShare zone, UplinkShare rack) ->
          cap(bytesPerSecond, zone, rack);
      case CoordinatorMessage.Welcome welcome -> {
        cap(welcome.capBytesPerSecond(), welcome.zone(), welcome.rack());
        halt.welcomed(System.nanoTime());
      }
      case CoordinatorMessage.Refused _ ->
          throw new IllegalStateException("the session keeps " + message + " to itself");
    }
  }
}
