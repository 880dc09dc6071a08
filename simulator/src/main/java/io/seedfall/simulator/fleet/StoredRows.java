package io.seedfall.simulator.fleet;

import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What survives every coordinator: the rows as the product's store keeps them, column by column. A
 * change of a deployment does not touch its machines and holders, a change of a machine neither its
 * wave nor whether it was late.
 */
final class StoredRows {
  /** Hears of each change, when it is made. */
  interface Listener {
    void machineChanged(Row deployment, @Nullable MachineSnapshot before, MachineSnapshot after);

    void deploymentChanged(Row deployment, DeploymentSnapshot before);
  }

  /** A deployment with its holders and machines. */
  static final class Row {
    private final List<DeploymentSnapshot.Holder> holders;
    private final TreeMap<String, MachineSnapshot> machines = new TreeMap<>();
    private DeploymentSnapshot columns;

    Row(DeploymentSnapshot created) {
      columns = created;
      holders = new ArrayList<>(created.holders());
      created.machines().forEach(machine -> machines.put(machine.agent(), machine));
    }

    String id() {
      return columns.plan().id();
    }

    /** Without holders and machines. */
    DeploymentSnapshot columns() {
      return columns;
    }

    @Nullable MachineSnapshot machine(String agent) {
      return machines.get(agent);
    }

    Collection<MachineSnapshot> machines() {
      return machines.values();
    }

    /** How many are in this state in this wave or one before. */
    int count(MachineState state, int upToWave) {
      int count = 0;
      for (MachineSnapshot machine : machines.values()) {
        count += machine.state() == state && machine.wave() <= upToWave ? 1 : 0;
      }
      return count;
    }

    /** How many of them count at all. */
    int total(int upToWave) {
      int count = 0;
      for (MachineSnapshot machine : machines.values()) {
        boolean counts = machine.state() != MachineState.CANCELLED;
        count += counts && machine.wave() <= upToWave ? 1 : 0;
      }
      return count;
    }

    /** What a coordinator reads. */
    DeploymentSnapshot whole() {
      return new DeploymentSnapshot(
          columns.plan(),
          columns.state(),
          columns.why(),
          columns.finishedMillis(),
          columns.begunWave(),
          columns.waveCount(),
          columns.paused(),
          columns.pace(),
          columns.open(),
          columns.standing(),
          List.copyOf(holders),
          List.copyOf(machines.values()));
    }
  }

  private final TreeMap<String, AgentSnapshot> agents = new TreeMap<>();
  private final Map<String, Row> deployments = new LinkedHashMap<>();
  private final Listener listener;
  private final TreeMap<String, Cap> caps = new TreeMap<>();
  private boolean halted;

  StoredRows(Listener listener) {
    this.listener = listener;
  }

  List<Cap> caps() {
    return new ArrayList<>(caps.values());
  }

  boolean halted() {
    return halted;
  }

  @Nullable Row deployment(String id) {
    return deployments.get(id);
  }

  /** All there ever were, oldest first. */
  List<Row> deployments() {
    return new ArrayList<>(deployments.values());
  }

  /** What a new coordinator begins with. */
  PlannerEvent.Restored restored() {
    List<DeploymentSnapshot> standing = new ArrayList<>();
    for (Row row : deployments.values()) {
      if (row.columns.standing()) {
        standing.add(row.whole());
      }
    }
    return new PlannerEvent.Restored(
        new ArrayList<>(agents.values()), standing, halted, new ArrayList<>(caps.values()));
  }

  /** One transaction. */
  void apply(List<PlannerEffect.Store> changes) {
    for (PlannerEffect.Store change : changes) {
      switch (change) {
        case PlannerEffect.AgentStored(AgentSnapshot agent) ->
            agents.put(agent.facts().name(), agent);
        case PlannerEffect.AgentForgotten(String agent) -> agents.remove(agent);
        case PlannerEffect.DeploymentCreated(DeploymentSnapshot created) -> {
          if (deployments.putIfAbsent(created.plan().id(), new Row(created)) != null) {
            throw new FleetViolation("rows are unique", created.plan().id() + " was created twice");
          }
        }
        case PlannerEffect.HolderAdded(String id, String agent, int position, int wave) -> {
          Row row = required(id);
          if (position != row.holders.size()) {
            throw new FleetViolation(
                "rows are unique",
                "%s: holder %s at %d of %d".formatted(id, agent, position, row.holders.size()));
          }
          row.holders.add(new DeploymentSnapshot.Holder(agent, wave));
        }
        case PlannerEffect.DeploymentChanged(DeploymentSnapshot deployment) -> {
          Row row = required(deployment.plan().id());
          DeploymentSnapshot before = row.columns;
          row.columns = deployment;
          listener.deploymentChanged(row, before);
        }
        case PlannerEffect.MachineChanged(String id, MachineSnapshot machine) -> {
          Row row = required(id);
          MachineSnapshot before = row.machines.get(machine.agent());
          row.machines.put(machine.agent(), before == null ? machine : kept(before, machine));
          listener.machineChanged(row, before, machine);
        }
        case PlannerEffect.HaltStored(boolean now) -> halted = now;
        case PlannerEffect.CapStored(CapScope scope, long rate) -> {
          String key = scope.selector() + (scope.isUplink() ? " uplink" : "");
          if (rate == 0) {
            caps.remove(key);
          } else {
            caps.put(key, new Cap(scope, rate));
          }
        }
      }
    }
  }

  private static MachineSnapshot kept(MachineSnapshot before, MachineSnapshot after) {
    return new MachineSnapshot(
        after.agent(), after.state(), after.why(), after.progress(), before.wave(), before.late());
  }

  private Row required(String id) {
    Row row = deployments.get(id);
    if (row == null) {
      throw new FleetViolation("rows are unique", id + " was changed before it was created");
    }
    return row;
  }
}
