package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --detach}: the command goes, and the agent of its machine seeds. */
final class DetachTest {
  private static final int LOCAL = 5;

  private final Path directory;
  private final Cluster cluster;

  DetachTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.cluster = Cluster.start(directory);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private Path file(long bytes) throws IOException {
    return TestFiles.random(directory.resolve("payload.bin"), bytes, 1);
  }

  private List<ArtifactView> artifacts() throws ControlException {
    return cluster.client().artifacts();
  }

  private void bothHave(String hash) throws IOException {
    for (int agent = 1; agent <= 2; agent++) {
      assertThat(TestFiles.sha256(cluster.root(agent).resolve("p.bin"))).isEqualTo(hash);
    }
  }

  @Test
  void whatIsPublishedIsSeededByTheAgentWhenCommandAndSourceAreGone() throws Exception {
    cluster.agent(1);
    cluster.agent(2);
    Path file = file(4 << 20);
    String hash = TestFiles.sha256(file);
    SeedfallProcess publish =
        cluster.command(
            "publish",
            file.toString(),
            "--name",
            "payload",
            "--detach",
            "--agent-state",
            cluster.state(1).toString(),
            "--json");
    assertThat(publish.awaitExit()).as(publish.both()).isZero();
    assertThat(publish.answer()).singleElement().asString().contains("\"published\"");
    Files.delete(file);
    Cluster.await("the agent has the full copy", () -> artifacts().getFirst().fullCopies() == 1);
    SeedfallProcess deploy = cluster.command("deploy", "payload", "--to", "all", "--path", "p.bin");
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    bothHave(hash);
    assertThat(artifacts().getFirst().fullCopies()).isEqualTo(2);
  }

  @Test
  void whatIsDeployedGoesOnWhenTheCommandIsGone() throws Exception {
    cluster.agent(1);
    // It is away while the command runs, so that nothing can be over before.
    cluster.agent(2).stop();
    Path file = file(4 << 20);
    SeedfallProcess deploy =
        cluster.command(
            "deploy",
            file.toString(),
            "--to",
            "all",
            "--path",
            "p.bin",
            "--detach",
            "--agent-state",
            cluster.state(1).toString());
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    DeploymentView running = cluster.client().deployments().getFirst();
    assertThat(running.phase()).as("%s", running).isEqualTo(DeploymentPhase.RUNNING);
    assertThat(deploy.answer()).singleElement().asString().contains(running.id());
    cluster.agent(2);
    DeploymentView done = cluster.awaitDeployment("it is over", d -> d.phase().isFinal());
    assertThat(done.phase()).as("%s", done).isEqualTo(DeploymentPhase.DONE);
    bothHave(TestFiles.sha256(file));
  }

  @Test
  void whereNoAgentRunsIsOneLine() throws Exception {
    SeedfallProcess publish =
        cluster.command(
            "publish",
            file(1000).toString(),
            "--detach",
            "--agent-state",
            directory.resolve("nobody").toString());
    assertThat(publish.awaitExit()).as(publish.both()).isEqualTo(LOCAL);
    assertThat(publish.notes()).singleElement().asString().contains("no agent", "nobody");
    assertThat(artifacts()).isEmpty();
  }
}
