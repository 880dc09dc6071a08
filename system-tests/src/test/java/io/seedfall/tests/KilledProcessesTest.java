package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed with kill -9 in the middle of the main job. */
final class KilledProcessesTest {
  private static final long BYTES = 48 << 20;

  @Test
  void anAgentKilledHalfWayAndRestartedFetchesLittleAgain(@TempDir Path directory)
      throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 1);
    try (Cluster cluster = Cluster.start(directory)) {
      SeedfallProcess slow = cluster.agent(1, "--max-rate", "8MB/s");
      cluster.agent(2);
      SeedfallProcess deploy =
          cluster.command("deploy", file.toString(), "--to", "all", "--path", "models/p.bin");
      cluster.awaitDeployment(
          "the slow agent is half way",
          deployment -> Cluster.machine(deployment, 1).bytesDone() >= BYTES / 2);
      slow.kill();
      assertThat(cluster.root(1).resolve("models/p.bin"))
          .as("nothing half-written is visible")
          .doesNotExist();
      cluster.agent(1);
      assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
      MachineView machine =
          Cluster.machine(
              cluster.awaitDeployment("it is done", d -> d.phase() == DeploymentPhase.DONE), 1);
      long again = machine.bytesFromHolders() + machine.bytesFromPeers();
      assertThat(again).as("bytes fetched by the restarted agent").isPositive();
      assertThat(again).isLessThan(BYTES * 6 / 10);
      assertThat(TestFiles.sha256(cluster.root(1).resolve("models/p.bin")))
          .isEqualTo(TestFiles.sha256(file));
    }
  }

  @Test
  void aSwarmFinishesByItselfWhenItsSourceIsKilledAfterOneCopy(@TempDir Path directory)
      throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 2);
    try (Cluster cluster = Cluster.start(directory)) {
      int agents = 4;
      for (int agent = 1; agent <= agents; agent++) {
        cluster.agent(agent, "--max-rate", "6MB/s");
      }
      SeedfallProcess source =
          cluster.command("publish", file.toString(), "--name", "payload", "--json");
      source.awaitAddress();
      SeedfallProcess deploy =
          cluster.command("deploy", "payload", "--to", "all", "--path", "p.bin");
      cluster.awaitDeployment(
          "every piece was sent once and nobody has them all",
          deployment -> fromSource(deployment) >= BYTES && nobodyIsDone(deployment));
      source.kill();
      assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
      for (int agent = 1; agent <= agents; agent++) {
        assertThat(TestFiles.sha256(cluster.root(agent).resolve("p.bin")))
            .isEqualTo(TestFiles.sha256(file));
      }
    }
  }

  private static long fromSource(DeploymentView deployment) {
    return deployment.machines().stream().mapToLong(MachineView::bytesFromHolders).sum();
  }

  private static boolean nobodyIsDone(DeploymentView deployment) {
    return deployment.machines().stream().allMatch(m -> m.phase() == MachinePhase.FETCHING);
  }

  @Test
  void aCoordinatorKilledInTheMiddleStopsNoTransfer(@TempDir Path directory) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 3);
    try (Cluster cluster = Cluster.start(directory)) {
      cluster.agent(1, "--max-rate", "8MB/s");
      cluster.agent(2, "--max-rate", "8MB/s");
      SeedfallProcess source =
          cluster.command("publish", file.toString(), "--name", "payload", "--json");
      source.awaitAddress();
      SeedfallProcess deploy =
          cluster.command("deploy", "payload", "--to", "all", "--path", "p.bin", "--detach");
      assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
      cluster.awaitDeployment("bytes move", deployment -> deployment.bytesDone() > BYTES / 8);
      cluster.restartCoordinator();
      DeploymentView done =
          cluster.awaitDeployment("it is done", d -> d.phase() == DeploymentPhase.DONE);
      assertThat(done.installedCount()).isEqualTo(2);
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(Files.size(cluster.root(agent).resolve("p.bin"))).isEqualTo(BYTES);
        assertThat(TestFiles.sha256(cluster.root(agent).resolve("p.bin")))
            .isEqualTo(TestFiles.sha256(file));
      }
      source.awaitNote(line -> line.contains("the coordinator is back"));
      assertThat(source.notes()).filteredOn(line -> line.contains("is away")).hasSize(1);
    }
  }
}
