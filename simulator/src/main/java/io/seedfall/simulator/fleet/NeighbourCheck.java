package io.seedfall.simulator.fleet;

import io.seedfall.planner.Contact;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerSettings;
import io.seedfall.protocol.InfoHash;
import java.util.List;
import java.util.TreeMap;

/** Nobody has too many neighbours, and nobody who fetches is left with such as have nothing. */
final class NeighbourCheck {
  static final String LIMIT = "nobody has too many neighbours";
  static final String LONELY = "nobody is left with neighbours that have nothing";

  /** So many may join a machine when a graph was drawn: the planner's own limit. */
  static final int EXTRA_MAX = 40;

  /** A sweep, the messages, and a piece on its way through a few machines. */
  private static final long LONELY_MILLIS_MAX = 20_000;

  private final FleetSimulation fleet;

  private final TreeMap<String, Long> lonelySince = new TreeMap<>();

  NeighbourCheck(FleetSimulation fleet) {
    this.fleet = fleet;
  }

  private static String key(String agent, String what) {
    return agent + "/" + what;
  }

  void told(String agent, String id, List<Contact> contacts) {
    limit(agent, id, contacts, 1);
  }

  void toldToSeed(String agent, InfoHash infoHash, List<Contact> contacts) {
    limit(agent, infoHash.hex(), contacts, fleet.rows().deployments().size());
  }

  private void limit(String agent, String what, List<Contact> contacts, int deployments) {
    PlannerSettings settings = fleet.settings();
    int graph = Math.max(settings.receiverNeighboursMax(), settings.smallPieceNeighboursMax());
    int waves = settings.holderNeighboursMax() * 8; // of those that it deals in
    int most = (EXTRA_MAX + graph + settings.holdersMax() + waves) * Math.max(1, deployments);
    if (contacts.size() > most) {
      throw new FleetViolation(
          LIMIT, "%s of %s: %d (at most %d)".formatted(agent, what, contacts.size(), most));
    }
  }

  void afterTurn(Planner planner) {
    long now = fleet.agenda().nowMillis();
    for (DeploymentSnapshot deployment : planner.standing()) {
      boolean still = deployment.paused() || planner.halted();
      for (MachineSnapshot machine : deployment.machines()) {
        String key = key(machine.agent(), deployment.plan().id());
        boolean fetches =
            machine.state() == MachineState.WAITING || machine.state() == MachineState.FETCHING;
        if (still || !fetches || !isLonely(deployment, machine.agent())) {
          lonelySince.remove(key);
          continue;
        }
        long since = lonelySince.computeIfAbsent(key, _ -> now);
        if (now - since > LONELY_MILLIS_MAX) {
          throw new FleetViolation(LONELY, key + " since " + (since - Agenda.BEGIN_MILLIS));
        }
      }
    }
  }

  /** It is connected and has none to fetch from, while somebody has all. */
  private boolean isLonely(DeploymentSnapshot deployment, String name) {
    InfoHash infoHash = deployment.plan().artifact().infoHash();
    SimulatedAgent agent = fleet.agent(name);
    AgentRun run = agent.run(deployment.plan().id());
    if (!agent.isThere()
        || run == null
        || run.phase() != AgentRun.Phase.FETCHING
        || !fleet.coordinator().isConnected(name)
        || agent.disk().holds(infoHash)) {
      return false;
    }
    boolean somebodyHasAll = false;
    for (Peer peer : fleet.peers()) {
      if (peer == agent || !peer.isThere() || !fleet.coordinator().isConnected(peer.name())) {
        continue;
      }
      long has = peer.pieces(infoHash);
      somebodyHasAll |= has == Peer.WHOLE;
      if (has != 0 && (agent.lists(infoHash, peer) || peer.lists(infoHash, agent))) {
        return false;
      }
    }
    return somebodyHasAll;
  }
}
