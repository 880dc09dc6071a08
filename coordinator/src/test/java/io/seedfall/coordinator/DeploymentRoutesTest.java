package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.CapRequest;
import io.seedfall.control.CapView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.FileAttributes;
import io.seedfall.control.HistoryView;
import io.seedfall.control.Hooks;
import io.seedfall.control.MachineDetail;
import io.seedfall.control.OnFailure;
import io.seedfall.control.Pace;
import io.seedfall.control.PaceRequest;
import io.seedfall.control.Priority;
import io.seedfall.control.Problem;
import io.seedfall.control.RollbackRequest;
import io.seedfall.control.Rollout;
import io.seedfall.control.SharedRate;
import io.seedfall.planner.Cap;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be asked for a deployment once it is made, on every database. */
@ParameterizedClass
@EnumSource(Databases.class)
final class DeploymentRoutesTest {
  private final Databases databases;
  @TempDir private Path state;
  private Rig rig;
  private FakeAgent source;
  private FakeAgent machine;

  DeploymentRoutesTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void begin() throws IOException, ControlException {
    rig = new Rig(databases.empty(state), Limits.DEFAULTS);
    String hash = rig.artifact("model", "1", "weights");
    source = FakeAgent.publisher(rig.address(), "p", hash);
    machine = rig.machine("a1");
  }

  @AfterEach
  void end() {
    machine.close();
    source.close();
    rig.close();
  }

  private DeploymentView deploy(Rollout rollout) throws ControlException {
    return rig.client.deploy(new DeploymentRequest("model", "all", "x", rollout, "ann"));
  }

  private static Rollout rollout(boolean stage, String healthHook) {
    return new Rollout(
        false,
        stage,
        List.of(),
        "",
        "100%",
        0,
        healthHook,
        "",
        OnFailure.STOP,
        "100%",
        0,
        Pace.FREE,
        new Hooks("before", ""),
        FileAttributes.NONE);
  }

  @Test
  void whatIsStagedIsActivated() throws ControlException {
    String id = deploy(rollout(true, "")).id();
    assertThat(machine.hears())
        .startsWith("{'type':'assign'")
        .contains("'stage':true")
        .contains("'preInstall':'before'");
    CoordinatorTest.assertRefused(
        Problem.NOT_STAGED, "0 of 1 machine", () -> rig.client.activate(id));
    machine.reports(id, "STAGED", "", 7);
    await().until(() -> rig.client.deployment(id).phase() == DeploymentPhase.STAGED);
    assertThat(rig.client.deployment(id).stagedCount()).isEqualTo(1);
    rig.client.activate(id);
    assertThat(machine.hears()).isEqualTo("{'type':'activate','deploymentId':'" + id + "'}");
    machine.reports(id, "INSTALLED", "", 7);
    await().until(() -> rig.client.deployment(id).phase() == DeploymentPhase.DONE);
  }

  @Test
  void paceAndPauseAreSaidToTheMachineAndSeen() throws ControlException {
    String id = deploy(Rollout.PLAIN).id();
    machine.hears();
    assertThat(rig.client.pause(id).paused()).isTrue();
    assertThat(machine.hears())
        .isEqualTo(
            "{'type':'paceChanged','deploymentId':'"
                + id
                + "','pace':{'priority':'NORMAL','maxBytesPerSecond':0,'paused':true,'receivedBytesPerSecond':0}}");
    CoordinatorTest.assertRefused(
        Problem.NOTHING_TO_CHANGE, "paused already", () -> rig.client.pause(id));
    assertThat(rig.client.resume(id).paused()).isFalse();
    assertThat(machine.hears()).contains("'paused':false");
    assertThat(machine.hears()).startsWith("{'type':'assign'");
    rig.client.pace(id, new PaceRequest(Priority.URGENT, 9, 16 << 20));
    assertThat(machine.hears())
        .contains("'maxBytesPerSecond':9,'paused':false,'receivedBytesPerSecond':" + SHARE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PaceRequest(Priority.URGENT, 9, SharedRate.BYTES_PER_SECOND_MIN - 1))
        .withMessageContaining("receivedBytesPerSecond: 1048575");
  }

  @Test
  void theSwitchForAllTransfersIsSaidToEverybodyAndToWhoeverJoins() throws ControlException {
    assertThat(rig.client.halt(true).halted()).isTrue();
    assertThat(machine.hears()).isEqualTo("{'type':'halt','halted':true}");
    assertThat(source.hears()).isEqualTo("{'type':'halt','halted':true}");
    try (FakeAgent late = rig.machine("a2")) {
      assertThat(late.hears()).isEqualTo("{'type':'halt','halted':true}");
    }
    CoordinatorTest.assertRefused(
        Problem.NOTHING_TO_CHANGE, "stand still already", () -> rig.client.halt(true));
    assertThat(rig.client.halt(false).halted()).isFalse();
    assertThat(machine.hears()).isEqualTo("{'type':'halt','halted':false}");
  }

