package io.seedfall.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** The wire formats, written out: a change here breaks programs that are already out there. */
final class ControlJsonTest {
  private static final String HASH = "ab".repeat(32);
  private static final Neighbour NEIGHBOUR = new Neighbour("a2", "127.0.0.2:7000", true);
  private static final Assignment ASSIGNMENT =
      new Assignment("d1", "model", "3", HASH, 5, "models/x", List.of(NEIGHBOUR));

  private static final String PACE =
      "{'priority':'NORMAL','maxBytesPerSecond':0,'paused':false,'receivedBytesPerSecond':0}";
  private static final String HOOKS = "{'preInstall':'','postInstall':''}";
  private static final String ATTRIBUTES =
      "{'owner':'','group':'','mode':'','modifiedMillis':0,'xattrs':{}}";
  private static final String ROLLOUT =
      "{'once':false,'stage':false,'waves':[],'waveBy':'','success':'100%','soakMillis':0,"
          + "'healthHook':'','maxFailed':'','onFailure':'STOP','quorum':'100%',"
          + "'deadlineMillis':0,'pace':"
          + PACE
          + ",'hooks':"
          + HOOKS
          + ",'attributes':"
          + ATTRIBUTES
          + "}";

  @Test
  void everyAgentMessageHasItsWrittenForm() {
    Map<String, String> labels = new TreeMap<>(Map.of("role", "search", "zone", "a"));
    bothWays(
        new AgentMessage.Hello(1, "a1", AgentKind.AGENT, labels, "127.0.0.1:7000", List.of(HASH)),
        "{'type':'hello','protocolVersion':1,'name':'a1','kind':'AGENT',"
            + "'labels':{'role':'search','zone':'a'},'endpoint':'127.0.0.1:7000',"
            + "'holdings':['HASH'],'installed':{}}");
    bothWays(
        new AgentMessage.Health("d1", false, "no answer"),
        "{'type':'health','deploymentId':'d1','healthy':false,'why':'no answer'}");
    bothWays(
        new AgentMessage.Heartbeat(1L << 40), "{'type':'heartbeat','freeBytes':1099511627776}");
    bothWays(
        new AgentMessage.Reports(
            List.of(new MachineReport("d1", MachinePhase.FETCHING, "", 1, 2, 3, 4))),
        "{'type':'reports','reports':[{'deploymentId':'d1','phase':'FETCHING','why':'',"
            + "'bytesDone':1,'bytesFromHolders':2,'bytesFromPeers':3,'elapsedMillis':4,"
            + "'bytesReused':0,'detail':{'millis':{},'bytesFrom':{},'hookOutput':''},"
            + "'pieces':{'cells':0,'bits':''}}]}");
    bothWays(
        new AgentMessage.Holding(HASH, true),
        "{'type':'holding','infoHash':'HASH','complete':true}");
  }

