package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.Problem;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Real HTTP, real WebSockets, a real database; the agents are small programs. */
@ParameterizedClass
@EnumSource(Databases.class)
final class CoordinatorTest {
  private final Databases databases;
  @TempDir private Path state;
  private Rig rig;

  CoordinatorTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void startCoordinator() throws IOException {
    rig = new Rig(databases.empty(state), Limits.DEFAULTS);
  }

  @AfterEach
  void stopCoordinator() {
    rig.close();
  }

  @Test
  void aDeploymentGoesFromRequestToInstalled() throws ControlException {
    String hash = rig.artifact("model", "1", "weights");
    try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
        FakeAgent machine = FakeAgent.machine(rig.address(), "a1", "'role':'search'")) {
      DeploymentView made =
          rig.client.deploy(new DeploymentRequest("model", "role=search", "models/current"));
      assertThat(made.phase()).isEqualTo(DeploymentPhase.RUNNING);
      assertThat(made.machines()).extracting("agent").containsExactly("a1");
      assertThat(source.hears())
          .isEqualTo(
              "{'type':'seed','infoHash':'"
                  + hash
                  + "','neighbours':[{'name':'a1','endpoint':'127.0.0.1:7001',"
                  + "'holdsAll':false}],'source':true,'pace':{'priority':'NORMAL','maxBytesPerSecond':0,"
                  + "'paused':false,'receivedBytesPerSecond':0}}");
      assertThat(machine.hears())
          .isEqualTo(
              "{'type':'assign','assignment':{'deploymentId':'"
                  + made.id()
                  + "','artifact':'model','version':'1','infoHash':'"
                  + hash
                  + "','sizeBytes':7,'destination':'models/current','neighbours':[{'name':'p',"
                  + "'endpoint':'127.0.0.1:7002','holdsAll':true}],'stage':false,'pace':{'priority':"
                  + "'NORMAL','maxBytesPerSecond':0,'paused':false,'receivedBytesPerSecond':0},'hooks':{'preInstall':'',"
                  + "'postInstall':''},'attributes':{'owner':'','group':'','mode':'',"
                  + "'modifiedMillis':0,'xattrs':{}},'attempt':1,'progressMillis':1,'signed':''}}");
      machine.reports(made.id(), "FETCHING", "", 3);
      await().until(() -> rig.client.deployment(made.id()).machines().getFirst().bytesDone() == 3);
      assertThat(rig.client.deployment(made.id()).machines().getFirst().phase())
          .isEqualTo(MachinePhase.FETCHING);
      assertThat(rig.client.deployments().getFirst().bytesDone()).isEqualTo(3);
      assertThat(rig.client.deployments().getFirst().machines()).isEmpty();
      machine.reports(made.id(), "INSTALLED", "", 7);
      await().until(() -> rig.client.deployment(made.id()).phase() == DeploymentPhase.DONE);
      DeploymentView done = rig.client.deployment(made.id());
      assertThat(done.installedCount()).isEqualTo(1);
      assertThat(done.finishedMillis()).isGreaterThanOrEqualTo(done.createdMillis());
      assertThat(done.machines().getFirst().bytesFromHolders()).isEqualTo(2);
      assertThat(done.why()).isEqualTo("1 machine installed it");
      assertThat(rig.client.deployments().getFirst().phase()).isEqualTo(DeploymentPhase.DONE);
    }
  }

  @Test
  void aMetainfoFileComesBackByteForByte() throws ControlException {
    Metainfo torrent = Rig.torrent("weights");
    String hash = torrent.infoHash().hex();
    rig.client.putMetainfo(hash, torrent.toTorrentBytes());
    rig.client.putMetainfo(hash, torrent.toTorrentBytes());
    assertThat(rig.client.metainfo(hash)).isEqualTo(torrent.toTorrentBytes());
    assertThat(rig.client.metainfo(hash)).isEqualTo(torrent.toTorrentBytes());
  }

  @Test
  void aMetainfoFileMustBeValidAndOfTheHashInItsUrl() {
    Metainfo torrent = Rig.torrent("weights");
    String other = Rig.torrent("other").infoHash().hex();
    assertRefused(
        Problem.BAD_METAINFO,
        torrent.infoHash().hex(),
        () -> rig.client.putMetainfo(other, torrent.toTorrentBytes()));
    assertRefused(
        Problem.BAD_METAINFO,
        "no valid metainfo",
        () -> rig.client.putMetainfo(other, "d4:infodee".getBytes(UTF_8)));
    assertRefused(Problem.UNKNOWN_METAINFO, other, () -> rig.client.metainfo(other));
  }

  @Test
  void anArtifactWithoutAVersionGetsTheNextNumberOnceForEachContent() throws ControlException {
    String first = rig.artifact("model", "", "one");
    String second = rig.artifact("model", "", "two");
    assertThat(version("model", second)).isEqualTo("2");
    assertThat(version("model", second)).isEqualTo("2");
    assertThat(version("model", first)).isEqualTo("3");
    rig.artifact("model", "2030-rc1", "three");
    assertThat(version("model", first)).isEqualTo("4");
    assertThat(rig.client.artifacts())
        .extracting(ArtifactView::version)
        .containsExactly("4", "2030-rc1", "3", "2", "1");
    assertThat(rig.client.artifacts().getLast())
        .isEqualTo(
            new ArtifactView(
                "model",
                "1",
                first,
                3,
                1,
                16_384,
                rig.client.artifacts().getLast().createdMillis(),
                0));
  }

  private String version(String name, String hash) throws ControlException {
    return rig.client.registerArtifact(new ArtifactRequest(name, "", hash)).version();
  }

  @Test
  void aVersionNeverChangesItsContent() throws ControlException {
    String first = rig.artifact("model", "v1", "one");
    assertRefused(Problem.ARTIFACT_EXISTS, "model@v1", () -> rig.artifact("model", "v1", "two"));
    assertThat(rig.client.registerArtifact(new ArtifactRequest("model", "v1", first)).infoHash())
        .isEqualTo(first);
    assertRefused(
        Problem.UNKNOWN_METAINFO,
        "PUT it",
        () -> rig.client.registerArtifact(new ArtifactRequest("model", "", "00".repeat(32))));
  }

  @Test
  void whatCannotBeDeployedIsRefusedInOneLine() throws ControlException {
    DeploymentRequest all = new DeploymentRequest("model", "all", "x");
    assertRefused(Problem.UNKNOWN_ARTIFACT, "no artifact model", () -> rig.client.deploy(all));
    rig.artifact("model", "1", "weights");
    assertRefused(
        Problem.UNKNOWN_ARTIFACT,
        "model@2",
        () -> rig.client.deploy(new DeploymentRequest("model@2", "all", "x")));
    assertRefused(Problem.NO_MATCHING_AGENTS, "matches all", () -> rig.client.deploy(all));
    try (FakeAgent machine = rig.machine("a1")) {
      assertThat(machine.isOpen()).isTrue();
      assertRefused(Problem.NO_FULL_COPY, "holds all of model@1", () -> rig.client.deploy(all));
      assertRefused(
          Problem.NO_MATCHING_AGENTS,
          "zone=q",
          () -> rig.client.deploy(new DeploymentRequest("model", "zone=q", "x")));
    }
    String hash = rig.artifact("model", "1", "weights");
    try (FakeAgent elsewhere = new FakeAgent(rig.address());
        FakeAgent publisher = FakeAgent.publisher(rig.address(), "p", hash)) {
      elsewhere.hello("a2", "AGENT", "'zone':'z'", "192.0.2.1:7001", "");
      assertThat(elsewhere.hears()).startsWith("{'type':'welcome'");
      assertThat(publisher.isOpen()).isTrue();
      assertRefused(
          Problem.NO_REACHABLE_COPY,
          "a2 at 192.0.2.1:7001",
          () -> rig.client.deploy(new DeploymentRequest("model", "zone=z", "x")));
    }
    assertRefused(
        Problem.MALFORMED,
        "leading /",
        () -> rig.client.deploy(new DeploymentRequest("model", "all", "/etc/passwd")));
    assertRefused(
        Problem.MALFORMED,
        "without . and ..",
        () -> rig.client.deploy(new DeploymentRequest("model", "all", "a/../../etc")));
    assertRefused(
        Problem.MALFORMED,
        "selector",
        () -> rig.client.deploy(new DeploymentRequest("model", "role", "x")));
    assertRefused(
        Problem.MALFORMED,
        "artifact",
        () -> rig.client.deploy(new DeploymentRequest("../model", "all", "x")));
    assertThat(rig.client.deployments()).isEmpty();
  }

  @Test
  void cancelWithdrawsAndTheSecondTimeIsTooLate() throws ControlException {
    String hash = rig.artifact("model", "1", "weights");
    try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
        FakeAgent machine = rig.machine("a1")) {
      assertThat(source.isOpen()).isTrue();
      String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
      assertThat(machine.hears()).startsWith("{'type':'assign'");
      assertThat(rig.client.cancel(id).phase()).isEqualTo(DeploymentPhase.CANCELLED);
      assertThat(machine.hears())
          .isEqualTo("{'type':'withdraw','deploymentId':'" + id + "','why':'cancelled'}");
      assertRefused(Problem.ALREADY_FINISHED, "is over, cancelled", () -> rig.client.cancel(id));
      machine.reports(id, "FETCHING", "", 1);
      assertThat(machine.hears()).startsWith("{'type':'withdraw','deploymentId':'" + id);
    }
    assertRefused(Problem.UNKNOWN_DEPLOYMENT, "no deployment", () -> rig.client.cancel("nosuch"));
    assertRefused(
        Problem.UNKNOWN_DEPLOYMENT, "no deployment", () -> rig.client.deployment("nosuch"));
  }

  @Test
  void agentsAndStatusTellWhoIsThere() throws ControlException {
    String hash = rig.artifact("model", "1", "weights");
    try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
        FakeAgent machine = FakeAgent.machine(rig.address(), "a1", "'zone':'b','role':'x'")) {
      machine.say("{'type':'heartbeat','freeBytes':1099511627776}");
      await().until(() -> rig.client.agents().getFirst().freeBytes() == 1L << 40);
      source.say("{'type':'heartbeat','freeBytes':-1}"); // a publisher has no root: not known
      AgentView seen = rig.client.agents().getFirst();
      assertThat(seen.name()).isEqualTo("a1");
      assertThat(seen.labels()).isEqualTo(Map.of("zone", "b", "role", "x"));
      assertThat(seen.connected()).isTrue();
      assertThat(rig.client.agents())
          .extracting(AgentView::kind)
          .containsExactly(AgentKind.AGENT, AgentKind.PUBLISHER);
      assertThat(rig.client.artifacts().getFirst().fullCopies()).isEqualTo(1);
      machine.say("{'type':'holding','infoHash':'" + hash + "','complete':true}");
      await().until(() -> rig.client.artifacts().getFirst().fullCopies() == 2);
      machine.say("{'type':'holding','infoHash':'" + hash + "','complete':false}");
      await().until(() -> rig.client.artifacts().getFirst().fullCopies() == 1);
      source.dies();
      await().until(() -> rig.client.agents().size() == 1);
      assertThat(rig.client.artifacts().getFirst().fullCopies()).isZero();
      assertThat(rig.client.status().agentsConnected()).isEqualTo(1);
      assertThat(rig.client.status().artifacts()).isEqualTo(1);
    }
    await().until(() -> rig.client.status().agentsConnected() == 0);
    AgentView away = rig.client.agents().getFirst();
    assertThat(away.connected()).isFalse();
    assertThat(away.freeBytes()).isEqualTo(-1);
    assertThat(rig.client.status().agentsKnown()).isEqualTo(1);
  }

  @Test
  void aFailureIsStoredWithItsReason() throws ControlException {
    String hash = rig.artifact("model", "1", "weights");
    try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
        FakeAgent machine = rig.machine("a1")) {
      assertThat(source.isOpen()).isTrue();
      String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
      machine.reports(id, "FAILED", "not enough space: 7 of 3 bytes", 0);
      await().until(() -> rig.client.deployment(id).phase() == DeploymentPhase.FAILED);
      assertThat(rig.client.deployment(id).why())
          .isEqualTo("1 of 1 machine failed; a1: not enough space: 7 of 3 bytes");
      assertThat(rig.client.deployment(id).failedCount()).isEqualTo(1);
    }
  }

  static void assertRefused(String code, String message, ThrowingCallable call) {
    ControlException refused = catchThrowableOfType(ControlException.class, call);
    assertThat(refused).as(code).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.why()).contains(message).doesNotContain("\n");
  }
}
