package io.seedfall.planner;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the parts of the planner share: who there is, what stands, the time, what is to be done. */
final class Board {
  private final PlannerSettings settings;
  private final Function<String, Predicate<Map<String, String>>> selectors;
  private final Fleet fleet = new Fleet();

  /** By id, oldest first. */
  private final SequencedMap<String, Deployment> deployments = new LinkedHashMap<>();

  private final ArrayDeque<PlannerEffect> effects = new ArrayDeque<>();
  private long nowMillis;
  private boolean halted;

  Board(PlannerSettings settings, Function<String, Predicate<Map<String, String>>> selectors) {
    this.settings = settings;
    this.selectors = selectors;
  }

  PlannerSettings settings() {
    return settings;
  }

  Fleet fleet() {
    return fleet;
  }

  long nowMillis() {
    return nowMillis;
  }

  void advance(long now) {
    nowMillis = Math.max(nowMillis, now);
  }

  boolean halted() {
    return halted;
  }

  void halted(boolean now) {
    halted = now;
  }

  Predicate<Map<String, String>> selector(String text) {
    return selectors.apply(text);
  }

  // ---- deployments ------------------------------------------------------------------------

  @Nullable Deployment find(String id) {
    return deployments.get(id);
  }

  /** All that stand, oldest first; a copy, so that they may change meanwhile. */
  List<Deployment> all() {
    return new ArrayList<>(deployments.values());
  }

  boolean isEmpty() {
    return deployments.isEmpty();
  }

  /** What stands towards one place, the newest first. */
  List<Deployment> towards(String destination) {
    List<Deployment> found = new ArrayList<>();
    for (Deployment deployment : deployments.sequencedValues().reversed()) {
      if (deployment.plan().destination().equals(destination)) {
        found.add(deployment);
      }
    }
    return found;
  }

  void add(Deployment deployment) {
    deployments.put(deployment.id(), deployment);
  }

  void remove(Deployment deployment) {
    deployments.remove(deployment.id());
  }

  int runningCount() {
    return (int) deployments.values().stream().filter(d -> !d.state().isFinal()).count();
  }

  int size() {
    return deployments.size();
  }

  // ---- effects ----------------------------------------------------------------------------

  /** A message to somebody who is not connected is none. */
  void put(PlannerEffect effect) {
    if (!(effect instanceof PlannerEffect.Send send) || fleet.isConnected(send.agent())) {
      effects.add(effect);
    }
  }

  void stored(Deployment deployment) {
    effects.add(new PlannerEffect.DeploymentChanged(deployment.snapshot()));
  }

  @Nullable PlannerEffect poll() {
    return effects.poll();
  }
}
