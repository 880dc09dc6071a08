package io.seedfall.simulator.fleet;

import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import java.util.ArrayList;
import java.util.List;

/** A planner between its driver and what tests plant there. */
class PlannerDriver {
  private final Planner planner;

  PlannerDriver(Planner planner) {
    this.planner = planner;
  }

  final Planner planner() {
    return planner;
  }

  /** Tells the planner, and gives all that it wants. */
  List<PlannerEffect> handle(PlannerEvent event, long nowMillis) {
    List<PlannerEffect> effects = new ArrayList<>();
    planner.handle(event, nowMillis);
    PlannerEffect effect;
    while ((effect = planner.pollEffect()) != null) {
      effects.add(effect);
    }
    return effects;
  }

  /** When it wants to be called again. */
  long nextDeadlineMillis() {
    return planner.nextDeadlineMillis();
  }
}