  @Test
  void everyCoordinatorMessageHasItsWrittenForm() {
    String neighbour = "{'name':'a2','endpoint':'127.0.0.2:7000','holdsAll':true}";
    bothWays(
        new CoordinatorMessage.Welcome(
            "seedfall 0.1", 5000, 7, 9, new UplinkShare(1, 2), UplinkShare.OPEN),
        "{'type':'welcome','coordinator':'seedfall 0.1','heartbeatMillis':5000,'epoch':7,'capBytesPerSecond':9,"
            + "'zone':{'sendBytesPerSecond':1,'receiveBytesPerSecond':2},"
            + "'rack':{'sendBytesPerSecond':0,'receiveBytesPerSecond':0}}");
    bothWays(new CoordinatorMessage.Refused("no"), "{'type':'refused','why':'no'}");
    bothWays(
        new CoordinatorMessage.Assign(ASSIGNMENT),
        "{'type':'assign','assignment':{'deploymentId':'d1','artifact':'model','version':'3',"
            + "'infoHash':'HASH','sizeBytes':5,'destination':'models/x','neighbours':["
            + neighbour
            + "],'stage':false,'pace':"
            + PACE
            + ",'hooks':"
            + HOOKS
            + ",'attributes':"
            + ATTRIBUTES
            + ",'attempt':1,'progressMillis':0,'signed':''}}");
    bothWays(new CoordinatorMessage.Activate("d1"), "{'type':'activate','deploymentId':'d1'}");
    bothWays(
        new CoordinatorMessage.PaceChanged("d1", Pace.FREE),
        "{'type':'paceChanged','deploymentId':'d1','pace':" + PACE + "}");
    bothWays(
        new CoordinatorMessage.CheckHealth("d1", "ready"),
        "{'type':'checkHealth','deploymentId':'d1','hook':'ready'}");
    bothWays(
        new CoordinatorMessage.Cap(7, new UplinkShare(8, 9), UplinkShare.OPEN),
        "{'type':'cap','bytesPerSecond':7,'zone':{'sendBytesPerSecond':8,"
            + "'receiveBytesPerSecond':9},'rack':{'sendBytesPerSecond':0,"
            + "'receiveBytesPerSecond':0}}");
    bothWays(new CoordinatorMessage.Halt(true), "{'type':'halt','halted':true}");
    bothWays(
        new CoordinatorMessage.Withdraw("d1", "cancelled"),
        "{'type':'withdraw','deploymentId':'d1','why':'cancelled'}");
    bothWays(
        new CoordinatorMessage.Seed(HASH, List.of(NEIGHBOUR), true, Pace.FREE),
        "{'type':'seed','infoHash':'HASH','neighbours':["
            + neighbour
            + "],'source':true,'pace':"
            + PACE
            + "}");
    bothWays(
        new CoordinatorMessage.Neighbours("d1", List.of()),
        "{'type':'neighbours','deploymentId':'d1','neighbours':[]}");
  }

  @Test
  void everyViewHasItsWrittenForm() {
    viewBothWays(
        new StatusView("0.1", 1, 2, 3, 4, 5, false, "10.0.0.1:7070", true),
        "{'version':'0.1','startedMillis':1,'agentsConnected':2,'agentsKnown':3,'artifacts':4,"
            + "'deploymentsRunning':5,'leads':false,'leader':'10.0.0.1:7070','halted':true}");
    viewBothWays(
        new AgentView("a1", AgentKind.PUBLISHER, Map.of("k", "v"), "[::1]:7", true, 9, -1),
        "{'name':'a1','kind':'PUBLISHER','labels':{'k':'v'},'endpoint':'[::1]:7',"
            + "'connected':true,'lastSeenMillis':9,'freeBytes':-1}");
    viewBothWays(
        new ArtifactView("model", "3", HASH, 5, 1, 65536, 7, 2),
        "{'name':'model','version':'3','infoHash':'HASH','sizeBytes':5,'fileCount':1,"
            + "'pieceBytes':65536,'createdMillis':7,'fullCopies':2}");
    viewBothWays(
        new ArtifactRequest("model", "", HASH), "{'name':'model','version':'','infoHash':'HASH'}");
    viewBothWays(
        new DeploymentRequest("model@3", "all", "x"),
        "{'artifact':'model@3','selector':'all','destination':'x','rollout':"
            + ROLLOUT
            + ",'by':''}");
    viewBothWays(
        new DeploymentView(
            "d1",
            "model",
            "3",
            HASH,
            5,
            "all",
            "x",
            DeploymentPhase.RUNNING,
            "asked for",
            1,
            0,
            List.of(new MachineView("a1", MachinePhase.INSTALLED, "", 5, 3, 2, 10, 6, 1)),
            1,
            1,
            0,
            5,
            true,
            1,
            2,
            0,
            "model@2",
            Rollout.PLAIN,
            "ann"),
        "{'id':'d1','artifact':'model','version':'3','infoHash':'HASH','sizeBytes':5,"
            + "'selector':'all','destination':'x','phase':'RUNNING','why':'asked for',"
            + "'createdMillis':1,'finishedMillis':0,'machines':[{'agent':'a1',"
            + "'phase':'INSTALLED','why':'','bytesDone':5,'bytesFromHolders':3,"
            + "'bytesFromPeers':2,'elapsedMillis':10,'bytesReused':6,'wave':1}],"
            + "'machineCount':1,'installedCount':1,'failedCount':0,'bytesDone':5,"
            + "'paused':true,'wave':1,'waveCount':2,'stagedCount':0,'previous':'model@2',"
            + "'rollout':"
            + ROLLOUT
            + ",'by':'ann'}");
    viewBothWays(
        new HistoryView(7, "a1", "FAILED", "disk full"),
        "{'atMillis':7,'agent':'a1','phase':'FAILED','why':'disk full'}");
    viewBothWays(new RollbackRequest("3", "ann"), "{'toVersion':'3','by':'ann'}");
    viewBothWays(
        new PaceRequest(Priority.HIGH, 9, 1 << 20),
        "{'priority':'HIGH','maxBytesPerSecond':9,'receivedBytesPerSecond':1048576}");
    viewBothWays(
        new Problem("urn:seedfall:problem:busy", "Busy", 503, "no time", "try again", "busy"),
        "{'type':'urn:seedfall:problem:busy','title':'Busy','status':503,'detail':'no time',"
            + "'action':'try again','code':'busy'}");
  }