  @Test
  void aCapIsSaidToTheMachineAndToWhoeverJoins() throws ControlException {
    assertThat(rig.client.caps()).isEmpty();
    assertThat(rig.client.cap(new CapRequest("all", 7)))
        .containsExactly(new CapView("all", 7, false))
        .isEqualTo(rig.client.caps());
    assertThat(machine.hears()).isEqualTo(cap(7, 0));
    CoordinatorTest.assertRefused(
        Problem.NOTHING_TO_CHANGE,
        "is that already",
        () -> rig.client.cap(new CapRequest("all", 7)));
    CoordinatorTest.assertRefused(
        Problem.MALFORMED, "selector", () -> rig.client.cap(new CapRequest("zone", 7)));
    assertThat(rig.client.cap(new CapRequest("all", 0))).isEmpty();
    assertThat(machine.hears()).isEqualTo(cap(0, 0));
  }

  /** Of 16 MiB for one machine: its part of the sixteenth that is for two, and the rest. */
  private static final long SHARE = (1 << 20) / 2 + (15 << 20);

  private static String cap(long bytesPerSecond, long zoneBytesPerSecond) {
    return ("{'type':'cap','bytesPerSecond':%d,'zone':{'sendBytesPerSecond':%d,"
            + "'receiveBytesPerSecond':%d},'rack':{'sendBytesPerSecond':0,"
            + "'receiveBytesPerSecond':0}}")
        .formatted(bytesPerSecond, zoneBytesPerSecond, zoneBytesPerSecond);
  }

