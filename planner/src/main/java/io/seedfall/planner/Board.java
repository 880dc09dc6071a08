package io.seedfall.planner;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the parts of the planner share: who there is, what stands, the time, what is to be done. */
final class Board {
  /** So many that do not stand any more are remembered. */
  static final int GONE_MAX = 100;

  private final PlannerSettings settings;
  private final Function<String, Predicate<Map<String, String>>> selectors;
  private final Fleet fleet = new Fleet();

  /** By id, oldest first. */
  private final SequencedMap<String, Deployment> deployments = new LinkedHashMap<>();

  /** The latest that do not stand any more, by id: an install for one may still be under way. */
  private final LinkedHashMap<String, Deployment> gone = new LinkedHashMap<>();

  private final ArrayDeque<PlannerEffect> effects = new ArrayDeque<>();
  private long nowMillis;
  private boolean halted;
  private boolean gaps;
  private final TreeMap<String, SortedSet<String>> freed = new TreeMap<>();

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

  /** Whether a machine is there, or was until so lately that it may go on with what it was told. */
  boolean isHeardOf(AgentSnapshot agent) {
    return agent.connected() || nowMillis - agent.awaySinceMillis() < Division.KEPT_MILLIS;
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

  /** Somebody may have lost neighbours, or have none. */
  void gaps(boolean now) {
    gaps = now;
  }

  boolean gaps() {
    return gaps;
  }

  /** A deployment has nothing to say any more about that place on that machine. */
  void free(String agent, String place) {
    freed.computeIfAbsent(agent, _ -> new TreeSet<>()).add(place);
  }

  /** The next machine of which something was freed, and where; null when none is left. */
  Map.@Nullable Entry<String, SortedSet<String>> pollFreed() {
    return freed.pollFirstEntry();
  }

  Predicate<Map<String, String>> selector(String text) {
    return selectors.apply(text);
  }

  // ---- deployments ------------------------------------------------------------------------

  @Nullable Deployment find(String id) {
    return deployments.get(id);
  }

  /** One that stands, or stood until lately. */
  @Nullable Deployment findOrGone(String id) {
    Deployment standing = deployments.get(id);
    return standing == null ? gone.get(id) : standing;
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
    gone.put(deployment.id(), deployment);
    if (gone.size() > GONE_MAX) {
      gone.pollFirstEntry();
    }
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
