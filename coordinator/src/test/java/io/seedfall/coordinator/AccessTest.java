package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlException;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.Problem;
import io.seedfall.control.Role;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.KeyBundle;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route and every message is refused to whoever does not show that he may. */
final class AccessTest {
  private static final Map<String, String> LABELS = Map.of("zone", "a");

  @TempDir private Path state;
  private SecureRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new SecureRig(state);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  // ---- routes -------------------------------------------------------------------------------

  @Test
  void everyRouteRefusesStrangersAndRolesThatAreTooSmall(@TempDir Path other) throws Exception {
    Map<Role, ClientIdentity> users = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      String token = rig.newUser(role.name(), role, "all");
      users.put(role, rig.user(token));
    }
    ClientIdentity agent = rig.agent(rig.join("a1", LABELS));
    List<Route> table = ApiPageTest.table(other);
    assertThat(table).hasSizeGreaterThan(35);
    List<String> wrong = new ArrayList<>();
    for (Route route : table) {
      Map<String, Integer> statuses = new LinkedHashMap<>();
      statuses.put("stranger", status(route, rig.stranger()));
      users.forEach((role, user) -> statuses.put(role.name(), status(route, user)));
      statuses.put("agent", status(route, agent));
      statuses.forEach((who, status) -> {
        boolean refused = status == 401 || (status == 403 && !isJoin(route));
        if (refused == may(route.access(), who)) {
          wrong.add(route.method() + " " + route.path() + " by " + who + ": " + status);
        }
        if (who.equals("stranger") && status != 401 && !isJoin(route)) {
          wrong.add(route.path() + " says " + status + " to a stranger");
        }
      });
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isJoin(Route route) {
    return route.access() == Access.ANYBODY;
  }

  /** Written out a second time, so that the production's rule is not its own judge. */
  private static boolean may(Access access, String who) {
    List<String> may =
        switch (access) {
          case ANYBODY -> List.of("stranger", "VIEWER", "PUBLISHER", "DEPLOYER", "ADMIN", "agent");
          case VIEWER -> List.of("VIEWER", "PUBLISHER", "DEPLOYER", "ADMIN");
          case VIEWER_OR_AGENT -> List.of("VIEWER", "PUBLISHER", "DEPLOYER", "ADMIN", "agent");
          case PUBLISHER -> List.of("PUBLISHER", "DEPLOYER", "ADMIN");
          case PUBLISHER_OR_AGENT -> List.of("PUBLISHER", "DEPLOYER", "ADMIN", "agent");
          case DEPLOYER -> List.of("DEPLOYER", "ADMIN");
          case ADMIN -> List.of("ADMIN");
          case AGENT -> List.of("agent");
        };
    return may.contains(who);
  }

  private int status(Route route, ClientIdentity identity) {
    String path =
        route.path().replace("{infoHash}", "ab".repeat(32)).replaceAll("\\{[a-zA-Z]+}", "nobody");
    boolean bodiless = route.takes() instanceof Payload.Nothing;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rig.address().resolve(path))
            .method(
                route.method().name(),
                bodiless ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
    // Events have no end: the head of the answer is enough.
    return send(request, identity, BodyHandlers.ofInputStream()).statusCode();
  }

  private static <T> HttpResponse<T> send(
      HttpRequest.Builder request, ClientIdentity identity, HttpResponse.BodyHandler<T> body) {
    if (!identity.bearer().isEmpty()) {
      request.header("Authorization", identity.bearer());
    }
    HttpClient http =
        HttpClient.newBuilder().sslContext(Objects.requireNonNull(identity.tls())).build();
    try {
      return http.send(request.build(), body);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      http.shutdownNow();
    }
  }

  @Test
  void whoeverIsRefusedLearnsWhatToDo() {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(rig.address().resolve("/api/v1/status")),
            rig.stranger(),
            BodyHandlers.ofString(UTF_8));
    assertThat(ControlJson.decode(answer.body().getBytes(UTF_8), Problem.class))
        .isInstanceOfSatisfying(
            Decoded.Value.class,
            value ->
                assertThat(((Problem) value.value()).line())
                    .contains("--credentials FILE", "seedfall user create"));
  }

