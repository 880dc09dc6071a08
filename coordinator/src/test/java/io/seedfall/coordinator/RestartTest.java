package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.AgentView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything survives a restart, an orderly one and one without warning. */
final class RestartTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Databases.class)
  void aRunningDeploymentGoesOnAfterAnOrderlyRestart(Databases databases) throws Exception {
    Database state = databases.empty(directory.resolve("state"));
    String id;
    String hash;
    try (Rig rig = new Rig(state, Limits.DEFAULTS)) {
      hash = rig.artifact("model", "1", "weights");
      try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
          FakeAgent a1 = FakeAgent.machine(rig.address(), "a1", "'role':'x'");
          FakeAgent a2 = rig.machine("a2")) {
        id = begin(rig, source, a1);
        rig.stop();
        assertThat(a2.ending()).isNotEmpty();
      }
    }
    finish(state, id, hash);
  }

  @Test
  void aRunningDeploymentGoesOnAfterAKill() throws Exception {
    Path state = directory.resolve("state");
    Path copy = directory.resolve("copy");
    String id;
    String hash;
    try (Rig rig = new Rig(state)) {
      hash = rig.artifact("model", "1", "weights");
      try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
          FakeAgent a1 = FakeAgent.machine(rig.address(), "a1", "'role':'x'");
          FakeAgent a2 = rig.machine("a2")) {
        id = begin(rig, source, a1);
        assertThat(a2.isOpen()).isTrue();
        copyAsAKillLeavesIt(state, copy);
      }
    }
    finish(new Database.Embedded(copy), id, hash);
  }

  /** Two machines, of which one has finished. */
  private static String begin(Rig rig, FakeAgent source, FakeAgent a1) throws ControlException {
    String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
    assertThat(source.hears()).contains("'source':true");
    a1.reports(id, "INSTALLED", "", 7);
    await().until(() -> rig.client.deployment(id).installedCount() == 1);
    return id;
  }

  private static void finish(Database state, String id, String hash) throws Exception {
    try (Rig rig = new Rig(state, Limits.DEFAULTS)) {
      assertThat(rig.client.artifacts()).hasSize(1);
      assertThat(rig.client.metainfo(hash)).isNotEmpty();
      assertThat(rig.client.agents()).extracting(AgentView::name).containsExactly("a1", "a2");
      assertThat(rig.client.agents().getFirst().labels()).isEqualTo(Map.of("role", "x"));
      assertThat(rig.client.agents()).noneMatch(AgentView::connected);
      DeploymentView running = rig.client.deployment(id);
      assertThat(running.phase()).isEqualTo(DeploymentPhase.RUNNING);
      assertThat(running.why()).contains("restarted");
      assertThat(running.machines())
          .extracting(MachineView::phase)
          .containsExactly(MachinePhase.INSTALLED, MachinePhase.WAITING);
      assertThat(running.bytesDone()).isEqualTo(7);
      try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
          FakeAgent a2 = rig.machine("a2")) {
        assertThat(source.hears()).startsWith("{'type':'seed'").contains("'source':true");
        assertThat(a2.hears())
            .startsWith("{'type':'assign'")
            .contains("'deploymentId':'" + id + "'")
            .contains("{'name':'p','endpoint':'127.0.0.1:7002','holdsAll':true}")
            .contains("{'name':'a1','endpoint':'127.0.0.1:7001','holdsAll':false}");
        a2.reports(id, "INSTALLED", "", 7);
        await().until(() -> rig.client.deployment(id).phase() == DeploymentPhase.DONE);
      }
    }
    try (Rig rig = new Rig(state, Limits.DEFAULTS)) {
      assertThat(rig.client.deployment(id).phase()).isEqualTo(DeploymentPhase.DONE);
      assertThat(rig.client.deployment(id).machines()).hasSize(2);
      assertThat(rig.client.deployments().getFirst().installedCount()).isEqualTo(2);
    }
  }

  @Test
  void aDeploymentMadeRightAfterARestartReachesThoseWhoAreNotBackYet() throws Exception {
    String hash;
    try (Rig rig = new Rig(directory)) {
      hash = rig.artifact("model", "1", "weights");
      try (FakeAgent a1 = rig.machine("a1")) {
        assertThat(a1.isOpen()).isTrue();
        rig.stop();
      }
    }
    try (Rig rig = new Rig(directory);
        FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash)) {
      assertThat(source.isOpen()).isTrue();
      String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
      try (FakeAgent a1 = rig.machine("a1")) {
        assertThat(a1.hears()).startsWith("{'type':'assign'").contains(id);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void everyStartHasAGreaterEpoch(Databases databases) throws Exception {
    Database state = databases.empty(directory);
    long before = 0;
    for (int start = 0; start < 3; start++) {
      try (Rig rig = new Rig(state, Limits.DEFAULTS);
          FakeAgent agent = new FakeAgent(rig.address())) {
        agent.hello("a" + start, "AGENT", "", "127.0.0.1:7001", "");
        long epoch = Long.parseLong(agent.hears().replaceAll(".*'epoch':([0-9]+).*", "$1"));
        assertThat(epoch).isGreaterThan(before);
        before = epoch;
      }
    }
  }

  @Test
  void aStateDirectoryHasOneCoordinator() throws IOException {
    try (Rig rig = new Rig(directory)) {
      assertThat(rig.address().getPort()).isPositive();
      assertThatIOException()
          .isThrownBy(() -> new Rig(directory).close())
          .withMessageContaining("another coordinator uses the state directory");
    }
    new Rig(directory).close();
  }

  @Test
  void aTakenPortIsSaidInOneSentenceAndLeavesNothingBehind() throws IOException {
    Path other = directory.resolve("other");
    try (Rig rig = new Rig(directory.resolve("one"))) {
      CoordinatorSettings same = new CoordinatorSettings(rig.address(), other, false);
      assertThatIOException()
          .isThrownBy(() -> Coordinator.start(same).close())
          .withMessageStartingWith(
              "cannot listen on 127.0.0.1 port " + rig.address().getPort() + ": another program");
    }
    new Rig(other).close();
  }

  @Test
  void beyondLoopbackItListensOnlyWhenAskedTo() {
    InetSocketAddress everywhere = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CoordinatorSettings(everywhere, directory, false))
        .withMessageContaining("--insecure");
    assertThat(new CoordinatorSettings(everywhere, directory, true).insecure()).isTrue();
    assertThat(
            new CoordinatorSettings(
                    new InetSocketAddress(InetAddress.ofLiteral("::1"), 0), directory, false)
                .listen())
        .isNotNull();
  }

  @Test
  void aStateDirectoryThatCannotBeMadeIsSaidSo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatIOException()
        .isThrownBy(() -> new Rig(file.resolve("state")).close())
        .withMessageContaining("cannot make the state directory");
  }

  private static void copyAsAKillLeavesIt(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
