package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.Problem;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.SignedDocument;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.coordinator.Contract.Call;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signers;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every route of the table, asked well and badly, answers as the OpenAPI document says. A route
 * that nobody asks here fails the test.
 */
final class ContractTest {
  private static final String DEPLOY =
      "{'artifact':'model','selector':'all','destination':'x','rollout':{'stage':STAGE}}";

  @TempDir private Path state;
  @TempDir private Path nowhere;
  private Rig rig;
  private Contract contract;
  private List<Route> table;

  @BeforeEach
  void begin() throws Exception {
    table = ApiPageTest.table(nowhere);
    rig = new Rig(state);
    contract = new Contract(rig);
  }

  @AfterEach
  void end() {
    contract.close();
    rig.close();
  }

  /** The call of a route. */
  private Call call(String operation, String... names) {
    Route route =
        table.stream()
            .filter(one -> one.operation().equals(operation))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no route " + operation));
    return Call.of(route, names);
  }

  private List<String> operations() {
    return table.stream().map(Route::operation).sorted().toList();
  }

  private List<String> seen(Function<Integer, Boolean> status) {
    return contract.seen.stream()
        .map(one -> one.split(" ", -1))
        .filter(one -> status.apply(Integer.parseInt(one[1])))
        .map(one -> one[0])
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void everyRouteAnswersAsTheDocumentSays() throws Exception {
    contract.expect(200, call("getOpenapiJson"));
    Metainfo one = Rig.torrent("one");
    String hash = one.infoHash().hex();
    contract.expect(204, call("putMetainfoByInfoHash", hash).body(one.toTorrentBytes()));
    contract.expect(200, call("getMetainfoByInfoHash", hash));
    contract.expect(
        200,
        call("postArtifacts").body("{'name':'model','version':'1','infoHash':'" + hash + "'}"));
    try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
        FakeAgent machine = FakeAgent.machine(rig.address(), "a1", "'zone':'b'")) {
      assertThat(source.isOpen()).isTrue();
      contract.expect(200, call("getStatus"));
      contract.expect(200, call("getWhoami"));
      contract.expect(200, call("getMetrics"));
      contract.expect(200, call("getAgents"));
      contract.expect(200, call("getArtifacts"));
      signs(one);
      String id = deploy(machine, false);
      looks(id);
      String newest = again(source, machine);
      machine.hears();
      contract.expect(201, call("postDeploymentsByIdRollback", newest).body("{}"));
      String staged = deploy(machine, true);
      contract.expect(200, call("postDeploymentsByIdPause", staged));
      contract.expect(409, call("postDeploymentsByIdPause", staged));
      contract.expect(200, call("postDeploymentsByIdResume", staged));
      contract.expect(200, call("postDeploymentsByIdPace", staged).body("{'priority':'HIGH'}"));
      contract.expect(409, call("postDeploymentsByIdActivate", staged));
      machine.reports(staged, "STAGED", "", 3);
      await().until(() -> rig.client.deployment(staged).phase() == DeploymentPhase.STAGED);
      contract.expect(200, call("postDeploymentsByIdActivate", staged));
      contract.expect(200, call("postCaps").body("{'selector':'all','bytesPerSecond':1000000}"));
      contract.expect(
          200,
          call("postCaps").body("{'selector':'zone=a','bytesPerSecond':2000000,'uplink':true}"));
      contract.expect(200, call("getCaps"));
      contract.expect(200, call("postCaps").body("{'selector':'all','bytesPerSecond':0}"));
      contract.expect(200, call("postFleetHalt"));
      contract.expect(409, call("postFleetHalt"));
      contract.expect(200, call("postFleetResume"));
      contract.expect(409, call("postFleetResume"));
      contract.expect(200, call("postDeploymentsByIdCancel", staged));
      contract.expect(409, call("postDeploymentsByIdCancel", staged));
    }
    List<String> ofIdentity =
        table.stream().filter(this::isOfIdentity).map(Route::operation).toList();
    assertThat(seen(status -> status < 300))
        .isEqualTo(operations().stream().filter(name -> !ofIdentity.contains(name)).toList());
  }

  /** A cluster that has no identity refuses it. */
  private boolean isOfIdentity(Route route) {
    return route.problems().contains(Problem.NO_IDENTITY);
  }

