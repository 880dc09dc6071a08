package io.seedfall.simulator.fleet;

import io.seedfall.planner.AgentCaps;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.Contact;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.Quota;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must hold while a fleet is simulated. It knows the rows, what was sent, and the machines; it
 * asks the planner only whether it believes what is stored.
 */
final class FleetChecks implements StoredRows.Listener {
  static final String STORED = "what is stored is what is so";
  static final String ANSWERED = "what was accepted is so";
  static final String STOPPED = "nobody begins when it is stopped";
  static final String ACTIVATED = "nobody installs before its turn";
  static final String ONCE = "nothing is installed twice without a reason";
  static final String FAILURES = "no more than so many fail";
  static final String STILL = "nothing moves that stands still";
  static final String ENDS = "everything ends";

  /** How long an agent that is connected may not have heard that it is to stand still. */
  private static final long TOLD_MILLIS = 5_000;

  /** An install that was done for a deployment. */
  private record Done(int life, int begun) {}

  private final FleetSimulation fleet;
  private final GateCheck gates = new GateCheck();
  private final NeighbourCheck neighbours;
  private final ShareCheck shares = new ShareCheck();

  /** The latest wave that may switch, by deployment; absent before the first. */
  private final TreeMap<String, Integer> reached = new TreeMap<>();

  /** How often a machine's part has begun, by deployment and machine. */
  private final TreeMap<String, Integer> begun = new TreeMap<>();

  private final TreeMap<String, Done> installs = new TreeMap<>();
  private final TreeMap<String, Integer> switches = new TreeMap<>();
  private final TreeMap<String, Long> stillSince = new TreeMap<>();
  private long haltedSince;

  FleetChecks(FleetSimulation fleet) {
    this.fleet = fleet;
    this.neighbours = new NeighbourCheck(fleet);
  }

  private static String key(String id, String agent) {
    return id + "/" + agent;
  }

  private long now() {
    return fleet.agenda().nowMillis();
  }

  // ---- rows -------------------------------------------------------------------------------

  @Override
  public void machineChanged(
      StoredRows.Row row, @Nullable MachineSnapshot before, MachineSnapshot after) {
    if (after.state() == MachineState.WAITING
        && (before == null || before.state() != MachineState.WAITING)) {
      begun.merge(key(row.id(), after.agent()), 1, Integer::sum);
      boolean begins =
          before == null || before.state() == MachineState.PENDING || before.state().isFinal();
      if (!row.columns().open() && begins) {
        throw new FleetViolation(STOPPED, after.agent() + " begins " + row.id());
      }
    }
    if (before != null
        && before.state() == MachineState.STAGED
        && after.state() == MachineState.FAILED
        && after.why().startsWith("no progress")) {
      throw new FleetViolation(ACTIVATED, after.agent() + " was never told: " + row.id());
    }
    gates.machineChanged(row, after, now());
  }

  @Override
  public void deploymentChanged(StoredRows.Row row, DeploymentSnapshot before) {
    DeploymentState state = row.columns().state();
    if (!state.isFinal() && state.wave() >= 0) {
      reached.merge(row.id(), state.wave(), Math::max);
    }
    gates.deploymentChanged(row, before, now());
  }

  /** The highest wave of this deployment that may switch. */
  private int reached(StoredRows.Row row) {
    int plain = row.columns().plan().rollout().staged() ? -1 : 0;
    return Math.max(plain, reached.getOrDefault(row.id(), -1));
  }

  /** What is stored is what the planner has. */
  void afterTurn() {
    Planner planner = fleet.coordinator().planner();
    if (planner == null) {
      return;
    }
    if (planner.halted() != fleet.rows().halted()) {
      throw new FleetViolation(STORED, "halted is not");
    }
    if (!planner.caps().equals(fleet.rows().caps())) {
      throw new FleetViolation(STORED, "a cap is not");
    }
    haltedSince = !planner.halted() ? 0 : haltedSince == 0 ? now() : haltedSince;
    int standing = 0;
    for (StoredRows.Row row : fleet.rows().deployments()) {
      DeploymentSnapshot deployment = planner.deployment(row.id());
      if (deployment == null) {
        unfinishedIn(row);
        continue;
      }
      standing++;
      sameAs(row, deployment);
      tooManyFailed(row);
      stands(row);
    }
    if (standing != planner.standing().size()) {
      throw new FleetViolation(STORED, "a deployment stands that is not stored");
    }
    for (AgentSnapshot agent : planner.agents()) {
      if (agent.connected() != fleet.coordinator().isConnected(agent.facts().name())) {
        throw new FleetViolation(STORED, agent.facts().name() + " is not connected, or is");
      }
    }
    neighbours.afterTurn(planner);
    shares.allIsSaid(planner);
  }

