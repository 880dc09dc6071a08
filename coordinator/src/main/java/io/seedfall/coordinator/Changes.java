package io.seedfall.coordinator;

import io.seedfall.control.AgentView;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.FleetChange;
import io.seedfall.control.MachineView;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects what changes until it is time to tell, so that subscribers hear at most {@link
 * #MILLIS_MIN} apart however much happens. The control loop's thread owns it.
 */
final class Changes {
  /** So long after one packet comes the next: five in a second. */
  static final long MILLIS_MIN = 200;

  /** Of one deployment. */
  private static final class Marked {
    private final Set<String> machines = new LinkedHashSet<>();
    private boolean more;
    private @Nullable DeploymentSnapshot last;

    void mark(String machine) {
      if (machines.size() < DeploymentChange.MACHINES_MAX || machines.contains(machine)) {
        machines.add(machine);
      } else {
        more = true;
      }
    }
  }

  private final Map<String, Marked> deployments = new LinkedHashMap<>();
  private final Set<String> agents = new LinkedHashSet<>();
  private boolean moreAgents;
  private boolean fleet;
  private long serial;
  private long toldMillis = Long.MIN_VALUE / 2;

  /** Something that is to survive a restart changed. */
  void stored(PlannerEffect.Store change) {
    switch (change) {
      case PlannerEffect.DeploymentCreated(DeploymentSnapshot made) -> {
        Marked marked = deployment(made.plan().id());
        marked.last = made;
        marked.more |= !made.machines().isEmpty();
      }
      case PlannerEffect.DeploymentChanged(DeploymentSnapshot changed) ->
          deployment(changed.plan().id()).last = changed;
      case PlannerEffect.MachineChanged(String id, MachineSnapshot machine) ->
          deployment(id).mark(machine.agent());
      case PlannerEffect.HaltStored _ -> fleet = true;
      case PlannerEffect.AgentStored _,
          PlannerEffect.AgentForgotten _,
          PlannerEffect.HolderAdded _,
          PlannerEffect.CapStored _ -> {}
    }
  }

  /** Something was heard that is not stored each time. */
  void heard(PlannerEvent event) {
    switch (event) {
      case PlannerEvent.AgentReported reported ->
          deployment(reported.deploymentId()).mark(reported.agent());
      case PlannerEvent.AgentJoined joined -> agent(joined.agent().name());
      case PlannerEvent.AgentLeft(String agent) -> agent(agent);
      case PlannerEvent.Restored _,
          PlannerEvent.AgentHolds _,
          PlannerEvent.HealthReported _,
          PlannerEvent.Request _,
          PlannerEvent.TimeAdvanced _ -> {} // of these the planner has stored what changed
    }
  }

  private Marked deployment(String id) {
    return deployments.computeIfAbsent(id, _ -> new Marked());
  }

  private void agent(String name) {
    if (agents.size() < FleetChange.AGENTS_MAX || agents.contains(name)) {
      agents.add(name);
    } else {
      moreAgents = true;
    }
  }

  /**
   * What there is to tell; null when that is nothing, or it is not time.
   *
   * @param standing finds what the planner still has
   * @param agentView finds what an agent looks like; null when it is forgotten
   */
  @Nullable Packet packet(
      long nowMillis,
      boolean halted,
      Function<String, @Nullable DeploymentSnapshot> standing,
      Function<String, @Nullable AgentView> agentView) {
    boolean nothing = deployments.isEmpty() && agents.isEmpty() && !fleet;
    if (nothing || nowMillis - toldMillis < MILLIS_MIN) {
      return null;
    }
    Map<String, DeploymentChange> changed = new LinkedHashMap<>();
    deployments.forEach((id, marked) -> {
      DeploymentSnapshot now = standing.apply(id);
      now = now == null ? marked.last : now;
      if (now != null) { // else an agent speaks of what nobody knows any more
        changed.put(id, change(now, marked));
      }
    });
    List<AgentView> views = new ArrayList<>();
    for (String agent : agents) {
      AgentView view = agentView.apply(agent);
      if (view != null) {
        views.add(view);
      } else {
        moreAgents = true;
      }
    }
    toldMillis = nowMillis;
    Packet packet = new Packet(++serial, halted, fleet, changed, List.copyOf(views), moreAgents);
    deployments.clear();
    agents.clear();
    moreAgents = false;
    fleet = false;
    return packet;
  }

  private static DeploymentChange change(DeploymentSnapshot now, Marked marked) {
    List<MachineView> machines = new ArrayList<>(marked.machines.size());
    if (!marked.machines.isEmpty()) {
      for (MachineSnapshot machine : now.machines()) {
        if (marked.machines.contains(machine.agent())) {
          machines.add(Translation.view(machine));
        }
      }
    }
    return new DeploymentChange(Translation.view(now, 0), List.copyOf(machines), marked.more);
  }
}