  @Test
  void everyRouteOfAClusterWithAnIdentityAnswersAsTheDocumentSays(@TempDir Path other)
      throws Exception {
    try (SecureRig secure = new SecureRig(other);
        Contract admin =
            new Contract(secure.address(), secure.user(secure.founded.token().text()));
        Contract stranger = admin.as(secure.stranger());
        Contract agent = admin.as(secure.agent(secure.join("a2", Map.of())))) {
      joins(admin, stranger, agent);
      admin.expect(204, call("postAgentsByNameRevoke", "a2"));
      admin.expect(404, call("postAgentsByNameRevoke", "nobody"));
      agent.expect(401, call("getAgents"));
      String viewer = "{'name':'see','role':'VIEWER','selector':'all','ttlMillis':3600000}";
      String token = admin.expect(201, call("postUsers").body(viewer)).get("token").stringValue();
      admin.expect(400, call("postUsers").body(viewer.replace("3600000", "1")));
      admin.expect(200, call("getUsers").query("limit=1"));
      try (Contract see = admin.as(secure.user(token))) {
        for (Route route : table) {
          Call call = Call.of(route, unknowns(route));
          if (route.access() != Access.ANYBODY) {
            stranger.expect(401, call);
          }
          if (!Set.of(Access.ANYBODY, Access.VIEWER, Access.VIEWER_OR_AGENT)
              .contains(route.access())) {
            see.expect(403, call);
          }
        }
      }
      String own = secure.address().toString();
      Call login = call("postLogin").body("{'token':'" + token + "'}");
      stranger.expect(403, login);
      Call shown = login.header(ControlApi.FROM_PAGE, "1").header("Origin", own);
      stranger.expect(200, shown);
      Call logout = call("postLogout");
      stranger.expect(403, logout);
      stranger.expect(204, logout.header(ControlApi.FROM_PAGE, "1").header("Origin", own));
      admin.expect(200, call("getWhoami"));
      agent.expect(401, call("getWhoami"));
      admin.expect(204, call("postUsersByNameRevoke", "see"));
      stranger.expect(401, shown);
      admin.expect(404, call("postUsersByNameRevoke", "nobody"));
      admin.expect(200, call("getAudit").query("limit=2&behind=1"));
      String head = admin.expect(200, call("getAuditCheck")).get("head").stringValue();
      assertThat(
              admin
                  .expect(200, call("getAuditCheck").query("head=" + head))
                  .get("intact")
                  .booleanValue())
          .isTrue();
      assertThat(admin.seen)
          .containsAll(
              table.stream()
                  .filter(this::isOfIdentity)
                  .map(route -> route.operation() + " " + route.status())
                  .toList());
    }
  }

  private void joins(Contract admin, Contract stranger, Contract agent) throws Exception {
    String wanted = "{'agent':'a1','labels':{'zone':'a'},'ttlMillis':3600000}";
    String token = admin.expect(201, call("postTokens").body(wanted)).get("token").stringValue();
    KeyPair keys = KeyBundle.newKeys();
    JoinToken join = JoinToken.parse(token);
    Call joining = call("postJoin").body(ControlJson.encode(SecureRig.request(join, keys)));
    stranger.expect(200, joining);
    byte[] again = ControlJson.encode(SecureRig.request(join, KeyBundle.newKeys()));
    stranger.expect(403, call("postJoin").body(again));
    String key = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    Call renewing =
        call("postCertificate")
            .body(ControlJson.encode(new RenewRequest(key, SecureRig.proof(keys, key))));
    agent.expect(200, renewing);
    admin.expect(403, renewing);
    agent.expect(403, call("postTokens").body(wanted));
    Call seeding =
        call("postPublisherCertificate")
            .body(ControlJson.encode(new RenewRequest(key, SecureRig.proof(keys, key))));
    admin.expect(200, seeding);
    agent.expect(403, seeding);
    Call passing = call("postPasses").body("{'infoHashes':['" + "ab".repeat(32) + "']}");
    admin.expect(200, passing);
    agent.expect(200, passing);
    agent.expect(400, call("postPasses").body("{'infoHashes':[]}"));
  }

  private void signs(Metainfo metainfo) throws Exception {
    Signers signers = Signers.of(2);
    Root root = new Root(1, Long.MAX_VALUE, signers.role(1, 0), signers.role(1, 1), List.of());
    contract.expect(404, call("getRoots"));
    contract.expect(204, call("postRoots").body(document(signers.sign(root, 0))));
    contract.expect(409, call("postRoots").body(document(signers.sign(root, 1))));
    contract.expect(200, call("getRoots"));
    contract.expect(200, call("getRootsByVersion", "1"));
    contract.expect(404, call("getRootsByVersion", "2"));
    contract.expect(404, call("getArtifactsByNameByVersionSigned", "model", "1"));
    Manifest manifest =
        new Manifest(
            "model", "1", metainfo.infoHash(), metainfo.geometry().totalBytes(), 1, Long.MAX_VALUE);
    Call sign = call("postArtifactsByNameByVersionSigned", "model", "1");
    contract.expect(409, sign.body(document(signers.sign(manifest, 0))));
    contract.expect(200, sign.body(document(signers.sign(manifest, 1))));
    contract.expect(200, call("getArtifactsByNameByVersionSigned", "model", "1"));
  }

  private static String document(byte[] signed) {
    return "{'document':'" + SignedDocument.of(signed).document() + "'}";
  }

  private String deploy(FakeAgent machine, boolean stage) throws Exception {
    String id =
        contract
            .expect(
                201, call("postDeployments").body(DEPLOY.replace("STAGE", String.valueOf(stage))))
            .get("id")
            .stringValue();
    machine.say("{'type':'heartbeat','freeBytes':1}");
    if (!stage) {
      machine.reports(id, "INSTALLED", "", 3);
      await().until(() -> rig.client.deployment(id).phase() == DeploymentPhase.DONE);
    }
    return id;
  }

