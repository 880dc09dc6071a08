package io.seedfall.simulator.fleet;

import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.Gate;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Quota;
import java.util.TreeMap;

/** A gate opens only when what it asks for is so: computed from the rows alone. */
final class GateCheck {
  static final String NAME = "a gate opens only when it may";

  private static final class Seen {
    long soakingSince;

    /** How long it had stood still when it began to soak, and has until now. */
    long stillBefore;

    long stillMillis;
    long stillSince;
    long checkingSince;

    /** When each machine came into place, and when its hook said that it is well. */
    final TreeMap<String, Long> installed = new TreeMap<>();

    final TreeMap<String, Long> healthy = new TreeMap<>();
  }

  private final TreeMap<String, Seen> deployments = new TreeMap<>();

  static int atMost(Quota quota, int total) {
    return quota.percent() ? total * quota.number() / 100 : Math.min(quota.number(), total);
  }

  static int atLeast(Quota quota, int total) {
    return quota.percent() ? (total * quota.number() + 99) / 100 : Math.min(quota.number(), total);
  }

  private Seen seen(String id) {
    return deployments.computeIfAbsent(id, _ -> new Seen());
  }

  void machineChanged(StoredRows.Row row, MachineSnapshot after, long now) {
    if (after.state() == MachineState.INSTALLED) {
      seen(row.id()).installed.put(after.agent(), now);
    }
  }

  void healthy(String agent, String id, long now) {
    seen(id).healthy.put(agent, now);
  }

  /** Whether a deployment stands still from now on. */
  void standsStill(String id, boolean still, long now) {
    Seen seen = seen(id);
    if (still && seen.stillSince == 0) {
      seen.stillSince = now;
    } else if (!still && seen.stillSince != 0) {
      seen.stillMillis = still(seen, now);
      seen.stillSince = 0;
    }
  }

  private static long still(Seen seen, long now) {
    return seen.stillMillis + (seen.stillSince == 0 ? 0 : now - seen.stillSince);
  }

  void deploymentChanged(StoredRows.Row row, DeploymentSnapshot before, long now) {
    DeploymentState from = before.state();
    DeploymentState to = row.columns().state();
    boolean same = from.wave() == to.wave() && from.getClass().equals(to.getClass());
    if (same) {
      return; // another reason, or it waits for longer
    }
    Seen seen = seen(row.id());
    if (to instanceof DeploymentState.Soaking && !(from instanceof DeploymentState.Soaking)) {
      seen.soakingSince = now;
      seen.stillBefore = still(seen, now);
    }
    if (to instanceof DeploymentState.Checking && !(from instanceof DeploymentState.Checking)) {
      seen.checkingSince = now;
    }
    boolean opens =
        to instanceof DeploymentState.Done
            || to instanceof DeploymentState.Soaking
            || to instanceof DeploymentState.Checking
            || (to instanceof DeploymentState.Rolling && from.wave() >= 0);
    if (!opens) {
      return;
    }
    if (to instanceof DeploymentState.Rolling(int wave) && wave != from.wave() + 1) {
      throw broken(row, "wave " + wave + " follows on " + from);
    }
    switch (from) {
      case DeploymentState.Rolling(int wave) -> leavesRolling(row, wave, to);
      case DeploymentState.Soaking(int wave, long _) -> leavesSoaking(row, seen, wave, to, now);
      case DeploymentState.Checking(int wave, long _) -> leavesChecking(row, seen, wave);
      case DeploymentState.Staging _,
          DeploymentState.Staged _,
          DeploymentState.Done _,
          DeploymentState.Failed _,
          DeploymentState.Cancelled _,
          DeploymentState.RolledBack _ ->
          throw broken(row, from + " -> " + to);
    }
  }

  private static void leavesRolling(StoredRows.Row row, int wave, DeploymentState to) {
    Gate gate = row.columns().plan().rollout().gate();
    int begun = row.total(wave);
    int failed = row.count(MachineState.FAILED, wave);
    int installed = row.count(MachineState.INSTALLED, wave);
    boolean last = wave == row.columns().waveCount() - 1;
    int needed =
        last
            ? atLeast(row.columns().plan().rollout().quorum(), begun)
            : atLeast(gate.success(), begun - failed);
    if (installed + failed < begun && installed < needed) {
      throw broken(
          row, "%d of %d have it, %d failed, %d must".formatted(installed, begun, failed, needed));
    }
    boolean soaks = to instanceof DeploymentState.Soaking;
    if (installed > 0 && gate.soakMillis() > 0 && !soaks) {
      throw broken(row, "it does not soak");
    }
    boolean checks = to instanceof DeploymentState.Checking;
    if (installed > 0 && !gate.healthHook().isEmpty() && !soaks && !checks) {
      throw broken(row, "nobody is asked for its health");
    }
  }

  private static void leavesSoaking(
      StoredRows.Row row, Seen seen, int wave, DeploymentState to, long now) {
    Gate gate = row.columns().plan().rollout().gate();
    long soaked = now - seen.soakingSince - (still(seen, now) - seen.stillBefore);
    if (soaked < gate.soakMillis()) {
      throw broken(row, "it soaked for " + soaked + " ms");
    }
    if (row.count(MachineState.INSTALLED, wave) > 0
        && !gate.healthHook().isEmpty()
        && !(to instanceof DeploymentState.Checking)) {
      throw broken(row, "nobody is asked for its health");
    }
  }

  private static void leavesChecking(StoredRows.Row row, Seen seen, int wave) {
    for (MachineSnapshot machine : row.machines()) {
      long installed = seen.installed.getOrDefault(machine.agent(), Long.MAX_VALUE);
      long healthy = seen.healthy.getOrDefault(machine.agent(), 0L);
      if (machine.state() == MachineState.INSTALLED
          && machine.wave() <= wave
          && installed < seen.checkingSince
          && healthy < installed) { // an answer may be to an earlier question
        throw broken(row, machine.agent() + " has not said that it is well");
      }
    }
  }

  private static FleetViolation broken(StoredRows.Row row, String what) {
    return new FleetViolation(NAME, row.id() + " is " + row.columns().state() + ": " + what);
  }
}