  private static void unfinishedIn(StoredRows.Row row) {
    DeploymentSnapshot columns = row.columns();
    if (columns.standing() || !columns.state().isFinal()) {
      throw new FleetViolation(STORED, row.id() + " is not known: " + columns.state());
    }
    for (MachineSnapshot machine : row.machines()) {
      if (!machine.state().isFinal()) {
        throw new FleetViolation(STORED, row.id() + " is over, but not for " + machine);
      }
    }
  }

  private static void sameAs(StoredRows.Row row, DeploymentSnapshot is) {
    DeploymentSnapshot stored = row.whole();
    boolean same =
        stored.plan().equals(is.plan())
            && stored.state().equals(is.state())
            && stored.why().equals(is.why())
            && stored.finishedMillis() == is.finishedMillis()
            && stored.begunWave() == is.begunWave()
            && stored.waveCount() == is.waveCount()
            && stored.paused() == is.paused()
            && stored.pace().equals(is.pace())
            && stored.open() == is.open()
            && stored.standing() == is.standing()
            && stored.holders().equals(is.holders());
    if (!same) {
      throw new FleetViolation(STORED, "stored " + stored + ", is " + is);
    }
    for (MachineSnapshot machine : is.machines()) {
      MachineSnapshot kept = row.machine(machine.agent());
      if (kept == null
          || kept.state() != machine.state()
          || !kept.why().equals(machine.why())
          || kept.wave() != machine.wave()
          || kept.late() != machine.late()) {
        throw new FleetViolation(STORED, row.id() + ": stored " + kept + ", is " + machine);
      }
    }
  }

  private void tooManyFailed(StoredRows.Row row) {
    DeploymentSnapshot columns = row.columns();
    Quota most = columns.plan().rollout().gate().maxFailed();
    boolean decides = !columns.state().isFinal() && !columns.paused() && !fleet.rows().halted();
    if (!decides || most.equals(Quota.ALL)) {
      return;
    }
    int last = columns.waveCount() - 1;
    int failed = row.count(MachineState.FAILED, last);
    if (failed > GateCheck.atMost(most, row.total(last)) && row.total(last) > 0) {
      throw new FleetViolation(
          FAILURES, "%s goes on with %d failed, %s may".formatted(row.id(), failed, most));
    }
  }

  private void stands(StoredRows.Row row) {
    gates.standsStill(row.id(), row.columns().paused() || fleet.rows().halted(), now());
    if (row.columns().paused()) {
      stillSince.putIfAbsent(row.id(), now());
    } else {
      stillSince.remove(row.id());
    }
  }

  /** A machine has joined, and what it was told before counts no more. */
  void welcomed(String agent, AgentCaps caps) {
    shares.welcomed(agent, caps);
  }

  /** The planner has said this to somebody who is connected. */
  void said(PlannerEffect.Send message) {
    shares.said(message);
  }

  // ---- messages ---------------------------------------------------------------------------

  void sent(PlannerEffect.Send message) {
    switch (message) {
      case PlannerEffect.Assign assign -> {
        StoredRows.Row row = fleet.row(assign.plan().id());
        MachineSnapshot part = row == null ? null : row.machine(assign.agent());
        if (part == null) {
          throw new FleetViolation(STOPPED, assign.agent() + " was assigned what is not stored");
        }
        neighbours.told(assign.agent(), assign.plan().id(), assign.contacts());
      }
      case PlannerEffect.Neighbours(String agent, String id, List<Contact> contacts) ->
          neighbours.told(agent, id, contacts);
      case PlannerEffect.Seed seed ->
          neighbours.toldToSeed(seed.agent(), seed.infoHash(), seed.contacts());
      case PlannerEffect.Activate _,
          PlannerEffect.SetPace _,
          PlannerEffect.CheckHealth _,
          PlannerEffect.Halt _,
          PlannerEffect.SetCaps _,
          PlannerEffect.Withdraw _ -> {}
    }
  }

  void answered(PlannerEvent.Request request, PlannerEffect.Answer answer) {
    if (!(answer instanceof PlannerEffect.Accepted)) {
      return;
    }
    boolean so =
        switch (request) {
          case PlannerEvent.DeployRequested(var plan) -> fleet.row(plan.id()) != null;
          case PlannerEvent.ActivateRequested(String id) ->
              !(columns(id).state() instanceof DeploymentState.Staged);
          case PlannerEvent.CancelRequested(String id, String _) -> columns(id).state().isFinal();
          case PlannerEvent.RollbackRequested(String id, String _, String _) ->
              columns(id).state() instanceof DeploymentState.RolledBack;
          case PlannerEvent.PauseRequested _,
              PlannerEvent.PaceRequested _,
              PlannerEvent.HaltRequested _,
              PlannerEvent.CapRequested _ ->
              true; // another may have come behind it in the same turn
        };
    if (!so) {
      throw new FleetViolation(ANSWERED, request.toString());
    }
  }

