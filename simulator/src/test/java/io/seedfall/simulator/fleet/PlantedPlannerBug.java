package io.seedfall.simulator.fleet;

import io.seedfall.planner.MachineState;
import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Known bugs, planted between the coordinator and its planner, and the check that finds each. */
enum PlantedPlannerBug {
  /** Now and then a machine's row is not written. */
  ROW_FORGOTTEN(FleetChecks.STORED),

  /** Nobody is told that what it staged is to be put in place. */
  ACTIVATION_FORGOTTEN(FleetChecks.ACTIVATED),

  /** Nobody is told to wait. */
  STAGING_FORGOTTEN(FleetChecks.ACTIVATED),

  /** Whoever is asked for its health is well. */
  HEALTH_TAKEN_FOR_GRANTED(GateCheck.NAME),

  /** Whoever has every byte has installed it. */
  INSTALLED_TOO_EARLY(DesiredCheck.NAME),

  /** Nobody is told that it is to stand still. */
  PAUSE_KEPT_SECRET(FleetChecks.STILL),

  /** Nobody gets to know anybody. */
  NOBODY_INTRODUCED(NeighbourCheck.LONELY),

  /** Time does not pass for the planner. */
  TIME_STANDS_STILL(FleetChecks.ENDS),

  /** A failure is passed over when it is the first of its deployment. */
  FAILURES_UNCOUNTED(DesiredCheck.NAME);

  private final String finder;

  PlantedPlannerBug(String finder) {
    this.finder = finder;
  }

  /** The check that finds it. */
  String finder() {
    return finder;
  }

  FleetSimulation.Planting planting() {
    return new FleetSimulation.Planting(planner -> new Distorted(planner, this), true);
  }

  private static final class Distorted extends PlannerDriver {
    private final PlantedPlannerBug bug;
    private int rows;

    Distorted(Planner planner, PlantedPlannerBug bug) {
      super(planner);
      this.bug = bug;
    }

    @Override
    List<PlannerEffect> handle(PlannerEvent event, long nowMillis) {
      PlannerEvent heard = heard(event);
      List<PlannerEffect> said = new ArrayList<>();
      if (heard == null) {
        return said;
      }
      for (PlannerEffect effect : super.handle(heard, nowMillis)) {
        PlannerEffect distorted = said(effect);
        if (distorted != null) {
          said.add(distorted);
        }
        if (bug == HEALTH_TAKEN_FOR_GRANTED
            && effect instanceof PlannerEffect.CheckHealth(String agent, String id, String _)) {
          said.addAll(
              super.handle(new PlannerEvent.HealthReported(agent, id, true, ""), nowMillis));
        }
      }
      return said;
    }

    private @Nullable PlannerEvent heard(PlannerEvent event) {
      if (bug == TIME_STANDS_STILL && event instanceof PlannerEvent.TimeAdvanced) {
        return null;
      }
      if (event instanceof PlannerEvent.AgentReported(var agent, var id, var state, _, var done)) {
        boolean early = bug == INSTALLED_TOO_EARLY && state == MachineState.INSTALLING;
        boolean passed = bug == FAILURES_UNCOUNTED && state == MachineState.FAILED;
        if (early || passed) {
          return new PlannerEvent.AgentReported(agent, id, MachineState.INSTALLED, "", done);
        }
      }
      return event;
    }

    private @Nullable PlannerEffect said(PlannerEffect effect) {
      return switch (bug) {
        case ROW_FORGOTTEN ->
            effect instanceof PlannerEffect.MachineChanged && ++rows % 10 == 0 ? null : effect;
        case ACTIVATION_FORGOTTEN -> effect instanceof PlannerEffect.Activate ? null : effect;
        case PAUSE_KEPT_SECRET -> effect instanceof PlannerEffect.SetPace ? null : effect;
        case STAGING_FORGOTTEN ->
            effect
                    instanceof
                    PlannerEffect.Assign(
                        var agent,
                        var plan,
                        var contacts,
                        _,
                        var pace,
                        var attempt)
                ? new PlannerEffect.Assign(agent, plan, contacts, false, pace, attempt)
                : effect;
        case NOBODY_INTRODUCED ->
            switch (effect) {
              case PlannerEffect.Assign(var agent, var plan, _, var stage, var pace, var attempt) ->
                  new PlannerEffect.Assign(agent, plan, List.of(), stage, pace, attempt);
              case PlannerEffect.Neighbours _, PlannerEffect.Seed _ -> null;
              default -> effect;
            };
        case HEALTH_TAKEN_FOR_GRANTED, INSTALLED_TOO_EARLY, TIME_STANDS_STILL, FAILURES_UNCOUNTED ->
            effect;
      };
    }
  }
}
