package io.seedfall.planner;

import java.util.Map;
import java.util.TreeMap;

/**
 * How far the machines of one deployment are, without naming any.
 *
 * @param state where the deployment stands
 * @param paused whether it stands still
 * @param machines how many are in each state
 * @param still how many of those that fetch have shown no progress for a while although they are
 *     connected
 */
public record DeploymentCounts(
    DeploymentState state, boolean paused, Map<MachineState, Integer> machines, int still) {
  /** The part of the machines that has to be done before the rest is late. */
  public static final double MOST = 0.9;

  /** Takes a copy. */
  public DeploymentCounts {
    machines = new TreeMap<>(machines);
  }

  /** How many are in that state. */
  public int count(MachineState wanted) {
    return machines.getOrDefault(wanted, 0);
  }

  /** How many still fetch or install while {@link #MOST} of all have it in place. */
  public int stragglers() {
    int all = 0;
    for (MachineState each : MachineState.values()) {
      all += each == MachineState.CANCELLED ? 0 : count(each);
    }
    boolean mostHaveIt = all > 0 && count(MachineState.INSTALLED) >= MOST * all;
    return mostHaveIt ? count(MachineState.FETCHING) + count(MachineState.INSTALLING) : 0;
  }
}