  @Test
  void aCapOfAnUplinkIsDividedAmongTheMachinesBehindIt() throws ControlException {
    CapRequest zone = new CapRequest("zone=a", 16 << 20, true);
    try (FakeAgent inside = FakeAgent.machine(rig.address(), "a2", "'zone':'a'")) {
      assertThat(rig.client.cap(zone)).containsExactly(new CapView("zone=a", 16 << 20, true));
      // One sixteenth is for everybody, and there is something for one more than there are.
      assertThat(inside.hears()).isEqualTo(cap(0, (1 << 20) / 2));
      assertThat(rig.client.cap(new CapRequest("zone=a", 0, true))).isEmpty();
      assertThat(inside.hears()).isEqualTo(cap(0, 0));
    }
    CoordinatorTest.assertRefused(
        Problem.NOTHING_TO_CHANGE,
        "no cap of the uplink of zone=a",
        () -> rig.client.cap(new CapRequest("zone=a", 0, true)));
    for (String no : List.of("all", "role=a", "zone!=a", "zone=a,rack=b")) {
      CoordinatorTest.assertRefused(
          Problem.MALFORMED,
          "zone=NAME or rack=NAME",
          () -> rig.client.cap(new CapRequest(no, 16 << 20, true)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CapRequest("zone=a", SharedRate.BYTES_PER_SECOND_MIN - 1, true));
    assertThat(SharedRate.BYTES_PER_SECOND_MIN).isEqualTo(Cap.UPLINK_RATE_MIN);
  }

  @Test
  void aHealthHookDecides() throws ControlException {
    String id = deploy(rollout(false, "ready")).id();
    machine.hears();
    machine.reports(id, "INSTALLED", "", 7);
    assertThat(machine.hears())
        .isEqualTo("{'type':'checkHealth','deploymentId':'" + id + "','hook':'ready'}");
    assertThat(rig.client.deployment(id).phase()).isEqualTo(DeploymentPhase.CHECKING);
    machine.say("{'type':'health','deploymentId':'" + id + "','healthy':false,'why':'no answer'}");
    await().until(() -> rig.client.deployment(id).phase() == DeploymentPhase.FAILED);
    assertThat(rig.client.deployment(id).machines().getFirst().why())
        .isEqualTo("health hook ready: no answer");
  }

  @Test
  void theHistoryAndAMachineTellWhatHappened() throws ControlException {
    String id = deploy(Rollout.PLAIN).id();
    machine.hears();
    machine.say(
        "{'type':'reports','reports':[{'deploymentId':'"
            + id
            + "','phase':'INSTALLED','why':'','bytesDone':7,'bytesFromHolders':4,"
            + "'bytesFromPeers':0,'elapsedMillis':9,'bytesReused':3,'detail':{'millis':"
            + "{'receiving':8},'bytesFrom':{'127.0.0.1:7002':4},'hookOutput':'hello'}}]}");
    await().until(() -> rig.client.deployment(id).phase() == DeploymentPhase.DONE);
    assertThat(rig.client.history(id, ""))
        .extracting(HistoryView::agent, HistoryView::phase, HistoryView::why)
        .containsExactly(
            tuple("", "ROLLING", "asked for on 1 machine"),
            tuple("a1", "WAITING", ""),
            tuple("a1", "INSTALLED", ""),
            tuple("", "DONE", "1 machine installed it"));
    MachineDetail detail = rig.client.machine(id, "a1").detail();
    assertThat(detail.millis()).containsEntry("receiving", 8L);
    assertThat(detail.bytesFrom()).containsEntry("127.0.0.1:7002", 4L);
    assertThat(detail.hookOutput()).isEqualTo("hello");
    assertThat(rig.client.machine(id, "a1").machine().bytesReused()).isEqualTo(3);
    assertThat(rig.client.deployments().getFirst().by()).isEqualTo("ann");
    CoordinatorTest.assertRefused(
        Problem.UNKNOWN_AGENT, "no machine", () -> rig.client.machine(id, "nobody"));
    CoordinatorTest.assertRefused(
        Problem.UNKNOWN_DEPLOYMENT, "no deployment", () -> rig.client.history("nosuch", ""));
  }

  @Test
  void aRollbackIsADeploymentOfItsOwn() throws ControlException {
    String first = deploy(Rollout.PLAIN).id();
    machine.hears();
    machine.reports(first, "INSTALLED", "", 7);
    await().until(() -> rig.client.deployment(first).phase() == DeploymentPhase.DONE);
    CoordinatorTest.assertRefused(
        Problem.NO_VERSION_BEFORE,
        "nothing was in place at x",
        () -> rig.client.rollBack(first, new RollbackRequest("", "")));
    String next = rig.artifact("model", "2", "heavier");
    source.say("{'type':'holding','infoHash':'" + next + "','complete':true}");
    await().until(() -> rig.client.artifacts().getFirst().fullCopies() == 1);
    DeploymentView second = deploy(Rollout.PLAIN);
    assertThat(second.previous()).isEqualTo("model@1");
    assertThat(machine.hears()).startsWith("{'type':'assign'");
    machine.reports(second.id(), "INSTALLED", "", 7);
    await().until(() -> rig.client.deployment(second.id()).phase() == DeploymentPhase.DONE);
    DeploymentView back = rig.client.rollBack(second.id(), new RollbackRequest("", "ben"));
    assertThat(back.version()).isEqualTo("1");
    assertThat(back.by()).isEqualTo("ben");
    assertThat(machine.hears()).startsWith("{'type':'assign'").contains("'version':'1'");
    assertThat(rig.client.deployment(second.id()).phase()).isEqualTo(DeploymentPhase.ROLLED_BACK);
    DeploymentView chosen = rig.client.rollBack(back.id(), new RollbackRequest("2", "ben"));
    assertThat(chosen.version()).isEqualTo("2");
    CoordinatorTest.assertRefused(
        Problem.UNKNOWN_ARTIFACT,
        "no artifact model@9",
        () -> rig.client.rollBack(chosen.id(), new RollbackRequest("9", "")));
  }

  @Test
  void aRequestWithAKeyIsDoneOnce() throws Exception {
    byte[] body = ControlJson.encode(new DeploymentRequest("model", "all", "x"));
    DeploymentView first = made(post("k1", body));
    assertThat(made(post("k1", body)).id()).isEqualTo(first.id());
    assertThat(made(post("k2", body)).id()).isNotEqualTo(first.id());
    HttpResponse<byte[]> other =
        post("k1", ControlJson.encode(new DeploymentRequest("model", "all", "y")));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(new String(other.body(), UTF_8)).contains(Problem.KEY_REUSED);
    assertThat(post("no name!", body).statusCode()).isEqualTo(400);
  }

  private HttpResponse<byte[]> post(String key, byte[] body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(
                  URI.create(
                      "http://127.0.0.1:" + rig.address().getPort() + ControlApi.DEPLOYMENTS))
              .header(ControlApi.IDEMPOTENCY_KEY, key)
              .POST(BodyPublishers.ofByteArray(body))
              .build(),
          BodyHandlers.ofByteArray());
    }
  }

  private static DeploymentView made(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(201);
    return switch (ControlJson.decode(answer.body(), DeploymentView.class)) {
      case Decoded.Value<DeploymentView>(DeploymentView view) -> view;
      case Decoded.UnknownType<DeploymentView> _, Decoded.Malformed<DeploymentView> _ ->
          throw new AssertionError(new String(answer.body(), UTF_8));
    };
  }

  @Test
  void whatMakesNoSenseIsRefusedInWords() throws Exception {
    for (String bad :
        List.of(
            "'rollout':{'waves':['x']}",
            "'rollout':{'quorum':'101%'}",
            "'rollout':{'waves':['1'],'waveBy':'zone'}",
            "'rollout':{'soakMillis':-1}",
            "'rollout':{'hooks':{'preInstall':'../sh'}}",
            "'rollout':{'attributes':{'mode':'4755'}}",
            "'by':'a\\nb'")) {
      String json =
          ("{'artifact':'model','selector':'all','destination':'x'," + bad + "}")
              .replace('\'', '"');
      HttpResponse<byte[]> answer = post("k", json.getBytes(UTF_8));
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
      assertThat(new String(answer.body(), UTF_8)).contains("expected").doesNotContain("io.seed");
    }
  }
}