  private String again(FakeAgent source, FakeAgent machine) throws Exception {
    String second = rig.artifact("model", "2", "two");
    source.say("{'type':'holding','infoHash':'" + second + "','complete':true}");
    await().until(() -> rig.client.artifacts().stream().allMatch(view -> view.fullCopies() > 0));
    return deploy(machine, false);
  }

  private void looks(String id) throws Exception {
    contract.expect(200, call("getDeployments"));
    contract.expect(200, call("getDeploymentsById", id));
    contract.expect(200, call("getEvents"));
    contract.expect(200, call("getDeploymentsByIdEvents", id));
    contract.expect(
        200, call("getDeploymentsByIdEvents", id).header(ControlApi.LAST_EVENT_ID, "1-a-99"));
    contract.expect(200, call("getDeploymentsByIdHistory", id));
    contract.expect(200, call("getDeploymentsByIdHistory", id).query("agent=a1"));
    contract.expect(200, call("getDeploymentsByIdMachines", id).query("limit=1"));
    contract.expect(200, call("getDeploymentsById", id).query("machines=0"));
    contract.expect(200, call("getDeploymentsByIdMachinesByAgent", id, "a1"));
    contract.expect(200, call("getInstalled"));
    contract.expect(200, call("getDeploymentsByIdPieces", id).query("since=0"));
    contract.expect(200, call("getDeploymentsByIdFlow", id).query("by=zone"));
  }

  @Test
  void everyRouteRefusesAsTheDocumentSays() throws Exception {
    for (Route route : table) {
      Call good = Call.of(route, unknowns(route));
      contract.expect(400, good.query("nonsense=1"));
      contract.expect(403, good.header("Origin", "http://evil.example"));
      if (route.takes() instanceof Payload.Nothing) {
        contract.expect(413, good.body("x"));
      } else {
        contract.expect(400, good.body("x"));
        contract.expect(415, good.body("x").header("Content-Type", "text/html"));
        contract.expect(413, good.body(new byte[route.takes().bytesMax() + 1]));
      }
      if (isOfIdentity(route) && route.takes() instanceof Payload.Nothing) {
        contract.expect(409, good);
      } else if (route.problems().stream().anyMatch(code -> code.startsWith("unknown_"))) {
        contract.expect(404, good.body(bodyForNobody(route)));
      }
      for (Parameter parameter : route.parameters()) {
        for (String bad : bad(parameter.values())) {
          contract.expect(
              400,
              parameter.place() == Parameter.Place.QUERY
                  ? good.query(parameter.name() + "=" + bad)
                  : good.header(parameter.name(), bad).body(bodyForNobody(route)));
        }
      }
    }
    contract.expect(400, call("getMetainfoByInfoHash", "xyz"));
    assertThat(seen(status -> status == 400)).isEqualTo(operations());
    assertThat(seen(status -> status == 403)).isEqualTo(operations());
    assertThat(seen(status -> status == 413)).isEqualTo(operations());
  }

  private String[] unknowns(Route route) {
    return route.pathNames().stream().map(this::unknown).toArray(String[]::new);
  }

  private String unknown(String name) {
    return switch (name) {
      case "infoHash" -> "0".repeat(64);
      case "version" -> "1";
      default -> "nobody";
    };
  }

  private static String bodyForNobody(Route route) {
    return switch (route.operation()) {
      case "postArtifacts" -> "{'name':'m','version':'','infoHash':'" + "0".repeat(64) + "'}";
      case "postDeployments" -> DEPLOY.replace("STAGE", "false");
      case "postArtifactsByNameByVersionSigned" -> document(new byte[] {1});
      default -> route.takes() instanceof Payload.Nothing ? "" : "{}";
    };
  }

  private static List<String> bad(Parameter.Values values) {
    return switch (values) {
      case Parameter.Values.Name _ -> List.of("-x", "x".repeat(129));
      case Parameter.Values.Whole(int least, int most, int _) -> {
        List<String> bad = new ArrayList<>(List.of("x", "1.5", "99999999999"));
        bad.add(String.valueOf(least - 1));
        bad.add(String.valueOf(most + 1));
        yield bad;
      }
      case Parameter.Values.Opaque(int charsMax) -> List.of("!", "x".repeat(charsMax + 1));
    };
  }

  @Test
  void everyRouteHasItsOwnNameAndWords() {
    assertThat(table.stream().map(Route::operation).collect(Collectors.toSet()))
        .hasSameSizeAs(table);
    assertThat(table)
        .allSatisfy(route -> {
          assertThat(route.path())
              .matches(path ->
                  path.startsWith(ControlApi.PREFIX + "/") || path.equals(ControlApi.METRICS));
          assertThat(route.what()).endsWith(".");
          assertThat(route.allProblems()).doesNotHaveDuplicates().contains(Problem.INTERNAL);
        });
  }
}