  @Test
  void aDeployerStaysWithinItsSelector() throws Exception {
    SeedfallClient deployer =
        rig.client(rig.user(rig.newUser("ops", Role.DEPLOYER, "zone=a,role=search")));
    for (String wide : List.of("all", "zone=a", "zone=b,role=search", "zone!=a,role=search")) {
      assertThatExceptionOfType(ControlException.class)
          .as(wide)
          .isThrownBy(() -> deployer.deploy(new DeploymentRequest("model", wide, "m")))
          .satisfies(e -> assertThat(e.code()).isEqualTo(Problem.FORBIDDEN))
          .withMessageContaining("zone=a,role=search only");
    }
    for (String narrow : List.of("zone=a,role=search", "rack=7,role=search,zone=a")) {
      assertThatExceptionOfType(ControlException.class)
          .as(narrow)
          .isThrownBy(() -> deployer.deploy(new DeploymentRequest("model", narrow, "m")))
          .satisfies(e -> assertThat(e.code()).isEqualTo(Problem.UNKNOWN_ARTIFACT));
    }
  }

  // ---- sessions -----------------------------------------------------------------------------

  @Test
  void noSessionIsOpenedWithoutACertificateOrATokenToPublish() throws Exception {
    assertRefused(rig.stranger(), 401);
    assertRefused(rig.user(rig.newUser("see", Role.VIEWER, "all")), 403);
    assertRefused(rig.user("seedfall-user_" + "0".repeat(16) + "_" + "0".repeat(64)), 401);
  }

  private void assertRefused(ClientIdentity identity, int status) {
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> rig.session(identity))
        .havingCause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
  }

  @Test
  void anAgentHasASessionUnderItsOwnNameAndLabelsOnly() throws Exception {
    KeyBundle a1 = rig.join("a1", LABELS);
    FakeAgent right = rig.session(rig.agent(a1));
    right.hello("a1", "AGENT", "'zone':'a'", "127.0.0.1:7001", "");
    assertThat(right.hears()).startsWith("{'type':'welcome'");
    for (List<String> wrong :
        List.of(
            List.of("a2", "AGENT", "'zone':'a'", "that of agent a1"),
            List.of("a1", "PUBLISHER", "'zone':'a'", "that of agent a1"),
            List.of("a1", "AGENT", "'zone':'b'", "labels"),
            List.of("a1", "AGENT", "", "labels"))) {
      FakeAgent session = rig.session(rig.agent(a1));
      session.hello(wrong.get(0), wrong.get(1), wrong.get(2), "127.0.0.1:7001", "");
      assertThat(session.hears()).startsWith("{'type':'refused'").contains(wrong.get(3));
    }
  }

  @Test
  void everyMessageIsRefusedToTheWrongRole() throws Exception {
    ClientIdentity publisher = rig.user(rig.newUser("ci", Role.PUBLISHER, "all"));
    Map<String, String> messages =
        Map.of(
            "Hello", "",
            "Heartbeat", "{'type':'heartbeat','freeBytes':1}",
            "Reports", "{'type':'reports','reports':[]}",
            "Holding", "{'type':'holding','infoHash':'" + "ab".repeat(32) + "','complete':true}",
            "Health", "{'type':'health','deploymentId':'d1','healthy':true,'why':''}");
    List<String> known = new ArrayList<>();
    for (Class<?> type : AgentMessage.class.getPermittedSubclasses()) {
      known.add(type.getSimpleName());
    }
    assertThat(messages.keySet()).containsExactlyInAnyOrderElementsOf(known);
    for (Map.Entry<String, String> message : messages.entrySet()) {
      FakeAgent session = rig.session(publisher);
      if (message.getKey().equals("Hello")) {
        session.hello("publisher-other-1", "PUBLISHER", "", "127.0.0.1:7002", "");
        assertThat(session.hears()).contains("that of user ci");
        continue;
      }
      session.hello("publisher-ci-1", "PUBLISHER", "", "127.0.0.1:7002", "");
      assertThat(session.hears()).startsWith("{'type':'welcome'");
      session.say(message.getValue());
      if (message.getKey().equals("Reports") || message.getKey().equals("Health")) {
        assertThat(session.hears()).contains("is no machine");
        session.ending();
      } else {
        session.pings();
        assertThat(session.isOpen()).isTrue();
        session.close();
      }
      awaitGone("publisher-ci-1");
    }
  }

  private void awaitGone(String name) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> rig.admin.agents().stream().noneMatch(each -> each.name().equals(name)));
  }
}