  @Test
  void whatADocumentMayLackIsReadAsItsDefault() {
    assertThat(
            ControlJson.decode(
                "{\"artifact\":\"m\",\"selector\":\"all\",\"destination\":\"x\"}".getBytes(UTF_8),
                DeploymentRequest.class))
        .isEqualTo(new Decoded.Value<>(new DeploymentRequest("m", "all", "x")));
    assertThat(
            ControlJson.decodePage(
                "{\"items\":[{\"waves\":[\"1\"],\"pace\":{\"priority\":\"URGENT\"}}],\"next\":\"\"}"
                    .getBytes(UTF_8),
                Rollout.class))
        .isInstanceOfSatisfying(
            Decoded.Value.class,
            page ->
                assertThat(page.value())
                    .extracting("items")
                    .asInstanceOf(InstanceOfAssertFactories.list(Rollout.class))
                    .singleElement()
                    .satisfies(rollout -> {
                      assertThat(rollout.waves()).containsExactly("1");
                      assertThat(rollout.pace()).isEqualTo(new Pace(Priority.URGENT, 0, false));
                      assertThat(rollout.quorum()).isEqualTo("100%");
                    }));
  }

  @Test
  void whatARecordRefusesIsSaidInItsOwnWords() {
    assertThat(ControlJson.decode("{\"soakMillis\":-1}".getBytes(UTF_8), Rollout.class))
        .isEqualTo(new Decoded.Malformed<Rollout>("soakMillis: -1 (expected: 0 to 2592000000)"));
    assertThat(ControlJson.decode("{\"pace\":null}".getBytes(UTF_8), Rollout.class))
        .isEqualTo(new Decoded.Malformed<Rollout>("pace: missing, null or of a wrong type"));
  }

  @Test
  void anUnknownTypeIsAValue() {
    assertThat(ControlJson.decodeAgentMessage("{\"type\":\"dance\",\"x\":{}}"))
        .isEqualTo(new Decoded.UnknownType<AgentMessage>("dance"));
  }

  @Test
  void anUnknownPropertyIsPassedOver() {
    assertThat(
            ControlJson.decodeAgentMessage("{\"new\":[1],\"type\":\"heartbeat\",\"freeBytes\":1}"))
        .isEqualTo(new Decoded.Value<AgentMessage>(new AgentMessage.Heartbeat(1)));
  }

