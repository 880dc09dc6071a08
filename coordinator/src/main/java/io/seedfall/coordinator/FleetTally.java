package io.seedfall.coordinator;

import io.seedfall.control.DeploymentPhase;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what becomes of deployments, for {@link CoordinatorMeters}. The control loop's thread. */
final class FleetTally {
  private final CoordinatorMeters meters;
  private final Map<String, DeploymentPhase> phases = new HashMap<>(); // of those that stand
  private long lookedMillis;

  FleetTally(CoordinatorMeters meters, List<DeploymentSnapshot> standing) {
    this.meters = meters;
    standing.forEach(this::note);
  }

  private void note(DeploymentSnapshot deployment) {
    phases.put(deployment.plan().id(), Translation.phase(deployment.state()));
  }

  /** Something that is to survive a restart changed. */
  void stored(PlannerEffect.Store change) {
    switch (change) {
      case PlannerEffect.DeploymentChanged(DeploymentSnapshot deployment) -> {
        DeploymentPhase now = Translation.phase(deployment.state());
        DeploymentPhase before = phases.remove(deployment.plan().id());
        if (before != null && before != now && now.isFinal()) {
          meters.deploymentEnded(now);
        }
        if (deployment.standing()) {
          note(deployment);
        }
      }
      case PlannerEffect.DeploymentCreated(DeploymentSnapshot deployment) -> note(deployment);
      case PlannerEffect.MachineChanged(String _, MachineSnapshot machine) -> {
        if (machine.state() == MachineState.INSTALLED) {
          meters.assignmentTook(machine.progress().elapsedMillis());
        }
      }
      case PlannerEffect.AgentStored _,
          PlannerEffect.AgentForgotten _,
          PlannerEffect.HolderAdded _,
          PlannerEffect.HaltStored _,
          PlannerEffect.CapStored _ -> {}
    }
  }

  /** Looks at all of it now and then. */
  void look(Planner planner, long nowMillis) {
    if (nowMillis - lookedMillis >= FleetFigures.MILLIS_APART) {
      lookedMillis = nowMillis;
      meters.fleet(FleetFigures.of(planner));
    }
  }

  /** Nothing is known any more. */
  void end() {
    meters.fleet(FleetFigures.NONE);
  }
}
