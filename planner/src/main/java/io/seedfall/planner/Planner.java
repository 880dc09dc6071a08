package io.seedfall.planner;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The brain of the coordinator: who should have what, and who talks to whom.
 *
 * <p>The driver calls it from one thread, and in this order: {@link #handle}, then {@link
 * #pollEffect} until null, then {@link #nextDeadlineMillis} to know when to come back with {@link
 * PlannerEvent.TimeAdvanced} if nothing else happens first. Too early or too often does no harm.
 * The questions ({@link #deployment}, {@link #running}, {@link #agents}, {@link #fullCopies}) may
 * be asked at any time in between. {@code nowMillis} is epoch time from a clock that never steps
 * back.
 *
 * <p>A deployment is desired state: each of its machines gets the same assignment again whenever it
 * connects, until it has finished. Nothing waits for ever: a connected machine without progress
 * fails after {@link PlannerSettings#stallMillisMax}, one that is away after {@link
 * PlannerSettings#awayMillisMax}. The last full copy may go: the machines go on with what they have
 * together, and the deployment says so.
 */
public final class Planner {
  /** How often windows are looked at, while anything runs. */
  static final long SWEEP_MILLIS = 1_000;

  /** How long after a restart nobody is missed: all have to come back first. */
  static final long RETURN_MILLIS = 30_000;

  private final PlannerSettings settings;
  private final Fleet fleet = new Fleet();

  /** By id, oldest first. */
  private final SequencedMap<String, Deployment> running = new LinkedHashMap<>();

  private final ArrayDeque<PlannerEffect> effects = new ArrayDeque<>();
  private long nowMillis;
  private long restoredMillis;
  private long sweptMillis;

  /** Knows nobody and runs nothing. */
  public Planner(PlannerSettings settings) {
    this.settings = settings;
  }

  /** Tells it what happened. Every effect of it waits in {@link #pollEffect} afterwards. */
  public void handle(PlannerEvent event, long now) {
    nowMillis = Math.max(nowMillis, now);
    switch (event) {
      case PlannerEvent.Restored(List<AgentSnapshot> agents, List<DeploymentSnapshot> stored) ->
          restore(agents, stored);
      case PlannerEvent.AgentJoined(AgentFacts agent, List<InfoHash> holdings) ->
          join(agent, holdings);
      case PlannerEvent.AgentLeft(String agent) -> leave(agent);
      case PlannerEvent.AgentHolds(String agent, InfoHash infoHash, boolean complete) ->
          hold(agent, infoHash, complete);
      case PlannerEvent.AgentReported reported -> report(reported);
      case PlannerEvent.DeployRequested(
              DeploymentPlan plan,
              Predicate<Map<String, String>> targets) ->
          deploy(plan, targets);
      case PlannerEvent.CancelRequested(String id, String why) -> cancel(id, why);
      case PlannerEvent.TimeAdvanced() -> sweep();
    }
  }

  /** The next thing to do; null when there is nothing. */
  public @Nullable PlannerEffect pollEffect() {
    return effects.poll();
  }

  /** When to come back at the latest; {@link Long#MAX_VALUE} when nothing runs. */
  public long nextDeadlineMillis() {
    return running.isEmpty() ? Long.MAX_VALUE : sweptMillis + SWEEP_MILLIS;
  }

  /** A running deployment as it is now; null when no such deployment runs. */
  public @Nullable DeploymentSnapshot deployment(String id) {
    Deployment deployment = running.get(id);
    return deployment == null ? null : deployment.snapshot();
  }

  /** All running deployments, oldest first. */
  public List<DeploymentSnapshot> running() {
    return running.values().stream().map(Deployment::snapshot).toList();
  }

  /** How many deployments run. */
  public int runningCount() {
    return running.size();
  }

  /** All known machines and connected publishers, by name. */
  public List<AgentSnapshot> agents() {
    return fleet.all();
  }

  /** One of them; null when nobody of that name is known. */
  public @Nullable AgentSnapshot agent(String name) {
    return fleet.find(name);
  }

  /** How many connected machines and publishers hold all of this. */
  public int fullCopies(InfoHash infoHash) {
    return fleet.fullCopies(infoHash);
  }

  // ---- who is there -----------------------------------------------------------------------

  private void restore(List<AgentSnapshot> agents, List<DeploymentSnapshot> stored) {
    if (fleet.size() > 0 || !running.isEmpty()) {
      throw new IllegalStateException("restored twice, or too late");
    }
    restoredMillis = nowMillis;
    for (AgentSnapshot agent : agents) {
      long since = agent.connected() ? nowMillis : agent.awaySinceMillis();
      fleet.remember(new AgentSnapshot(agent.facts(), false, since));
    }
    for (DeploymentSnapshot snapshot : stored) {
      Deployment deployment = new Deployment(snapshot, settings, fleet, nowMillis);
      add(deployment);
      changed(
          deployment,
          DeploymentState.RUNNING,
          "the coordinator was restarted; its machines went on meanwhile");
      settle(deployment); // stopped between the last machine's row and the deployment's
    }
  }

  private void join(AgentFacts facts, List<InfoHash> holdings) {
    String name = facts.name();
    Endpoint before = fleet.endpoint(name);
    AgentSnapshot joined = fleet.join(facts, holdings);
    if (facts.role() == AgentRole.MACHINE) {
      effects.add(new PlannerEffect.AgentStored(joined));
      forgetOne();
    }
    for (Deployment deployment : running.values()) {
      if (!facts.endpoint().equals(before)) {
        for (String neighbour : deployment.neighboursOf(name)) {
          introduce(deployment, neighbour);
        }
      }
      Machine machine = deployment.machine(name);
      if (machine != null && !machine.state().isFinal()) {
        machine.renewPatience(nowMillis);
        assign(deployment, name);
      }
    }
    for (InfoHash infoHash : holdings) {
      serve(name, infoHash);
    }
  }

  private void leave(String name) {
    AgentSnapshot left = fleet.leave(name, nowMillis);
    if (left.facts().role() == AgentRole.MACHINE) {
      effects.add(new PlannerEffect.AgentStored(left));
    }
  }

  private void hold(String name, InfoHash infoHash, boolean complete) {
    if (!fleet.isConnected(name)) {
      throw new IllegalStateException(name + " is not connected");
    }
    boolean news = fleet.doesHold(name, infoHash) != complete;
    fleet.holds(name, infoHash, complete);
    if (news && complete) {
      serve(name, infoHash);
    }
  }

  /** Makes room: the machine that is away longest and has no work goes. */
  private void forgetOne() {
    if (fleet.size() <= settings.agentsMax()) {
      return;
    }
    AgentSnapshot oldest = null;
    for (AgentSnapshot agent : fleet.all()) {
      boolean idle =
          running.values().stream().allMatch(d -> d.machine(agent.facts().name()) == null);
      if (!agent.connected()
          && idle
          && (oldest == null || agent.awaySinceMillis() < oldest.awaySinceMillis())) {
        oldest = agent;
      }
    }
    if (oldest != null) {
      fleet.forget(oldest.facts().name());
      effects.add(new PlannerEffect.AgentForgotten(oldest.facts().name()));
    }
  }

  // ---- deployments ------------------------------------------------------------------------

  private void deploy(DeploymentPlan plan, Predicate<Map<String, String>> targets) {
    if (running.size() >= settings.runningMax()) {
      refuse(
          plan.id(),
          Refusal.LIMIT_REACHED,
          running.size() + " deployments are running, more is not allowed: cancel one or wait");
      return;
    }
    List<AgentFacts> machines = new ArrayList<>();
    int matching = 0;
    for (AgentSnapshot agent : fleet.all()) {
      if (agent.facts().role() != AgentRole.MACHINE || !targets.test(agent.facts().labels())) {
        continue;
      }
      matching++;
      if (agent.connected() || nowMillis - agent.awaySinceMillis() < settings.awayMillisMax()) {
        machines.add(agent.facts());
      }
    }
    if (machines.isEmpty()) {
      refuse(plan.id(), Refusal.NO_MATCHING_AGENTS, noMatch(plan.selector(), matching));
      return;
    }
    List<String> holders = fleet.holdersOf(plan.artifact().infoHash(), settings.holdersMax());
    if (holders.isEmpty()) {
      refuse(
          plan.id(),
          Refusal.NO_FULL_COPY,
          "no connected agent or publisher holds all of " + plan.artifact() + ": publish it again");
      return;
    }
    if (fleet.holders(holders).allMatch(holder -> holder.place() == Place.LOOPBACK)) {
      List<AgentFacts> elsewhere =
          machines.stream().filter(machine -> machine.place() == Place.ELSEWHERE).toList();
      if (!elsewhere.isEmpty()) {
        refuse(plan.id(), Refusal.NO_REACHABLE_COPY, noReach(plan, holders.getFirst(), elsewhere));
        return;
      }
    }
    String why = "asked for on " + machineCount(machines.size());
    List<MachineSnapshot> parts = machines.stream().map(machine -> part(machine, holders)).toList();
    start(new DeploymentSnapshot(plan, DeploymentState.RUNNING, why, 0, holders, parts));
  }

  /**
   * What a machine begins with: to wait, or to have failed where it could only wait in vain. When
   * all have failed so, the next sweep ends the deployment: whoever asked for it sees it run first.
   */
  private MachineSnapshot part(AgentFacts machine, List<String> holders) {
    if (fleet.holders(holders).anyMatch(holder -> holder.place().reaches(machine.place()))) {
      return new MachineSnapshot(machine.name(), MachineState.WAITING, "", Progress.NONE);
    }
    return new MachineSnapshot(
        machine.name(),
        MachineState.FAILED,
        "it listens at "
            + machine.endpoint()
            + ", which no other machine reaches: start its agent with --listen ADDRESS:PORT"
            + " --insecure",
        Progress.NONE);
  }

  private void start(DeploymentSnapshot snapshot) {
    Deployment deployment = new Deployment(snapshot, settings, fleet, nowMillis);
    effects.add(new PlannerEffect.DeploymentCreated(snapshot));
    supersedeBy(deployment);
    add(deployment);
    effects.add(new PlannerEffect.Accepted(deployment.plan().id()));
    for (String holder : deployment.holders()) {
      seed(holder, deployment.plan().artifact().infoHash());
    }
    for (Machine machine : deployment.machines()) {
      if (!machine.state().isFinal()) {
        assign(deployment, machine.agent());
      }
    }
  }

  /** What runs towards the same place on the same machine ends there. */
  private void supersedeBy(Deployment newer) {
    for (Deployment older : new ArrayList<>(running.values())) {
      if (!older.plan().destination().equals(newer.plan().destination())) {
        continue;
      }
      for (Machine machine : newer.machines()) {
        Machine old = older.machine(machine.agent());
        if (old != null && !old.state().isFinal()) {
          end(older, old, MachineState.CANCELLED, "superseded by " + newer.plan().id());
        }
      }
      settle(older);
    }
  }

  private void cancel(String id, String why) {
    Deployment deployment = running.get(id);
    if (deployment == null) {
      refuse(id, Refusal.NOT_RUNNING, "deployment " + id + " is not running");
      return;
    }
    for (Machine machine : deployment.machines()) {
      if (!machine.state().isFinal()) {
        end(deployment, machine, MachineState.CANCELLED, why);
      }
    }
    settle(deployment);
    effects.add(new PlannerEffect.Accepted(id));
  }

  private void report(PlannerEvent.AgentReported reported) {
    String agent = reported.agent();
    Deployment deployment = running.get(reported.deploymentId());
    Machine machine = deployment == null ? null : deployment.machine(agent);
    if (deployment == null || machine == null || machine.state().isFinal()) {
      if (!reported.state().isFinal()) { // it works for nothing
        String why = machine == null ? "that deployment is over" : machine.why();
        send(new PlannerEffect.Withdraw(agent, reported.deploymentId(), why));
      }
      return;
    }
    machine.progressTo(reported.progress(), nowMillis);
    if (reported.state() != machine.state()) {
      machine.enter(reported.state(), reported.why(), nowMillis);
      effects.add(new PlannerEffect.MachineChanged(deployment.plan().id(), machine.snapshot()));
      settle(deployment);
    }
  }

  // ---- time -------------------------------------------------------------------------------

  private void sweep() {
    sweptMillis = nowMillis;
    for (Deployment deployment : new ArrayList<>(running.values())) {
      boolean copyless =
          (restoredMillis == 0 || nowMillis - restoredMillis >= RETURN_MILLIS)
              && fleet.fullCopies(deployment.plan().artifact().infoHash()) == 0
              && deployment.isFetching();
      if (deployment.noteCopyless(copyless)) {
        changed(
            deployment,
            DeploymentState.RUNNING,
            copyless
                ? "no full copy is connected; the machines go on with what they have together"
                : "a full copy is connected again");
      }
      for (Machine machine : deployment.machines()) {
        if (!machine.state().isFinal()) {
          losePatience(deployment, machine, copyless);
        }
      }
      settle(deployment);
    }
  }

  private void losePatience(Deployment deployment, Machine machine, boolean copyless) {
    AgentSnapshot agent = fleet.find(machine.agent());
    if (agent != null && agent.connected()) {
      long idleMillis = nowMillis - machine.movedMillis();
      if (idleMillis >= settings.stallMillisMax()) {
        end(
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
    long since = Math.max(restoredMillis, deployment.plan().createdMillis());
    if (agent != null) {
      since = Math.max(since, agent.awaySinceMillis());
    }
    if (nowMillis - since >= settings.awayMillisMax()) {
      end(
          deployment,
          machine,
          MachineState.FAILED,
          "away for " + (nowMillis - since) / 1_000 + " s; deploy again when it is back");
    }
  }

  // ---- changes ----------------------------------------------------------------------------

  private void add(Deployment deployment) {
    running.put(deployment.plan().id(), deployment);
  }

  /** A machine's part ends without its doing. */
  private void end(Deployment deployment, Machine machine, MachineState state, String why) {
    machine.enter(state, why, nowMillis);
    String id = deployment.plan().id();
    effects.add(new PlannerEffect.MachineChanged(id, machine.snapshot()));
    send(new PlannerEffect.Withdraw(machine.agent(), id, why));
  }

  private void changed(Deployment deployment, DeploymentState state, String why) {
    deployment.enter(state, why, nowMillis);
    effects.add(new PlannerEffect.DeploymentChanged(deployment.snapshot()));
  }

  /** Ends the deployment when all its machines have finished. */
  private void settle(Deployment deployment) {
    if (!deployment.isSettled() || deployment.state().isFinal()) {
      return;
    }
    Machine failed = null;
    Machine cancelled = null;
    int failedCount = 0;
    for (Machine machine : deployment.machines()) {
      if (machine.state() == MachineState.FAILED) {
        failed = failed == null ? machine : failed;
        failedCount++;
      } else if (machine.state() == MachineState.CANCELLED) {
        cancelled = cancelled == null ? machine : cancelled;
      }
    }
    int count = deployment.machineCount();
    if (cancelled != null) {
      changed(deployment, DeploymentState.CANCELLED, cancelled.why());
    } else if (failed != null) {
      changed(
          deployment,
          DeploymentState.FAILED,
          failedCount
              + " of "
              + machineCount(count)
              + " failed; "
              + failed.agent()
              + ": "
              + failed.why());
    } else {
      changed(deployment, DeploymentState.DONE, machineCount(count) + " installed it");
    }
    running.remove(deployment.plan().id());
    for (String holder : deployment.holders()) {
      seed(holder, deployment.plan().artifact().infoHash());
    }
  }

  private void refuse(String id, Refusal refusal, String why) {
    effects.add(new PlannerEffect.Refused(id, refusal, why));
  }

  private String noMatch(String selector, int awayTooLong) {
    if (awayTooLong > 0) {
      return machineCount(awayTooLong)
          + " match "
          + selector
          + ", but none was seen in the last "
          + settings.awayMillisMax() / 60_000
          + " minutes";
    }
    long known = fleet.all().stream().filter(a -> a.facts().role() == AgentRole.MACHINE).count();
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
        + fleet.endpoint(holder)
        + ", which no other machine reaches, and "
        + machineCount(elsewhere.size())
        + (elsewhere.size() == 1 ? " is" : " are")
        + " elsewhere ("
        + first.name()
        + " at "
        + first.endpoint()
        + "): seed it with --listen ADDRESS:PORT --insecure";
  }

  private static String machineCount(int count) {
    return count + (count == 1 ? " machine" : " machines");
  }

  // ---- who talks to whom ------------------------------------------------------------------

  /** A full copy appeared: is it a holder's, or may it become one? */
  private void serve(String name, InfoHash infoHash) {
    adopt(name, infoHash);
    for (Deployment deployment : running.values()) {
      if (deployment.isHolder(name) && deployment.plan().artifact().infoHash().equals(infoHash)) {
        seed(name, infoHash);
        return;
      }
    }
  }

  /**
   * A newcomer with a full copy serves a running deployment whose holders have all gone. Others
   * need not be added: what a machine has fetched it serves already.
   */
  private void adopt(String name, InfoHash infoHash) {
    for (Deployment deployment : running.values()) {
      boolean served =
          deployment.holders().stream().anyMatch(holder -> fleet.doesHold(holder, infoHash));
      if (served
          || !deployment.plan().artifact().infoHash().equals(infoHash)
          || deployment.machine(name) != null
          || deployment.isHolder(name)) {
        continue;
      }
      String id = deployment.plan().id();
      if (deployment.holders().size() >= settings.holdersMax()) {
        effects.add(new PlannerEffect.Notice(name + " cannot serve " + id + ": too many holders"));
        continue;
      }
      effects.add(new PlannerEffect.HolderAdded(id, name, deployment.addHolder(name)));
      for (String neighbour : deployment.neighboursOf(name)) {
        introduce(deployment, neighbour);
      }
    }
  }

  /** Says to one side of an edge who its neighbours are now. */
  private void introduce(Deployment deployment, String name) {
    Machine machine = deployment.machine(name);
    if (machine != null) {
      String id = deployment.plan().id();
      send(new PlannerEffect.Neighbours(name, id, contacts(deployment, name)));
    } else if (deployment.isHolder(name)) {
      seed(name, deployment.plan().artifact().infoHash());
    }
  }

  private void assign(Deployment deployment, String name) {
    send(new PlannerEffect.Assign(name, deployment.plan(), contacts(deployment, name)));
  }

  /** Tells a holder whom to serve, over all running deployments of that content. */
  private void seed(String holder, InfoHash infoHash) {
    if (!fleet.doesHold(holder, infoHash)) {
      return;
    }
    boolean source = false;
    TreeMap<String, Contact> contacts = new TreeMap<>();
    for (Deployment deployment : running.values()) {
      if (deployment.isHolder(holder) && deployment.plan().artifact().infoHash().equals(infoHash)) {
        source |= deployment.isSource(holder);
        for (Contact contact : contacts(deployment, holder)) {
          contacts.putIfAbsent(contact.name(), contact);
        }
      }
    }
    send(new PlannerEffect.Seed(holder, infoHash, new ArrayList<>(contacts.values()), source));
  }

  private List<Contact> contacts(Deployment deployment, String name) {
    List<Contact> contacts = new ArrayList<>();
    for (String neighbour : deployment.neighboursOf(name)) {
      Endpoint endpoint = fleet.endpoint(neighbour);
      if (endpoint != null) {
        contacts.add(new Contact(neighbour, endpoint, deployment.isHolder(neighbour)));
      }
    }
    return contacts;
  }

  private void send(PlannerEffect.Send message) {
    if (fleet.isConnected(message.agent())) {
      effects.add(message);
    }
  }
}
