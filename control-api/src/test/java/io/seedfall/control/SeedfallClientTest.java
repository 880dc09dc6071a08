package io.seedfall.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a small HTTP server that answers whatever the test says. */
final class SeedfallClientTest {
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private volatile int status = 200;
  private volatile String location = "";
  private volatile byte[] answer = new byte[0];

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          requests.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + new String(body, UTF_8));
          if (!location.isEmpty()) {
            exchange.getResponseHeaders().add("Location", location);
          }
          exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void everyCallHasItsMethodPathAndBody() throws ControlException {
    String hash = "0a".repeat(32);
    try (SeedfallClient client = client()) {
      answer =
          ("{\"version\":\"1\",\"startedMillis\":1,\"agentsConnected\":0,\"agentsKnown\":0,\"artifacts\":0,\"deploymentsRunning\":0,"
                  + "\"leads\":true,\"leader\":\"127.0.0.1:1\"}")
              .getBytes(UTF_8);
      assertThat(client.status().version()).isEqualTo("1");
      answer = "{\"items\":[],\"next\":\"\"}".getBytes(UTF_8);
      assertThat(client.agents()).isEmpty();
      assertThat(client.artifacts()).isEmpty();
      assertThat(client.deployments()).isEmpty();
      answer = "torrent".getBytes(UTF_8);
      assertThat(client.metainfo(hash)).asString(UTF_8).isEqualTo("torrent");
      assertThat(client.openApi()).asString(UTF_8).isEqualTo("torrent");
      status = 204;
      answer = new byte[0];
      client.putMetainfo(hash, "bytes".getBytes(UTF_8));
    }
    assertThat(requests)
        .containsExactly(
            "GET /api/v1/status ",
            "GET /api/v1/agents?limit=1000 ",
            "GET /api/v1/artifacts?limit=1000 ",
            "GET /api/v1/deployments?limit=100 ",
            "GET /api/v1/metainfo/" + hash + " ",
            "GET /api/v1/openapi.json ",
            "PUT /api/v1/metainfo/" + hash + " bytes");
  }

  @Test
  void aListIsPutTogetherFromItsPages() throws ControlException {
    String one = "{\"atMillis\":1,\"agent\":\"\",\"phase\":\"DONE\",\"why\":\"\"}";
    answer = ("{\"items\":[" + one + "],\"next\":\"a+b\"}").getBytes(UTF_8);
    try (SeedfallClient client = client()) {
      Page<HistoryView> page = client.history("d1", "a1", "", 7);
      assertThat(page.items()).hasSize(1);
      assertThat(client.history("d1", "a1", page.next(), 7).next()).isEqualTo("a+b");
      answer = "{\"items\":[],\"next\":\"a+b\"}".getBytes(UTF_8);
      assertThat(client.history("d1", "")).as("an empty page is the last").isEmpty();
    }
    assertThat(requests)
        .containsExactly(
            "GET /api/v1/deployments/d1/history?agent=a1&limit=7 ",
            "GET /api/v1/deployments/d1/history?agent=a1&limit=7&after=a%2Bb ",
            "GET /api/v1/deployments/d1/history?limit=1000 ");
  }

  @Test
  void aRefusalCarriesItsCodeAndItsLine() {
    status = 404;
    answer = "{\"code\":\"unknown_deployment\",\"detail\":\"no deployment d9\"}".getBytes(UTF_8);
    try (SeedfallClient client = client()) {
      ControlException refused = refusal(() -> client.cancel("d9"));
      assertThat(refused.code()).isEqualTo(Problem.UNKNOWN_DEPLOYMENT);
      assertThat(refused.why()).isEqualTo("no deployment d9");
    }
    assertThat(requests).containsExactly("POST /api/v1/deployments/d9/cancel ");
    answer =
        ControlJson.encode(Problem.of(404, Problem.UNKNOWN_DEPLOYMENT, "no deployment d9", "look"));
    try (SeedfallClient client = client()) {
      assertThat(refusal(() -> client.cancel("d9")).why()).isEqualTo("no deployment d9: look");
    }
  }

  @Test
  void anAnswerOfSomethingElseIsNamedSo() {
    try (SeedfallClient client = client()) {
      answer = "<html>\n".getBytes(UTF_8);
      assertThat(refusal(client::status).code()).isEqualTo(Problem.UNEXPECTED_ANSWER);
      status = 502;
      ControlException refused = refusal(client::status);
      assertThat(refused.code()).isEqualTo(Problem.UNEXPECTED_ANSWER);
      assertThat(refused.why()).contains("502").doesNotContain("\n");
    }
  }

  @Test
  void nobodyThereIsUnreachable() {
    server.stop(0);
    try (SeedfallClient client = client()) {
      ControlException refused = refusal(client::status);
      assertThat(refused.code()).isEqualTo(Problem.UNREACHABLE);
      assertThat(refused.why()).contains("127.0.0.1");
    }
  }

  @Test
  void aCoordinatorThatNeverAnswersIsUnreachable() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SeedfallClient client =
            new SeedfallClient(
                CoordinatorAddresses.of(URI.create("http://127.0.0.1:" + silent.getLocalPort())),
                Duration.ofMillis(200))) {
      ControlException refused = refusal(client::status);
      assertThat(refused.code()).isEqualTo(Problem.UNREACHABLE);
      assertThat(refused.why()).contains("in time");
    }
  }

  @Test
  void anIdThatIsNoNameNeverReachesTheWire() {
    try (SeedfallClient client = client()) {
      assertThat(refusal(() -> client.deployment("../agents")).code())
          .isEqualTo(Problem.UNKNOWN_DEPLOYMENT);
      assertThatIllegalArgumentException().isThrownBy(() -> client.metainfo("AB"));
    }
    assertThat(requests).isEmpty();
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    for (String bad : List.of("ftp://x", "127.0.0.1:80", "http:///x", "/x")) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> new SeedfallClient(URI.create(bad)).close());
    }
  }

  @Test
  void ofSeveralTheFirstThatAnswersIsAskedAndAskedFirstNextTime() throws ControlException {
    answer = "{\"items\":[],\"next\":\"\"}".getBytes(UTF_8);
    URI nobody = URI.create("http://127.0.0.1:1");
    try (SeedfallClient client =
        new SeedfallClient(new CoordinatorAddresses(List.of(nobody, address())))) {
      assertThat(client.coordinator()).isEqualTo(nobody);
      assertThat(client.agents()).isEmpty();
      assertThat(client.coordinator()).isEqualTo(address());
      server.stop(0);
      ControlException away = refusal(client::agents);
      assertThat(away.code()).isEqualTo(Problem.UNREACHABLE);
      assertThat(away.why()).contains(address().toString());
    }
  }

  @Test
  void whatMustNotBeDoneTwiceIsNotAskedOfAnotherWhenTheFirstMayHaveHeard() throws Exception {
    answer = "{\"items\":[],\"next\":\"\"}".getBytes(UTF_8);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SeedfallClient client =
            new SeedfallClient(
                new CoordinatorAddresses(
                    List.of(URI.create("http://127.0.0.1:" + silent.getLocalPort()), address())),
                Duration.ofMillis(500))) {
      ControlException unknown = refusal(() -> client.cancel("d1"));
      assertThat(unknown.code()).isEqualTo(Problem.UNREACHABLE);
      assertThat(requests).isEmpty();
      assertThat(client.agents()).as("reading twice does no harm").isEmpty();
      assertThat(requests).hasSize(1);
    }
  }

  @Test
  void whoDoesNotLeadIsFollowedToTheLeaderAndNotForEver() throws Exception {
    HttpServer leader =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    leader.createContext(
        "/",
        exchange -> {
          heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    leader.start();
    URI there = URI.create("http://127.0.0.1:" + leader.getAddress().getPort());
    try (SeedfallClient client = client()) {
      String path = ControlApi.METAINFO + "/" + "0a".repeat(32);
      status = 421;
      answer = "{\"code\":\"not_leader\",\"detail\":\"elsewhere\"}".getBytes(UTF_8);
      location = there + path;
      client.putMetainfo("0a".repeat(32), new byte[] {1, 2});
      assertThat(heard).containsExactly("PUT " + path);
      assertThat(client.coordinator()).isEqualTo(there);
      client.putMetainfo("0a".repeat(32), new byte[] {1, 2});
      assertThat(requests).as("the follower is not asked again").hasSize(1);
    } finally {
      leader.stop(0);
    }
    requests.clear();
    location = address() + "/api/v1/status";
    try (SeedfallClient client = waiting(Duration.ZERO)) {
      assertThat(refusal(client::status).code()).isEqualTo(Problem.NOT_LEADER);
      assertThat(requests).hasSize(1 + AddressRota.REDIRECTS_MAX);
      for (String nonsense : List.of("", "elsewhere", "ftp://x/", "http://", "http://a b/")) {
        location = nonsense;
        assertThat(refusal(client::status).code()).as(nonsense).isEqualTo(Problem.NOT_LEADER);
      }
    }
  }

  @Test
  void aLeaderIsWaitedForAndNotForEver() throws Exception {
    HttpServer soon =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    byte[] nobody = "{\"code\":\"no_leader\",\"detail\":\"nobody leads\"}".getBytes(UTF_8);
    soon.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          heard.add(exchange.getRequestMethod());
          boolean leads = heard.size() > 2;
          exchange.sendResponseHeaders(leads ? 204 : 503, leads ? -1 : nobody.length);
          exchange.getResponseBody().write(leads ? new byte[0] : nobody);
          exchange.close();
        });
    soon.start();
    URI there = URI.create("http://127.0.0.1:" + soon.getAddress().getPort());
    try (SeedfallClient client = new SeedfallClient(there)) {
      client.putMetainfo("0a".repeat(32), new byte[] {1});
      assertThat(heard).containsExactly("PUT", "PUT", "PUT");
    } finally {
      soon.stop(0);
    }
    status = 503;
    answer = nobody;
    try (SeedfallClient client = waiting(Duration.ZERO)) {
      assertThat(refusal(client::status).code()).isEqualTo(Problem.NO_LEADER);
      assertThat(requests).hasSize(1);
    }
    requests.clear();
    status = 421;
    location = "http://127.0.0.1:1" + ControlApi.STATUS;
    try (SeedfallClient client = waiting(Duration.ofSeconds(2))) {
      assertThat(refusal(client::status).code()).as("the leader it names is gone").isNotBlank();
      assertThat(requests).as("asked again after pauses").hasSizeBetween(2, 5);
    }
  }

  private static ControlException refusal(ThrowingCallable call) {
    return catchThrowableOfType(ControlException.class, call);
  }

  private SeedfallClient client() {
    return new SeedfallClient(address());
  }

  private SeedfallClient waiting(Duration leaderWait) {
    return new SeedfallClient(
        CoordinatorAddresses.of(address()), Duration.ofSeconds(30), leaderWait);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }
}
