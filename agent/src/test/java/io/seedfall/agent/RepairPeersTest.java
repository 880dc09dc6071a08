package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Rollout;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whom a repair asks. */
final class RepairPeersTest {
  private static final InfoHash WANTED = InfoHash.parse("ab".repeat(32));
  private static final InfoHash OTHER = InfoHash.parse("cd".repeat(32));

  private final Shown shown = new Shown();

  /** A coordinator's lists. */
  private static final class Shown implements RepairPeers.Views {
    private final List<AgentView> agents = new ArrayList<>();
    private final List<DeploymentView> deployments = new ArrayList<>();

    @Override
    public List<AgentView> agents() {
      return agents;
    }

    @Override
    public List<DeploymentView> deployments() {
      return deployments;
    }

    @Override
    public DeploymentView deployment(String id) {
      return deployments.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }
  }

  private void agent(String name, AgentKind kind, boolean connected) {
    shown.agents.add(
        new AgentView(name, kind, Map.of(), "127.0.0.1:" + shown.agents.size(), connected, 0, 0));
  }

  private void agents(String... names) {
    for (String name : names) {
      agent(name, AgentKind.AGENT, true);
    }
  }

  private void installed(InfoHash what, MachinePhase phase, String... names) {
    List<MachineView> machines = new ArrayList<>();
    for (String name : names) {
      machines.add(new MachineView(name, phase, "", 0, 0, 0, 0, 0, 0));
    }
    shown.deployments.add(
        new DeploymentView(
            "d" + shown.deployments.size(),
            "a",
            "1",
            what.hex(),
            1,
            "all",
            "p",
            DeploymentPhase.DONE,
            "",
            0,
            0,
            machines,
            machines.size(),
            0,
            0,
            0,
            false,
            0,
            1,
            0,
            "",
            Rollout.PLAIN,
            ""));
  }

  private List<String> found() throws Exception {
    return new RepairPeers(new AgentInbox(), shown, "self", 1)
        .find(WANTED, new SeededRandom(1)).stream().map(Neighbour::name).toList();
  }

  @Test
  void machinesThatHaveItInstalledAndPublishersAreAskedAndNobodyElse() throws Exception {
    agents("self", "a", "b", "c", "d");
    agent("away", AgentKind.AGENT, false);
    agent("publisher", AgentKind.PUBLISHER, true);
    installed(WANTED, MachinePhase.INSTALLED, "a", "away", "self", "forgotten");
    installed(OTHER, MachinePhase.INSTALLED, "b");
    installed(WANTED, MachinePhase.FAILED, "c");
    assertThat(found()).containsExactlyInAnyOrder("a", "publisher");
  }

  @Test
  void everybodyIsAskedWhenTheCoordinatorHasForgottenTheDeployment() throws Exception {
    agents("self", "a", "b");
    installed(OTHER, MachinePhase.INSTALLED, "b");
    assertThat(found()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void soManyDeploymentsAreLookedInto() throws Exception {
    agents("a", "b");
    installed(WANTED, MachinePhase.INSTALLED, "a");
    for (int i = 0; i < RepairPeers.DEPLOYMENTS_MAX - 2; i++) {
      installed(OTHER, MachinePhase.INSTALLED, "b");
      installed(WANTED, MachinePhase.FAILED, "b");
    }
    installed(WANTED, MachinePhase.INSTALLED, "b");
    assertThat(found()).containsExactlyInAnyOrder("a", "b");
    shown.deployments.add(0, shown.deployments.get(2));
    assertThat(found()).containsExactly("a");
  }

  @Test
  void soManyMachinesAreNamedAndThenADraw() throws Exception {
    for (int i = 0; i < RepairPeers.PEERS_MAX; i++) {
      agents("a" + i);
    }
    assertThat(found()).hasSize(RepairPeers.PEERS_MAX);
    agents("one more");
    assertThat(found()).hasSize(RepairPeers.PEERS_MAX).doesNotHaveDuplicates();
  }
}
