package io.seedfall.agent;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import io.seedfall.control.Neighbour;
import io.seedfall.control.SeedfallClient;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds peers for a repair. No deployment is under way of which the coordinator would name
 * neighbours, so it is asked where the same content was installed, again and again and ever more
 * seldom, until the repair is over. While transfers stand still nobody is asked.
 */
final class RepairPeers {
  /** Machines that are named for one repair, drawn from all that come into question. */
  static final int PEERS_MAX = 40;

  /** Deployments of the content that are looked into. */
  static final int DEPLOYMENTS_MAX = 4;

  /** The neighbours of the deployment may be enough: they have so much time. */
  private static final long FIRST_MILLIS = 1_000;

  /** How often it is looked whether a repair goes on that was paused or halted. */
  private static final long PAUSED_MILLIS = 1_000;

  private static final long AGAIN_MILLIS_MIN = 10_000;
  private static final long AGAIN_MILLIS_MAX = 15 * 60_000;
  private static final Logger LOG = LoggerFactory.getLogger(RepairPeers.class);

  /** What the coordinator shows to everybody. */
  interface Views {
    List<AgentView> agents() throws ControlException;

    /** The latest first, no machines in them. */
    List<DeploymentView> deployments() throws ControlException;

    DeploymentView deployment(String id) throws ControlException;

    /** Those of a coordinator. */
    static Views of(SeedfallClient coordinator) {
      return new Views() {
        @Override
        public List<AgentView> agents() throws ControlException {
          return coordinator.agents();
        }

        @Override
        public List<DeploymentView> deployments() throws ControlException {
          return coordinator.deployments();
        }

        @Override
        public DeploymentView deployment(String id) throws ControlException {
          return coordinator.deployment(id);
        }
      };
    }
  }

  private final AgentInbox inbox;
  private final Views coordinator;
  private final String self;
  private final long seed;

  /**
   * The finder of one agent.
   *
   * @param self its name
   * @param seed who is named when there are too many follows from it
   */
  RepairPeers(AgentInbox inbox, Views coordinator, String self, long seed) {
    this.inbox = inbox;
    this.coordinator = coordinator;
    this.self = self;
    this.seed = seed;
  }

  /** Comes back when the repair is over, one way or the other. */
  void findFor(Transfer transfer) throws InterruptedException {
    SeededRandom random = new SeededRandom(seed);
    Thread.sleep(FIRST_MILLIS);
    long waitMillis = AGAIN_MILLIS_MIN;
    boolean told = false;
    while (!isOver(transfer)) {
      if (transfer.pace().paused()) {
        if (!told) {
          LOG.info("version {} is repaired when its bytes may move again", transfer.infoHash());
        }
        told = true;
        Thread.sleep(PAUSED_MILLIS);
        continue;
      }
      told = false;
      long before = transfer.progress().bytesVerified();
      String who;
      try {
        List<Neighbour> found = find(transfer.infoHash(), random);
        inbox.answer(new AgentEvent.PeersFound(transfer.infoHash(), found));
        who = found.size() + " machines that may have them were asked";
      } catch (ControlException e) {
        who = "the coordinator does not say who has them (" + e.why() + ")";
      }
      Thread.sleep(waitMillis);
      TransferProgress progress = transfer.progress();
      if (progress.bytesVerified() > before) {
        waitMillis = AGAIN_MILLIS_MIN;
      } else if (!isOver(transfer) && !transfer.pace().paused()) {
        waitMillis = Math.min(2 * waitMillis, AGAIN_MILLIS_MAX);
        LOG.warn(
            "version {} is still damaged, nobody has the {} bytes that are missing: {};"
                + " asking again, and then in {} s",
            transfer.infoHash(),
            progress.bytesTotal() - before,
            who,
            waitMillis / 1_000);
      }
    }
  }

  private static boolean isOver(Transfer transfer) {
    return transfer.isClosed() || transfer.progress().complete();
  }

  /** Who may have it: machines that have it installed, publishers, and all when nobody knows. */
  List<Neighbour> find(InfoHash infoHash, SeededRandom random) throws ControlException {
    Set<String> holders = installedAt(infoHash);
    List<Neighbour> found = new ArrayList<>();
    for (AgentView agent : coordinator.agents()) {
      boolean mayHaveIt =
          agent.kind() == AgentKind.PUBLISHER
              || holders.isEmpty()
              || holders.contains(agent.name());
      if (mayHaveIt && agent.connected() && !agent.name().equals(self)) {
        found.add(new Neighbour(agent.name(), agent.endpoint(), false));
      }
    }
    Collections.shuffle(found, random);
    return List.copyOf(found.subList(0, Math.min(PEERS_MAX, found.size())));
  }

  /** Empty when the coordinator does not know any more. */
  private Set<String> installedAt(InfoHash infoHash) throws ControlException {
    Set<String> names = new TreeSet<>();
    int looked = 0;
    for (DeploymentView deployment : coordinator.deployments()) {
      if (deployment.infoHash().equals(infoHash.hex()) && looked++ < DEPLOYMENTS_MAX) {
        for (MachineView machine : coordinator.deployment(deployment.id()).machines()) {
          if (machine.phase() == MachinePhase.INSTALLED && !machine.agent().equals(self)) {
            names.add(machine.agent());
          }
        }
      }
    }
    return names;
  }
}
