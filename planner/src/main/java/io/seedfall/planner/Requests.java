package io.seedfall.planner;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people ask the planner for: done and {@link PlannerEffect.Accepted}, or refused in words.
 */
final class Requests {
  private final Board board;
  private final Course course;
  private final Introductions introductions;
  private final Caps caps;
  private final Sums sums;

  Requests(Board board, Course course, Introductions introductions, Caps caps, Sums sums) {
    this.board = board;
    this.course = course;
    this.introductions = introductions;
    this.caps = caps;
    this.sums = sums;
  }

  void handle(PlannerEvent.Request request) {
    switch (request) {
      case PlannerEvent.DeployRequested(DeploymentPlan plan) -> deploy(plan);
      case PlannerEvent.ActivateRequested(String id) -> activate(id);
      case PlannerEvent.CancelRequested(String id, String why) -> cancel(id, why);
      case PlannerEvent.PauseRequested(String id, boolean paused) -> pause(id, paused);
      case PlannerEvent.PaceRequested(String id, Pace pace) -> pace(id, pace);
      case PlannerEvent.RollbackRequested(String id, String newId, String by) ->
          rollBack(id, newId, by);
      case PlannerEvent.HaltRequested(boolean halted) -> halt(halted);
      case PlannerEvent.CapRequested(CapScope scope, long rate) -> caps.request(scope, rate);
    }
  }

  private void accept(String id) {
    board.put(new PlannerEffect.Accepted(id));
  }

  private void refuse(String id, Refusal refusal, String why) {
    board.put(new PlannerEffect.Refused(id, refusal, why));
  }

  // ---- new ones ---------------------------------------------------------------------------

  private void deploy(DeploymentPlan plan) {
    if (isTooMany(plan.id())) {
      return;
    }
    List<AgentSnapshot> machines = Targets.of(board, plan);
    if (machines.isEmpty()) {
      refuse(plan.id(), Refusal.NO_MATCHING_AGENTS, noMatch(plan.selector()));
      return;
    }
    List<String> holders =
        board.fleet().holdersOf(plan.artifact().infoHash(), board.settings().holdersMax());
    if (holders.isEmpty()) {
      refuse(
          plan.id(),
          Refusal.NO_FULL_COPY,
          "no connected agent or publisher holds all of " + plan.artifact() + ": publish it again");
      return;
    }
    if (board.fleet().holders(holders).allMatch(holder -> holder.place() == Place.LOOPBACK)) {
      List<AgentFacts> elsewhere = new ArrayList<>();
      for (AgentSnapshot machine : machines) {
        if (machine.facts().place() == Place.ELSEWHERE) {
          elsewhere.add(machine.facts());
        }
      }
      if (!elsewhere.isEmpty()) {
        refuse(plan.id(), Refusal.NO_REACHABLE_COPY, noReach(plan, holders.getFirst(), elsewhere));
        return;
      }
    }
    DeploymentPlan over = plan.over(Targets.previous(board, plan));
    DeploymentSnapshot snapshot = Targets.draw(board, over, "asked for");
    Deployment deployment = Targets.made(board, snapshot);
    course.start(snapshot, deployment);
    sums.divide(deployment);
    accept(plan.id());
    course.sayStart(deployment);
  }

  /** Refuses one more than there may be; the oldest that only stands makes room. */
  private boolean isTooMany(String id) {
    int running = board.runningCount();
    if (running >= board.settings().runningMax()) {
      refuse(
          id,
          Refusal.LIMIT_REACHED,
          running + " deployments are running, more is not allowed: cancel one or wait");
      return true;
    }
    for (Deployment oldest : board.all()) {
      if (board.size() < board.settings().standingMax()) {
        break;
      }
      if (oldest.state().isFinal() && !oldest.isActive()) {
        course.retire(oldest);
      }
    }
    return false;
  }

  private void rollBack(String id, String newId, String by) {
    Deployment deployment = required(id);
    if (deployment == null || isTooMany(newId)) {
      return;
    }
    ArtifactFacts before = deployment.plan().previous();
    if (deployment.state() instanceof DeploymentState.RolledBack) {
      refuse(id, Refusal.NOT_RUNNING, "deployment " + id + " is rolled back already");
    } else if (before == null) {
      refuse(
          id,
          Refusal.NO_VERSION_BEFORE,
          "nothing was in place at %s before %s: deploy the version that you want"
              .formatted(deployment.plan().destination(), id));
    } else if (board.fleet().holdersOf(before.infoHash(), 1).isEmpty()) {
      refuse(
          id,
          Refusal.NO_FULL_COPY,
          "no connected agent or publisher holds all of " + before + ": publish it again");
    } else {
      DeploymentPlan back = deployment.plan().takenBackBy(newId, before, by, board.nowMillis());
      accept(newId);
      course.takeBack(deployment, back, "rolled back");
    }
  }

