package io.seedfall.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A running deployment: its machines, its holders, and who is next to whom. */
final class Deployment {
  private final DeploymentPlan plan;
  private final TreeMap<String, Machine> machines = new TreeMap<>();
  private final List<String> holders;
  private final String[] receivers;
  private final NeighbourGraph graph;
  private DeploymentState state;
  private String why;
  private long finishedMillis;
  private boolean copyless;

  Deployment(DeploymentSnapshot from, PlannerSettings settings, Fleet fleet, long nowMillis) {
    this.plan = from.plan();
    this.state = from.state();
    this.why = from.why();
    this.finishedMillis = from.finishedMillis();
    this.holders = new ArrayList<>(from.holders());
    for (MachineSnapshot machine : from.machines()) {
      machines.put(machine.agent(), new Machine(machine, nowMillis));
    }
    this.receivers =
        machines.keySet().stream().filter(name -> !holders.contains(name)).toArray(String[]::new);
    this.graph =
        settings.graph(plan.graphSeed(), racks(receivers, fleet), plan.artifact().pieceBytes());
  }

  /** Racks as numbers, by name: the same fleet gives the same graph. */
  private static int[] racks(String[] receivers, Fleet fleet) {
    TreeMap<String, Integer> numbers = new TreeMap<>();
    for (String receiver : receivers) {
      numbers.put(fleet.rack(receiver), NeighbourGraph.NO_RACK);
    }
    numbers.remove("");
    int next = 0;
    for (Map.Entry<String, Integer> rack : numbers.entrySet()) {
      rack.setValue(next++);
    }
    int[] racks = new int[receivers.length];
    for (int i = 0; i < receivers.length; i++) {
      racks[i] = numbers.getOrDefault(fleet.rack(receivers[i]), NeighbourGraph.NO_RACK);
    }
    return racks;
  }

  DeploymentPlan plan() {
    return plan;
  }

  DeploymentState state() {
    return state;
  }

  String why() {
    return why;
  }

  @Nullable Machine machine(String agent) {
    return machines.get(agent);
  }

  Iterable<Machine> machines() {
    return machines.values();
  }

  int machineCount() {
    return machines.size();
  }

  List<String> holders() {
    return holders;
  }

  boolean isHolder(String agent) {
    return holders.contains(agent);
  }

  /** The one that deals every piece once. */
  boolean isSource(String agent) {
    return holders.indexOf(agent) == 0;
  }

  /** Takes one more; the receivers of those before stay as they are. Gives its position. */
  int addHolder(String agent) {
    if (isHolder(agent) || machines.containsKey(agent)) {
      throw new IllegalStateException(agent + " has its place in " + plan.id());
    }
    holders.add(agent);
    return holders.size() - 1;
  }

  /** The names next to this one; for everybody else nobody. */
  List<String> neighboursOf(String agent) {
    List<String> names = new ArrayList<>();
    int holder = holders.indexOf(agent);
    if (holder >= 0) {
      for (int receiver : graph.servedBy(holder)) {
        names.add(receivers[receiver]);
      }
      return names;
    }
    int receiver = Arrays.binarySearch(receivers, agent);
    if (receiver < 0) {
      return names;
    }
    for (int i = 0; i < holders.size(); i++) {
      if (Arrays.binarySearch(graph.servedBy(i), receiver) >= 0) {
        names.add(holders.get(i));
      }
    }
    for (int peer : graph.peersOf(receiver)) {
      names.add(receivers[peer]);
    }
    return names;
  }

  /** Whether somebody still fetches, so that a full copy matters. */
  boolean isFetching() {
    return machines.values().stream()
        .anyMatch(machine ->
            machine.state() == MachineState.WAITING || machine.state() == MachineState.FETCHING);
  }

  /** Notes whether a full copy is connected; true when that is news. */
  boolean noteCopyless(boolean now) {
    boolean news = copyless != now;
    copyless = now;
    return news;
  }

  /** Whether every machine is finished. */
  boolean isSettled() {
    return machines.values().stream().allMatch(machine -> machine.state().isFinal());
  }

  /** The only writer of the state. RUNNING to RUNNING is a new reason. */
  void enter(DeploymentState next, String reason, long nowMillis) {
    if (state.isFinal()) {
      throw new IllegalStateException(plan.id() + ": " + state + " -> " + next);
    }
    if (next.isFinal() && !isSettled()) {
      throw new IllegalStateException(plan.id() + " -> " + next + " before its machines finished");
    }
    state = next;
    why = reason;
    finishedMillis = next.isFinal() ? nowMillis : 0;
  }

  DeploymentSnapshot snapshot() {
    List<MachineSnapshot> snapshots = new ArrayList<>(machines.size());
    for (Machine machine : machines.values()) {
      snapshots.add(machine.snapshot());
    }
    return new DeploymentSnapshot(
        plan, state, why, finishedMillis, new ArrayList<>(holders), snapshots);
  }
}
