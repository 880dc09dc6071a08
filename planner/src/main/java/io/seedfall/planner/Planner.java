package io.seedfall.planner;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The brain of the coordinator: who should have what, and who talks to whom.
 *
 * <p>The driver calls it from one thread, and in this order: {@link #handle}, then {@link
 * #pollEffect} until null, then {@link #nextDeadlineMillis} to know when to come back with {@link
 * PlannerEvent.TimeAdvanced} if nothing else happens first. Too early or too often does no harm.
 * The questions ({@link #deployment}, {@link #standing}, {@link #agents}, {@link #fullCopies}) may
 * be asked at any time in between. {@code nowMillis} is epoch time from a clock that never steps
 * back.
 *
 * <p>A deployment is desired state, and stands until newer ones have taken its place on every
 * machine: whoever connects gets what the newest one says that matches its labels and has come to
 * it, and gets the same assignment again until it has finished. Nothing waits for ever: a connected
 * machine without progress fails after {@link PlannerSettings#stallMillisMax}, one that is away
 * after {@link PlannerSettings#awayMillisMax}; when it comes back it tries again. The last full
 * copy may go: the machines go on with what they have together, and the deployment says so.
 *
 * <p>{@link Course} leads deployments through their phases, {@link Introductions} says who talks to
 * whom, {@link Board} is what they share.
 */
public final class Planner {
  /** How often windows are looked at, while anything runs. */
  static final long SWEEP_MILLIS = 1_000;

  /** How long after a restart nobody is missed: all have to come back first. */
  static final long RETURN_MILLIS = 30_000;

  /** A machine that shows no progress for so long gets to know somebody who has everything. */
  static final long STARVING_MILLIS = 10_000;

  /** A machine with a cap may take so many times as long for a piece as the cap allows. */
  static final int SLOW_PIECES = 8;

  private final Board board;
  private final Introductions introductions;
  private final Course course;
  private final Caps caps;
  private final Sums sums;
  private final Requests requests;
  private final Arrival arrival;
  private long restoredMillis;
  private long sweptMillis;

  /**
   * Knows nobody and runs nothing.
   *
   * @param selectors what a selector's text means: true for the labels of a target
   */
  public Planner(
      PlannerSettings settings, Function<String, Predicate<Map<String, String>>> selectors) {
    this.board = new Board(settings, selectors);
    this.introductions = new Introductions(board);
    this.course = new Course(board, introductions);
    this.arrival = new Arrival(board, course, introductions);
    this.caps = new Caps(board);
    this.sums = new Sums(board);
    this.requests = new Requests(board, course, introductions, caps, sums);
  }

  /** Tells it what happened. Every effect of it waits in {@link #pollEffect} afterwards. */
  public void handle(PlannerEvent event, long now) {
    board.advance(now);
    switch (event) {
      case PlannerEvent.Restored restored -> restore(restored);
      case PlannerEvent.AgentJoined joined -> join(joined);
      case PlannerEvent.AgentLeft(String agent) -> leave(agent);
      case PlannerEvent.AgentHolds(String agent, InfoHash infoHash, boolean complete) ->
          hold(agent, infoHash, complete);
      case PlannerEvent.AgentReported reported -> report(reported);
      case PlannerEvent.HealthReported(
              String agent,
              String deploymentId,
              boolean healthy,
              String why) -> {
        Deployment deployment = board.find(deploymentId);
        Machine machine = deployment == null ? null : deployment.machine(agent);
        if (deployment != null && machine != null) {
          course.health(deployment, machine, healthy, why);
        }
      }
      case PlannerEvent.Request request -> requests.handle(request);
      case PlannerEvent.TimeAdvanced() -> sweep();
    }
    giveBack();
    caps.settle();
    sums.settle();
  }

  /** The next thing to do; null when there is nothing. */
  public @Nullable PlannerEffect pollEffect() {
    return board.poll();
  }

  /** When to come back at the latest; {@link Long#MAX_VALUE} when nothing runs. */
  public long nextDeadlineMillis() {
    boolean waits =
        board.all().stream().anyMatch(each -> !each.state().isFinal() || each.isActive());
    return waits ? sweptMillis + SWEEP_MILLIS : Long.MAX_VALUE;
  }

  /** A deployment that stands, as it is now; null when no such one does. */
  public @Nullable DeploymentSnapshot deployment(String id) {
    Deployment deployment = board.find(id);
    return deployment == null ? null : deployment.snapshot();
  }

  /** All deployments that stand, oldest first. */
  public List<DeploymentSnapshot> standing() {
    return board.all().stream().map(Deployment::snapshot).toList();
  }

  /** How many deployments are not decided yet. */
  public int runningCount() {
    return board.runningCount();
  }

  /**
   * The same without machines, which costs little: their numbers alone.
   *
   * @param stillMillis after how long without progress a machine that fetches counts as still
   */
  public List<DeploymentCounts> counts(long stillMillis) {
    return board.all().stream().map(deployment -> counted(deployment, stillMillis)).toList();
  }

  private DeploymentCounts counted(Deployment deployment, long stillMillis) {
    Map<MachineState, Integer> machines = new EnumMap<>(MachineState.class);
    for (MachineState state : MachineState.values()) {
      machines.put(state, deployment.count(state));
    }
    int still = 0;
    if (deployment.count(MachineState.FETCHING) > 0 && !deployment.paused() && !board.halted()) {
      for (Machine machine : deployment.machines()) {
        boolean stands =
            machine.state() == MachineState.FETCHING
                && board.nowMillis() - machine.movedMillis() >= stillMillis
                && board.fleet().isConnected(machine.agent());
        still += stands ? 1 : 0;
      }
    }
    return new DeploymentCounts(deployment.state(), deployment.paused(), machines, still);
  }

  /** Whether all transfers stand still. */
  public boolean halted() {
    return board.halted();
  }

  /** The caps that are set, by selector. */
  public List<Cap> caps() {
    return caps.all();
  }

  /** What somebody who joins is to be told that it may move at most. */
  public AgentCaps capsOf(AgentFacts agent) {
    return caps.of(agent);
  }

  /** All known machines and connected publishers, by name. */
  public List<AgentSnapshot> agents() {
    return board.fleet().all();
  }

  /** What connected machines have put where: info-hashes by destination, by machine. */
  public Map<String, Map<String, InfoHash>> inPlace() {
    return board.fleet().inPlace();
  }

  /** One of them; null when nobody of that name is known. */
  public @Nullable AgentSnapshot agent(String name) {
    return board.fleet().find(name);
  }

  /** How many connected machines and publishers hold all of this. */
  public int fullCopies(InfoHash infoHash) {
    return board.fleet().fullCopies(infoHash);
  }

  /** What a deployment let go of, older ones may have something to say about. */
  private void giveBack() {
    for (Map.Entry<String, SortedSet<String>> freed = board.pollFreed();
        freed != null;
        freed = board.pollFreed()) {
      AgentSnapshot agent = board.fleet().find(freed.getKey());
      if (agent != null && agent.connected()) {
        for (String place : freed.getValue()) {
          arrival.freed(place, agent.facts());
        }
      }
    }
  }

  // ---- who is there -----------------------------------------------------------------------

  private void restore(PlannerEvent.Restored restored) {
    if (board.fleet().size() > 0 || !board.isEmpty()) {
      throw new IllegalStateException("restored twice, or too late");
    }
    long now = board.nowMillis();
    restoredMillis = now;
    board.halted(restored.halted());
    caps.restore(restored.caps());
    for (AgentSnapshot agent : restored.agents()) {
      long since = agent.connected() ? now : agent.awaySinceMillis();
      board.fleet().remember(new AgentSnapshot(agent.facts(), false, since));
    }
    for (DeploymentSnapshot snapshot : restored.standing()) {
      Deployment deployment = Targets.made(board, snapshot);
      sums.divide(deployment);
      boolean still = restored.halted() || snapshot.paused();
      deployment.standStill(still, now);
      if (still) {
        deployment.waitAnew(now);
      }
      if (snapshot.state().isFinal()) {
        deployment.withdrawn(now); // perhaps
      }
      board.add(deployment);
    }
    for (Deployment deployment : board.all()) {
      dropUnknown(deployment);
      if (!deployment.state().isFinal() || deployment.isActive()) {
        int waves = deployment.plan().rollout().staged() ? 0 : deployment.snapshot().begunWave();
        for (int wave = 0; wave <= waves; wave++) {
          introductions.draw(deployment, wave);
        }
      }
      if (!deployment.state().isFinal()) {
        course.change(
            deployment,
            deployment.state(),
            "the coordinator was restarted; its machines went on meanwhile");
      }
      deployment.machines().forEach(machine -> course.askHealth(deployment, machine));
      course.settle(deployment); // stopped between the last machine's row and the deployment's
    }
  }

  /** Machines that were forgotten have nothing to say any more. */
  private void dropUnknown(Deployment deployment) {
    for (Machine machine : deployment.machines()) {
      if (machine.state().isFinal() && board.fleet().find(machine.agent()) == null) {
        deployment.forget(machine.agent());
      }
    }
  }

  private void join(PlannerEvent.AgentJoined event) {
    AgentFacts facts = event.agent();
    String name = facts.name();
    Endpoint before = board.fleet().endpoint(name);
    AgentSnapshot joined = board.fleet().join(facts, event.holdings());
    if (facts.role() == AgentRole.MACHINE) {
      board.put(new PlannerEffect.AgentStored(joined));
      caps.joined(facts);
      forgetOne();
    }
    if (board.halted()) {
      board.put(new PlannerEffect.Halt(name, true));
    }
    if (!facts.endpoint().equals(before)) {
      for (Deployment deployment : board.all()) {
        for (String neighbour : deployment.links().of(name)) {
          introductions.introduce(deployment, neighbour);
        }
      }
    }
    if (facts.role() == AgentRole.MACHINE) {
      event
          .installed()
          .forEach((place, infoHash) -> board.fleet().installed(name, place, infoHash));
      arrival.of(facts);
    }
    for (InfoHash infoHash : event.holdings()) {
      introductions.greet(name, infoHash);
    }
  }

  private void leave(String name) {
    AgentSnapshot left = board.fleet().leave(name, board.nowMillis());
    board.gaps(true);
    if (left.facts().role() == AgentRole.MACHINE) {
      board.put(new PlannerEffect.AgentStored(left));
    }
  }

  private void hold(String name, InfoHash infoHash, boolean complete) {
    Fleet fleet = board.fleet();
    if (!fleet.isConnected(name)) {
      throw new IllegalStateException(name + " is not connected");
    }
    boolean news = fleet.doesHold(name, infoHash) != complete;
    fleet.holds(name, infoHash, complete);
    if (!complete) {
      board.gaps(true);
    }
    if (news && complete) {
      introductions.serve(name, infoHash);
    }
  }

  /** Makes room: the machine that is away longest and has no work goes. */
  private void forgetOne() {
    if (board.fleet().size() <= board.settings().agentsMax()) {
      return;
    }
    AgentSnapshot oldest = null;
    for (AgentSnapshot agent : board.fleet().all()) {
      if (!agent.connected()
          && isIdle(agent.facts().name())
          && (oldest == null || agent.awaySinceMillis() < oldest.awaySinceMillis())) {
        oldest = agent;
      }
    }
    if (oldest != null) {
      String name = oldest.facts().name();
      board.fleet().forget(name);
      caps.forgotten(name);
      board.all().forEach(deployment -> deployment.forget(name));
      board.put(new PlannerEffect.AgentForgotten(name));
    }
  }

  private boolean isIdle(String name) {
    for (Deployment deployment : board.all()) {
      Machine machine = deployment.machine(name);
      if (machine != null && !machine.state().isFinal()) {
        return false;
      }
    }
    return true;
  }

  private void report(PlannerEvent.AgentReported reported) {
    String agent = reported.agent();
    Deployment deployment = board.find(reported.deploymentId());
    Machine machine = deployment == null ? null : deployment.machine(agent);
    if (reported.state() == MachineState.INSTALLED) {
      noteInPlace(agent, reported.deploymentId());
    }
    if (deployment == null || machine == null || !machine.state().isActive()) {
      if (!reported.state().isFinal()) { // it works for nothing
        String why = machine == null ? "that deployment is over" : machine.why();
        board.put(new PlannerEffect.Withdraw(agent, reported.deploymentId(), why));
      }
      return;
    }
    if (reported.state() == MachineState.CANCELLED) {
      if (machine.state() == MachineState.WAITING) {
        return; // it had not heard yet that it is to begin again
      }
      board.free(agent, deployment.plan().destination());
    }
    machine.progressTo(reported.progress(), board.nowMillis());
    if (reported.state() != machine.state()) {
      boolean fetched = deployment.fetches(machine);
      course.enter(deployment, machine, reported.state(), reported.why());
      if (!fetched && deployment.fetches(machine)) {
        sums.again(deployment, machine);
      }
      course.settle(deployment);
    }
  }

  /** Also what was under way when it was withdrawn is in place now, and may have to go again. */
  private void noteInPlace(String agent, String deploymentId) {
    Deployment deployment = board.findOrGone(deploymentId);
    if (deployment != null) {
      String place = deployment.plan().destination();
      board.fleet().installed(agent, place, deployment.infoHash());
      Machine machine = deployment.machine(agent);
      if (machine != null && machine.state() == MachineState.CANCELLED) {
        board.free(agent, place);
      }
    }
  }

  // ---- time -------------------------------------------------------------------------------

  private void sweep() {
    sweptMillis = board.nowMillis();
    boolean gaps = board.gaps();
    board.gaps(false);
    for (Deployment deployment : board.all()) {
      if (deployment.state().isFinal() && !deployment.isActive()) {
        course.retireIfIdle(deployment);
        continue;
      }
      boolean copyless =
          (restoredMillis == 0 || board.nowMillis() - restoredMillis >= RETURN_MILLIS)
              && board.fleet().fullCopies(deployment.infoHash()) == 0
              && deployment.isFetching();
      if (deployment.noteCopyless(copyless) && !deployment.state().isFinal()) {
        course.change(
            deployment,
            deployment.state(),
            copyless
                ? "no full copy is connected; the machines go on with what they have together"
                : "a full copy is connected again");
      }
      if (!board.halted() && !deployment.paused()) {
        for (Machine machine : deployment.machines()) {
          if (machine.state().isActive()) {
            losePatience(deployment, machine, copyless);
            if (isStarving(deployment, machine)) {
              introductions.feed(deployment, machine);
            }
          }
        }
        if (gaps && !introductions.repair(deployment)) {
          board.gaps(true);
        }
      }
      course.settle(deployment);
    }
  }

  private boolean isStarving(Deployment deployment, Machine machine) {
    boolean fetches =
        machine.state() == MachineState.WAITING || machine.state() == MachineState.FETCHING;
    return fetches
        && deployment.hasBegun(machine)
        && board.fleet().isConnected(machine.agent())
        && board.nowMillis() - machine.movedMillis() >= STARVING_MILLIS;
  }

  /** How much longer than else a machine may take for a piece, for what is allowed to it. */
  private long slowMillis(Deployment deployment, Machine machine) {
    long slowest = caps.leastReceived(machine.agent());
    Pace pace = deployment.paceOf(machine.agent());
    for (long rate : new long[] {pace.maxBytesPerSecond(), pace.receivedBytesPerSecond()}) {
      slowest = rate > 0 && (slowest == 0 || rate < slowest) ? rate : slowest;
    }
    return slowest == 0
        ? 0
        : SLOW_PIECES * 1_000L * deployment.plan().artifact().pieceBytes() / slowest;
  }

  private void losePatience(Deployment deployment, Machine machine, boolean copyless) {
    AgentSnapshot agent = board.fleet().find(machine.agent());
    long now = board.nowMillis();
    if (agent != null && agent.connected()) {
      long idleMillis = now - machine.movedMillis();
      if (idleMillis >= board.settings().stallMillisMax() + slowMillis(deployment, machine)
          && !(machine.state() == MachineState.STAGED && deployment.stagesOnly(machine))) {
        course.end(
            deployment,
            machine,
            MachineState.FAILED,
            "no progress for "
                + idleMillis / 1_000
                + " s while "
                + machine.state()
                + (copyless ? ", and no full copy is connected" : ""));
      }
      return;
    }
    long since =
        Math.max(
            Math.max(restoredMillis, deployment.plan().createdMillis()), machine.movedMillis());
    if (agent != null) {
      since = Math.max(since, agent.awaySinceMillis());
    }
    if (now - since >= board.settings().awayMillisMax()) {
      course.end(
          deployment,
          machine,
          MachineState.FAILED,
          "away for " + (now - since) / 1_000 + " s; it gets it when it is back");
    }
  }
}
