package io.seedfall.coordinator;

import io.seedfall.control.AgentView;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.FleetChange;
import io.seedfall.control.MachineView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What changed in a fraction of a second.
 *
 * @param serial its number, from 1 without a gap
 * @param halted whether all transfers stand still
 * @param fleet whether that has changed
 * @param deployments what changed, by id
 * @param agents that came or went
 * @param more whether more agents did
 */
record Packet(
    long serial,
    boolean halted,
    boolean fleet,
    Map<String, DeploymentChange> deployments,
    List<AgentView> agents,
    boolean more) {
  /** How much memory it stands for. */
  int rows() {
    int rows = 1 + agents.size();
    for (DeploymentChange change : deployments.values()) {
      rows += 1 + change.machines().size();
    }
    return rows;
  }

  /** What all of these say of one deployment; null when that is nothing. */
  static @Nullable DeploymentChange of(List<Packet> packets, String id) {
    DeploymentView last = null;
    boolean more = false;
    Map<String, MachineView> machines = new LinkedHashMap<>();
    for (Packet packet : packets) {
      DeploymentChange change = packet.deployments().get(id);
      if (change != null) {
        last = change.deployment();
        more |= change.more();
        for (MachineView machine : change.machines()) {
          if (machines.size() < DeploymentChange.MACHINES_MAX
              || machines.containsKey(machine.agent())) {
            machines.put(machine.agent(), machine);
          } else {
            more = true;
          }
        }
      }
    }
    return last == null ? null : new DeploymentChange(last, List.copyOf(machines.values()), more);
  }

  /** What all of these say of the fleet; null when that is nothing. */
  static @Nullable FleetChange of(List<Packet> packets) {
    boolean any = false;
    boolean halted = false;
    boolean more = false;
    Map<String, DeploymentView> deployments = new LinkedHashMap<>();
    Map<String, AgentView> agents = new LinkedHashMap<>();
    for (Packet packet : packets) {
      halted = packet.halted();
      more |= packet.more();
      any |= packet.fleet() || !packet.deployments().isEmpty() || !packet.agents().isEmpty();
      packet.deployments().forEach((id, change) -> deployments.put(id, change.deployment()));
      packet.agents().forEach(agent -> agents.put(agent.name(), agent));
    }
    more |=
        deployments.size() > FleetChange.DEPLOYMENTS_MAX || agents.size() > FleetChange.AGENTS_MAX;
    return any
        ? new FleetChange(
            halted,
            first(deployments, FleetChange.DEPLOYMENTS_MAX),
            first(agents, FleetChange.AGENTS_MAX),
            more)
        : null;
  }

  private static <T> List<T> first(Map<String, T> all, int most) {
    List<T> list = new ArrayList<>(all.values());
    return List.copyOf(list.subList(0, Math.min(most, list.size())));
  }
}