  private String noMatch(String selector) {
    var matches = board.selector(selector);
    int known = 0;
    int awayTooLong = 0;
    for (AgentSnapshot agent : board.fleet().all()) {
      if (agent.facts().role() == AgentRole.MACHINE) {
        known++;
        awayTooLong += matches.test(agent.facts().labels()) ? 1 : 0;
      }
    }
    if (awayTooLong > 0) {
      return Targets.machines(awayTooLong)
          + " match "
          + selector
          + ", but none was seen in the last "
          + board.settings().awayMillisMax() / 60_000
          + " minutes";
    }
    return "no agent matches "
        + selector
        + " ("
        + known
        + " known; 'seedfall agents' shows their labels)";
  }

  private String noReach(DeploymentPlan plan, String holder, List<AgentFacts> elsewhere) {
    AgentFacts first = elsewhere.getFirst();
    return plan.artifact()
        + " is seeded at "
        + board.fleet().endpoint(holder)
        + ", which no other machine reaches, and "
        + Targets.machines(elsewhere.size())
        + (elsewhere.size() == 1 ? " is" : " are")
        + " elsewhere ("
        + first.name()
        + " at "
        + first.endpoint()
        + "): seed it with --listen ADDRESS:PORT --insecure";
  }

  // ---- those there are --------------------------------------------------------------------

  private @Nullable Deployment required(String id) {
    Deployment deployment = board.find(id);
    if (deployment == null) {
      refuse(id, Refusal.NOT_RUNNING, "deployment " + id + " is not running");
    }
    return deployment;
  }

  /** One that is not decided, or still has machines at work. */
  private @Nullable Deployment live(String id) {
    Deployment deployment = required(id);
    if (deployment != null && deployment.state().isFinal() && !deployment.isActive()) {
      refuse(
          id, Refusal.NOT_RUNNING, "deployment " + id + " is over, " + deployment.state().words());
      return null;
    }
    return deployment;
  }

  private void activate(String id) {
    Deployment deployment = live(id);
    if (deployment == null) {
      return;
    }
    if (!(deployment.state() instanceof DeploymentState.Staged)) {
      int total = deployment.total(deployment.lastWave());
      refuse(
          id,
          Refusal.NOT_STAGED,
          deployment.plan().rollout().staged()
              ? "%d of %s have every byte, %s of them must: wait for that"
                  .formatted(
                      deployment.count(MachineState.STAGED),
                      Targets.machines(total),
                      deployment.plan().rollout().quorum())
              : "deployment " + id + " was not made with --stage");
      return;
    }
    accept(id);
    course.activate(deployment);
  }

  private void cancel(String id, String why) {
    Deployment deployment = live(id);
    if (deployment == null) {
      return;
    }
    deployment.close();
    course.endAll(deployment, why);
    DeploymentState state = deployment.state();
    course.change(deployment, state.isFinal() ? state : new DeploymentState.Cancelled(), why);
    course.settle(deployment);
    accept(id);
  }

  private void pause(String id, boolean paused) {
    Deployment deployment = live(id);
    if (deployment == null) {
      return;
    }
    if (deployment.paused() == paused) {
      refuse(
          id,
          Refusal.NOTHING_TO_CHANGE,
          "deployment " + id + (paused ? " is paused already" : " is not paused"));
      return;
    }
    deployment.paused(paused);
    deployment.standStill(paused || board.halted(), board.nowMillis());
    course.change(deployment, deployment.state(), paused ? "paused" : "resumed");
    accept(id);
    sums.divide(deployment); // nobody did while it stood still
    sayPace(deployment);
    if (!paused) {
      goOn(deployment);
    }
  }

  private void pace(String id, Pace pace) {
    Deployment deployment = live(id);
    if (deployment != null) {
      deployment.pace(pace);
      sums.divide(deployment);
      board.stored(deployment);
      accept(id);
      sayPace(deployment);
    }
  }

  private void sayPace(Deployment deployment) {
    introductions.seedByAll(deployment);
    for (Machine machine : deployment.machines()) {
      if (machine.state().isActive()) {
        board.put(
            new PlannerEffect.SetPace(
                machine.agent(),
                deployment.id(),
                deployment.paceOf(machine.agent()),
                deployment.paused()));
      }
    }
  }

  /** Whoever was not told anything meanwhile is told now. */
  private void goOn(Deployment deployment) {
    for (Machine machine : deployment.machines()) {
      if (machine.state().isActive()) {
        machine.renewPatience(board.nowMillis());
        introductions.assign(deployment, machine);
      }
    }
    course.settle(deployment);
  }

  private void halt(boolean halted) {
    if (board.halted() == halted) {
      refuse(
          "",
          Refusal.NOTHING_TO_CHANGE,
          halted ? "all transfers stand still already" : "transfers are not halted");
      return;
    }
    board.halted(halted);
    board.put(new PlannerEffect.HaltStored(halted));
    accept("");
    for (AgentSnapshot agent : board.fleet().all()) {
      board.put(new PlannerEffect.Halt(agent.facts().name(), halted));
    }
    for (Deployment deployment : board.all()) {
      if (deployment.standStill(halted || deployment.paused(), board.nowMillis())) {
        board.stored(deployment);
      }
      if (!halted) {
        sums.divide(deployment);
        goOn(deployment);
      }
    }
  }
}
