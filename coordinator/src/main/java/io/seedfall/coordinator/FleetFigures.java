package io.seedfall.coordinator;

import io.seedfall.control.DeploymentPhase;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.DeploymentCounts;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Planner;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The fleet in numbers, at one moment.
 *
 * @param connected machines
 * @param away machines
 * @param publishers that are connected
 * @param phases how many standing deployments are in each
 * @param paused how many of those are paused
 * @param states how many machines of standing deployments are in each
 * @param still machines that fetch without progress
 * @param stragglers machines that most others of their deployment wait for no more
 * @param halted whether everything stands still
 */
record FleetFigures(
    int connected,
    int away,
    int publishers,
    Map<DeploymentPhase, Integer> phases,
    int paused,
    Map<MachineState, Integer> states,
    int still,
    int stragglers,
    boolean halted) {
  /** What a coordinator knows that does not lead. */
  static final FleetFigures NONE = new FleetFigures(0, 0, 0, Map.of(), 0, Map.of(), 0, 0, false);

  /** How often they are looked up. */
  static final long MILLIS_APART = 1_000;

  /** From when on a machine without progress is still. */
  static final long STILL_MILLIS = 60_000;

  /** What the planner knows now. */
  static FleetFigures of(Planner planner) {
    int connected = 0;
    int away = 0;
    int publishers = 0;
    for (AgentSnapshot agent : planner.agents()) {
      boolean machine = agent.facts().role() == AgentRole.MACHINE;
      connected += machine && agent.connected() ? 1 : 0;
      away += machine && !agent.connected() ? 1 : 0;
      publishers += !machine && agent.connected() ? 1 : 0;
    }
    List<DeploymentCounts> standing = planner.counts(STILL_MILLIS);
    Map<DeploymentPhase, Integer> phases = new EnumMap<>(DeploymentPhase.class);
    Map<MachineState, Integer> states = new EnumMap<>(MachineState.class);
    int paused = 0;
    int still = 0;
    int stragglers = 0;
    for (DeploymentCounts deployment : standing) {
      phases.merge(Translation.phase(deployment.state()), 1, Integer::sum);
      deployment.machines().forEach((state, count) -> states.merge(state, count, Integer::sum));
      paused += deployment.paused() ? 1 : 0;
      still += deployment.still();
      stragglers += deployment.stragglers();
    }
    return new FleetFigures(
        connected, away, publishers, phases, paused, states, still, stragglers, planner.halted());
  }

  int deployments(DeploymentPhase phase) {
    return phases.getOrDefault(phase, 0);
  }

  int machines(MachineState state) {
    return states.getOrDefault(state, 0);
  }
}
