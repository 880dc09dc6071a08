package io.seedfall.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which machine begins in which wave, drawn once when a deployment is made. Machines that are
 * connected come first, so that the first waves try something; among them chance decides.
 *
 * @param of the wave of each machine, from 0, by name
 * @param count how many waves there are, at least 1
 */
record Waves(TreeMap<String, Integer> of, int count) {
  /** The most waves: beyond it all that is left is in the last one. */
  static final int WAVES_MAX = 32;

  static Waves of(DeploymentPlan plan, List<AgentSnapshot> machines) {
    String label = plan.rollout().waveBy();
    return label.isEmpty() ? bySize(plan, machines) : byLabel(label, machines);
  }

  private static Waves byLabel(String label, List<AgentSnapshot> machines) {
    TreeSet<String> values = new TreeSet<>();
    boolean unlabelled = false;
    for (AgentSnapshot machine : machines) {
      String value = machine.facts().labels().get(label);
      unlabelled |= value == null;
      if (value != null) {
        values.add(value);
      }
    }
    int count = Math.clamp(values.size() + (unlabelled ? 1 : 0), 1, WAVES_MAX);
    TreeMap<String, Integer> of = new TreeMap<>();
    for (AgentSnapshot machine : machines) {
      String value = machine.facts().labels().get(label);
      int wave = value == null ? count - 1 : values.headSet(value).size();
      of.put(machine.facts().name(), Math.min(wave, count - 1));
    }
    return new Waves(of, count);
  }

  private static Waves bySize(DeploymentPlan plan, List<AgentSnapshot> machines) {
    List<Integer> ends = new ArrayList<>();
    for (Quota wave : plan.rollout().waves()) {
      int end = wave.atLeast(machines.size());
      if (end > (ends.isEmpty() ? 0 : ends.getLast()) && ends.size() < WAVES_MAX - 1) {
        ends.add(end);
      }
    }
    if (ends.isEmpty() || ends.getLast() < machines.size()) {
      ends.add(machines.size());
    }
    List<String> order = new ArrayList<>();
    int[] shuffled = new SplitMix(plan.graphSeed()).permutation(machines.size());
    for (boolean connected : new boolean[] {true, false}) {
      for (int i : shuffled) {
        if (machines.get(i).connected() == connected) {
          order.add(machines.get(i).facts().name());
        }
      }
    }
    TreeMap<String, Integer> of = new TreeMap<>();
    int wave = 0;
    for (int i = 0; i < order.size(); i++) {
      while (i >= ends.get(wave)) {
        wave++;
      }
      of.put(order.get(i), wave);
    }
    return new Waves(of, ends.size());
  }
}
