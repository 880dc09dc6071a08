package io.seedfall.agent;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Pace;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.List;
import java.util.Random;

/**
 * The owner of everything an agent knows: its {@link Assignments}, its {@link Versions}, its {@link
 * KeptState}. It takes one {@link AgentEvent} after the other, and leaves what takes time to {@link
 * AgentWork}. What it has to say goes up through {@link Upwards}.
 */
final class AgentLoop {
  private static final long IDLE_NANOS = 3_600_000_000_000L;

  /** The way to the coordinator. Never blocks. */
  interface Upwards {
    void report(MachineReport report);

    void holding(String infoHash, boolean complete);

    void health(AgentMessage.Health answer);
  }

  private final AgentInbox inbox;
  private final Upwards upwards;
  private final Versions versions;
  private final Assignments assignments;
  private final ProgressPace progress = new ProgressPace(System.nanoTime(), new Random());

  AgentLoop(
      AgentInbox inbox, AgentWork work, KeptState state, int keptVersionsMax, Upwards upwards) {
    this.inbox = inbox;
    this.upwards = upwards;
    AssignmentBook runs = new AssignmentBook();
    this.versions = new Versions(work, state, upwards, runs, keptVersionsMax);
    this.assignments = new Assignments(work, state, upwards, runs, versions, keptVersionsMax);
  }

  /**
   * Takes over a version that was complete at the last run and is open again. Before {@link #run}.
   */
  void reopened(Metainfo metainfo, Transfer transfer) {
    versions.reopened(metainfo, transfer);
  }

  /** Info-hashes of which all is here and seeded. Any thread. */
  List<String> holdings() {
    return versions.holdings();
  }

  /** Runs until Stop. */
  void run() throws InterruptedException {
    while (true) {
      long waitNanos =
          assignments.isFetching() ? progress.waitNanos(System.nanoTime()) : IDLE_NANOS;
      AgentEvent event = inbox.poll(waitNanos);
      if (event instanceof AgentEvent.Stop) {
        return;
      }
      if (event != null) {
        handle(event);
      }
      long nowNanos = System.nanoTime();
      if (progress.waitNanos(nowNanos) == 0) {
        progress.looked(nowNanos, assignments.youngestFetchNanos(nowNanos));
        assignments.sayProgress();
      }
    }
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
        assignments.startOver(infoHash, why);
        versions.damaged(infoHash, why);
      }
      case AgentEvent.Preparing(InfoHash infoHash, TransferProgress progress) ->
          assignments.preparing(infoHash, progress);
      case AgentEvent.Opened(Transfer transfer) -> {
        versions.opened(transfer);
        assignments.goOn(transfer.infoHash());
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
      case AgentEvent.Closed(InfoHash infoHash) -> versions.closed(infoHash);
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
    versions.retain();
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
      case CoordinatorMessage.PaceChanged(String _, Pace _) -> {}
      case CoordinatorMessage.CheckHealth(String id, String hook) ->
          assignments.checkHealth(id, hook);
      case CoordinatorMessage.Halt(boolean _) -> {}
      case CoordinatorMessage.Welcome _, CoordinatorMessage.Refused _ ->
          throw new IllegalStateException("the session keeps " + message + " to itself");
    }
  }
}
