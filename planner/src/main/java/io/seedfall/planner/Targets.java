package io.seedfall.planner;

import io.seedfall.planner.DeploymentSnapshot.Holder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which machines a new deployment has, and what each begins with. */
final class Targets {
  private Targets() {}

  /** Machines that match and are connected, or were seen lately. */
  static List<AgentSnapshot> of(Board board, DeploymentPlan plan) {
    var selector = board.selector(plan.selector());
    List<AgentSnapshot> machines = new ArrayList<>();
    for (AgentSnapshot agent : board.fleet().all()) {
      if (agent.facts().role() == AgentRole.MACHINE
          && selector.test(agent.facts().labels())
          && isThere(board, agent)) {
        machines.add(agent);
      }
    }
    return machines;
  }

  private static boolean isThere(Board board, AgentSnapshot agent) {
    return agent.connected()
        || board.nowMillis() - agent.awaySinceMillis() < board.settings().awayMillisMax();
  }

  /** A deployment as it begins. */
  static DeploymentSnapshot draw(Board board, DeploymentPlan plan, String why) {
    List<AgentSnapshot> machines = of(board, plan);
    List<String> holders =
        board.fleet().holdersOf(plan.artifact().infoHash(), board.settings().holdersMax());
    Waves waves = Waves.of(plan, machines);
    boolean staged = plan.rollout().staged();
    List<MachineSnapshot> parts = new ArrayList<>();
    for (AgentSnapshot machine : machines) {
      int wave = Objects.requireNonNull(waves.of().get(machine.facts().name()));
      parts.add(part(board, machine.facts(), holders, wave, staged || wave == 0));
    }
    parts.sort((a, b) -> a.agent().compareTo(b.agent()));
    return new DeploymentSnapshot(
        plan,
        staged ? new DeploymentState.Staging() : new DeploymentState.Rolling(0),
        why + " on " + machines(machines.size()),
        0,
        staged ? waves.count() - 1 : 0,
        waves.count(),
        false,
        plan.rollout().pace(),
        true,
        true,
        holders.stream().map(name -> new Holder(name, 0)).toList(),
        parts);
  }

  static Deployment made(Board board, DeploymentSnapshot snapshot) {
    return new Deployment(snapshot, board.selector(snapshot.plan().selector()), board.nowMillis());
  }

  /**
   * What a machine begins with: to wait, or to have failed where it could only wait in vain. When
   * all have failed so, the next sweep ends the deployment: whoever asked for it sees it run first.
   */
  private static MachineSnapshot part(
      Board board, AgentFacts machine, List<String> holders, int wave, boolean begins) {
    String name = machine.name();
    if (!begins) {
      return new MachineSnapshot(name, MachineState.PENDING, "", Progress.NONE, wave, false);
    }
    boolean reached =
        board.fleet().holders(holders).anyMatch(other -> other.place().reaches(machine.place()));
    return reached
        ? new MachineSnapshot(name, MachineState.WAITING, "", Progress.NONE, wave, false)
        : new MachineSnapshot(
            name, MachineState.FAILED, unreachable(machine), Progress.NONE, wave, false);
  }

  static String unreachable(AgentFacts machine) {
    return "it listens at "
        + machine.endpoint()
        + ", which no other machine reaches: start its agent with --listen ADDRESS:PORT"
        + " --insecure";
  }

  /** What is in place there, as far as it is another version: what a rollback would bring back. */
  static @Nullable ArtifactFacts previous(Board board, DeploymentPlan plan) {
    for (Deployment older : board.towards(plan.destination())) {
      if (!older.infoHash().equals(plan.artifact().infoHash())
          && older.count(MachineState.INSTALLED) > 0
          && older.state() instanceof DeploymentState.Done) {
        return older.plan().artifact();
      }
    }
    return null;
  }

  static String machines(int count) {
    return count + (count == 1 ? " machine" : " machines");
  }
}