  private DeploymentSnapshot columns(String id) {
    StoredRows.Row row = fleet.row(id);
    if (row == null) {
      throw new FleetViolation(ANSWERED, "there is no " + id);
    }
    return row.columns();
  }

  // ---- machines ---------------------------------------------------------------------------

  void healthy(String agent, String id) {
    gates.healthy(agent, id, now());
  }

  /** A machine makes new content visible. */
  void switched(SimulatedAgent agent, String id) {
    StoredRows.Row row = fleet.row(id);
    MachineSnapshot part = row == null ? null : row.machine(agent.name());
    if (row == null || part == null) {
      throw new FleetViolation(ACTIVATED, agent.name() + " installs what is not stored: " + id);
    }
    if (part.wave() > reached(row)) {
      throw new FleetViolation(
          ACTIVATED,
          "%s of wave %d switches %s, which is %s"
              .formatted(agent.name(), part.wave(), id, row.columns().state()));
    }
    String key = key(id, agent.name());
    switches.merge(key, 1, Integer::sum);
    int times = begun.getOrDefault(key, 0);
    Done before = installs.put(key, new Done(agent.life(), times));
    if (before != null && before.life() == agent.life() && before.begun() == times) {
      throw new FleetViolation(ONCE, agent.name() + " installs " + id + " again");
    }
  }

  /** How often a machine has made a deployment's content visible. */
  int switches(String agent, String id) {
    return switches.getOrDefault(key(id, agent), 0);
  }

  /** What a machine had made visible, if anything, is not any more. */
  void takenBack(String agent, String id) {
    installs.remove(key(id, agent));
  }

  /** A machine has taken pieces. */
  void moved(SimulatedAgent agent, InfoHash infoHash) {
    if (!fleet.coordinator().isConnected(agent.name())
        || !agent.line().isSound()
        || now() - agent.line().welcomedMillis() < TOLD_MILLIS
        || agent.line().welcomedMillis() == Long.MAX_VALUE) {
      return;
    }
    if (haltedSince != 0 && now() - haltedSince > TOLD_MILLIS) {
      throw new FleetViolation(STILL, agent.name() + " fetches while all are halted");
    }
    boolean all = true;
    for (String id : agent.workOn(infoHash)) {
      long since = stillSince.getOrDefault(id, Long.MAX_VALUE);
      all &= since != Long.MAX_VALUE && now() - since > TOLD_MILLIS;
    }
    if (all) {
      throw new FleetViolation(
          STILL, agent.name() + " fetches for " + agent.workOn(infoHash) + ", which is paused");
    }
  }

  // ---- at rest ----------------------------------------------------------------------------

  /** Whether nothing is to be waited for any more; users go on with what waits for them. */
  boolean isQuiet() {
    if (fleet.rows().halted()) {
      fleet.ask(new PlannerEvent.HaltRequested(false));
      return false;
    }
    boolean quiet = fleet.coordinator().isUp();
    for (StoredRows.Row row : fleet.rows().deployments()) {
      DeploymentSnapshot columns = row.columns();
      if (columns.standing() && columns.paused() && !isOver(row)) {
        fleet.ask(new PlannerEvent.PauseRequested(row.id(), false));
      } else if (columns.state() instanceof DeploymentState.Staged) {
        fleet.ask(new PlannerEvent.ActivateRequested(row.id()));
      }
      quiet &= isOver(row);
    }
    for (SimulatedAgent agent : fleet.agents()) {
      quiet &= agent.line().welcomedMillis() != Long.MAX_VALUE;
    }
    return quiet;
  }

  private static boolean isOver(StoredRows.Row row) {
    return row.columns().state().isFinal()
        && row.machines().stream().allMatch(machine -> machine.state().isFinal());
  }

  /** What is to be waited for, in words. */
  String unfinished() {
    List<String> unfinished = new ArrayList<>();
    for (StoredRows.Row row : fleet.rows().deployments()) {
      if (!isOver(row)) {
        unfinished.add(row.whole().toString());
      }
    }
    for (SimulatedAgent agent : fleet.agents()) {
      if (agent.line().welcomedMillis() == Long.MAX_VALUE) {
        unfinished.add(agent.name() + " is not connected");
      }
    }
    return ENDS + " but " + unfinished;
  }

  /** Everybody is connected, nothing goes on: all is as it was asked for. */
  void atRest() {
    DesiredCheck desired = new DesiredCheck(fleet);
    for (SimulatedAgent agent : fleet.agents()) {
      desired.check(agent);
    }
  }
}
