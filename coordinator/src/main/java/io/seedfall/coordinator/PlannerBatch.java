package io.seedfall.coordinator;

import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.PlannerEffect;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The rows of one transaction that come by the thousand, agents and machines: collected, and
 * written with one statement for all of a kind. Whoever writes another row gets the handle from
 * {@link #flushed}, so everything is written in the order in which it was decided.
 */
final class PlannerBatch {
  /** So many rows of a kind are collected at most. */
  static final int ROWS_MAX = 1_000;

  private final Handle handle;
  private final List<AgentSnapshot> agents = new ArrayList<>();
  private final List<PlannerEffect.MachineChanged> machines = new ArrayList<>();

  PlannerBatch(Handle handle) {
    this.handle = handle;
  }

  void put(AgentSnapshot agent) {
    agents.add(agent);
    if (agents.size() == ROWS_MAX) {
      flushed();
    }
  }

  void put(PlannerEffect.MachineChanged machine) {
    machines.add(machine);
    if (machines.size() == ROWS_MAX) {
      flushed();
    }
  }

  /** The transaction, with everything in it that was collected. */
  Handle flushed() {
    PlannerRows.putAgents(handle, agents);
    PlannerRows.putMachines(handle, machines);
    agents.clear();
    machines.clear();
    return handle;
  }
}
