package io.seedfall.simulator.fleet;

import io.seedfall.planner.AgentCaps;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.Boundary;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Pace;
import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What machines were told that they may move is never more, together, than what was to be divided,
 * and never nothing: a share of nothing would be waited for in vain. It goes by what was said to
 * those that are connected, turn by turn.
 */
final class ShareCheck {
  static final String NO_MORE = "no more is given out than there is";
  static final String SOMETHING = "nobody has a share of nothing";

  private final TreeMap<String, AgentCaps> caps = new TreeMap<>();

  /** What was said last of one machine's part in one deployment, by machine and deployment. */
  private final TreeMap<String, TreeMap<String, Long>> shares = new TreeMap<>();

  /** Its welcome says its caps; of deployments it hears anew. */
  void welcomed(String agent, AgentCaps said) {
    caps.put(agent, said);
    shares.remove(agent);
  }

  /** Something is said to somebody who is connected. */
  void said(PlannerEffect.Send message) {
    switch (message) {
      case PlannerEffect.SetCaps(String agent, AgentCaps said) -> caps.put(agent, said);
      case PlannerEffect.SetPace(String agent, String id, Pace pace, boolean _) ->
          share(agent, id, pace);
      case PlannerEffect.Assign assign -> share(assign.agent(), assign.plan().id(), assign.pace());
      case PlannerEffect.Activate _,
          PlannerEffect.CheckHealth _,
          PlannerEffect.Halt _,
          PlannerEffect.Withdraw _,
          PlannerEffect.Seed _,
          PlannerEffect.Neighbours _ -> {}
    }
  }

  private void share(String agent, String id, Pace pace) {
    shares.computeIfAbsent(agent, _ -> new TreeMap<>()).put(id, pace.receivedBytesPerSecond());
  }

  /** Everything that was decided so far is said. */
  void allIsSaid(Planner planner) {
    for (Cap cap : planner.caps()) {
      if (cap.scope() instanceof CapScope.Uplink(Boundary boundary, String place)) {
        checkUplink(planner, cap, boundary, place);
      }
    }
    if (!planner.halted()) {
      planner.standing().forEach(deployment -> checkSum(planner, deployment));
    }
  }

  private void checkUplink(Planner planner, Cap cap, Boundary boundary, String place) {
    long sent = 0;
    long received = 0;
    for (AgentSnapshot agent : planner.agents()) {
      AgentCaps said = caps.get(agent.facts().name());
      if (agent.connected()
          && said != null
          && place.equals(agent.facts().labels().get(boundary.label()))) {
        AgentCaps.Share share =
            switch (boundary) {
              case ZONE -> said.zone();
              case RACK -> said.rack();
            };
        if (share.sendBytesPerSecond() < 1 || share.receiveBytesPerSecond() < 1) {
          throw new FleetViolation(SOMETHING, agent.facts().name() + " " + share + " of " + cap);
        }
        sent += share.sendBytesPerSecond();
        received += share.receiveBytesPerSecond();
      }
    }
    if (sent > cap.bytesPerSecond() || received > cap.bytesPerSecond()) {
      throw new FleetViolation(NO_MORE, sent + " out and " + received + " in of " + cap);
    }
  }

  private void checkSum(Planner planner, DeploymentSnapshot deployment) {
    long rate = deployment.pace().receivedBytesPerSecond();
    long sum = 0;
    for (MachineSnapshot machine : deployment.machines()) {
      @Nullable AgentSnapshot agent = planner.agent(machine.agent());
      boolean fetches =
          machine.state() == MachineState.WAITING || machine.state() == MachineState.FETCHING;
      TreeMap<String, Long> said = shares.get(machine.agent());
      Long share = said == null ? null : said.get(deployment.plan().id());
      if (rate > 0 && fetches && agent != null && agent.connected() && share != null) {
        if (share < 1) {
          throw new FleetViolation(SOMETHING, machine.agent() + " of " + deployment.plan().id());
        }
        sum += share;
      }
    }
    if (sum > rate) {
      throw new FleetViolation(NO_MORE, sum + " of " + rate + " in " + deployment.plan().id());
    }
  }
}