  @Test
  void whatIsNoMessageIsMalformed() {
    for (String bad :
        List.of(
            "",
            "null",
            "[]",
            "7",
            "{",
            "{}",
            "{\"type\":7}",
            "{\"type\":null}",
            "{\"type\":\"heartbeat\"}",
            "{\"type\":\"heartbeat\",\"freeBytes\":null}",
            "{\"type\":\"heartbeat\",\"freeBytes\":\"1\"}",
            "{\"type\":\"heartbeat\",\"freeBytes\":1.5}",
            "{\"type\":\"heartbeat\",\"freeBytes\":9223372036854775808}",
            "{\"type\":\"heartbeat\",\"freeBytes\":{}}",
            "{\"type\":\"heartbeat\",\"freeBytes\":1,\"freeBytes\":2}",
            "{\"type\":\"heartbeat\",\"freeBytes\":1} x",
            "{\"type\":\"holding\",\"infoHash\":null,\"complete\":true}",
            "{\"type\":\"holding\",\"infoHash\":7,\"complete\":true}",
            "{\"type\":\"holding\",\"infoHash\":\"x\",\"complete\":1}",
            "{\"type\":\"reports\",\"reports\":[null]}",
            "{\"type\":\"reports\",\"reports\":{}}",
            hello("{\"k\":null}", "[]"),
            hello("{\"k\":1}", "[]"),
            hello("{}", "[null]"),
            hello("{}", "[]").replace("AGENT", "TRAIN"),
            hello("{}", "[]").replace("\"AGENT\"", "0"))) {
      assertThat(ControlJson.decodeAgentMessage(bad)).as(bad).isInstanceOf(Decoded.Malformed.class);
    }
    assertThat(ControlJson.decodeAgentMessage(hello("{}", "[]"))).isInstanceOf(Decoded.Value.class);
  }

  @Test
  void theReasonNamesThePlaceAndNoClass() {
    Decoded<AgentMessage> decoded =
        ControlJson.decodeAgentMessage(
            "{\"type\":\"reports\",\"reports\":[{\"deploymentId\":true}]}");
    assertThat(decoded)
        .isInstanceOfSatisfying(
            Decoded.Malformed.class,
            malformed ->
                assertThat(malformed.why()).contains("reports[0]").doesNotContain("io.seedfall"));
  }

  @Test
  void nestingEndsAtItsLimit() {
    assertThat(ControlJson.decode(nested(ControlJson.DEPTH_MAX - 1), Problem.class))
        .isInstanceOf(Decoded.Value.class);
    assertThat(ControlJson.decode(nested(ControlJson.DEPTH_MAX), Problem.class))
        .isInstanceOf(Decoded.Malformed.class);
  }

  private static byte[] nested(int arrays) {
    return ("{\"code\":\"c\",\"x\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}")
        .getBytes(UTF_8);
  }

  private static String hello(String labels, String holdings) {
    return "{\"type\":\"hello\",\"protocolVersion\":1,\"name\":\"a\",\"kind\":\"AGENT\",\"labels\":"
        + labels
        + ",\"endpoint\":\"127.0.0.1:1\",\"holdings\":"
        + holdings
        + "}";
  }

  private static void bothWays(AgentMessage message, String written) {
    String json = json(written);
    assertThat(ControlJson.encodeMessage(message)).isEqualTo(json);
    assertThat(ControlJson.decodeAgentMessage(json)).isEqualTo(new Decoded.Value<>(message));
  }

  private static void bothWays(CoordinatorMessage message, String written) {
    String json = json(written);
    assertThat(ControlJson.encodeMessage(message)).isEqualTo(json);
    assertThat(ControlJson.decodeCoordinatorMessage(json)).isEqualTo(new Decoded.Value<>(message));
  }

  private static void viewBothWays(Record view, String written) {
    String json = json(written);
    assertThat(new String(ControlJson.encode(view), UTF_8)).isEqualTo(json);
    Decoded<?> decoded = ControlJson.decode(json.getBytes(UTF_8), view.getClass());
    assertThat(decoded).isEqualTo(new Decoded.Value<>(view));
    String page = "{\"items\":[" + json + "],\"next\":\"x\"}";
    assertThat(new String(ControlJson.encode(new Page<>(List.of(view), "x")), UTF_8))
        .isEqualTo(page);
    Decoded<?> list = ControlJson.decodePage(page.getBytes(UTF_8), view.getClass());
    assertThat(list).isEqualTo(new Decoded.Value<>(new Page<>(List.of(view), "x")));
  }

  private static String json(String written) {
    return written.replace('\'', '"').replace("HASH", HASH);
  }
}
