package io.seedfall.planner;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides what a deployment's machines may receive together among those that fetch: again whenever
 * some begin or end, and who gets less hears it first.
 */
final class Sums {
  private final Board board;

  Sums(Board board) {
    this.board = board;
  }

  /** Divides what is due to be divided. */
  void settle() {
    for (Deployment deployment : board.all()) {
      if (deployment.pace().receivedBytesPerSecond() > 0
          && isDue(deployment)
          && !board.halted()
          && !deployment.paused()
          && deployment.isFetching()) {
        say(deployment);
      }
    }
  }

  private boolean isDue(Deployment deployment) {
    Deployment.Shares shares = deployment.shares();
    return board.nowMillis() - shares.dividedMillis() >= Division.MILLIS_MIN
        || shares.division().isCrowded(deployment.machineCount());
  }

  /** A machine fetches again, and may go by a share that others have now. */
  void again(Deployment deployment, Machine machine) {
    if (deployment.pace().receivedBytesPerSecond() > 0) {
      board.put(
          new PlannerEffect.SetPace(
              machine.agent(),
              deployment.id(),
              deployment.paceOf(machine.agent()),
              deployment.paused()));
    }
  }

  /** Divides; whoever calls says the paces. */
  void divide(Deployment deployment) {
    long rate = deployment.pace().receivedBytesPerSecond();
    if (rate == 0) {
      deployment.shares(Deployment.Shares.NONE);
      return;
    }
    List<Division.Asker> askers = new ArrayList<>();
    for (Machine machine : deployment.machines()) {
      AgentSnapshot agent = board.fleet().find(machine.agent());
      if (agent != null && deployment.fetches(machine) && board.isHeardOf(agent)) {
        long told = deployment.shares().division().asking().getOrDefault(machine.agent(), 0L);
        askers.add(new Division.Asker(machine.agent(), false, agent.connected(), told));
      }
    }
    Division division = Division.of(rate, deployment.machineCount(), askers);
    deployment.shares(new Deployment.Shares(division, board.nowMillis()));
  }

  private void say(Deployment deployment) {
    Division before = deployment.shares().division();
    divide(deployment);
    Division now = deployment.shares().division();
    List<PlannerEffect> more = new ArrayList<>();
    now.asking()
        .forEach((agent, share) -> {
          long told = before.of(agent);
          if (share == told) {
            return;
          }
          PlannerEffect effect =
              new PlannerEffect.SetPace(agent, deployment.id(), deployment.paceOf(agent), false);
          if (share < told) {
            board.put(effect);
          } else {
            more.add(effect);
          }
        });
    more.forEach(board::put);
  }
}
