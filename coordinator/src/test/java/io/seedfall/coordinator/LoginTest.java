package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.javalin.http.HandlerType;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.Decoded;
import io.seedfall.control.LoginRequest;
import io.seedfall.control.Problem;
import io.seedfall.control.Role;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.UserRequest;
import io.seedfall.control.WhoView;
import io.seedfall.control.identity.Tls;
import io.seedfall.control.identity.UserCredentials;
import io.seedfall.control.identity.UserToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's login over real sockets, as a browser sends it and as another site makes it send. */
final class LoginTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path state;
  private SecureRig rig;
  private HttpClient http;

  @BeforeEach
  void start() throws IOException {
    rig = new SecureRig(state);
    http = client(rig.stranger());
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    http.close();
    rig.close();
  }

  private static HttpClient client(ClientIdentity identity) {
    return HttpClient.newBuilder().sslContext(Objects.requireNonNull(identity.tls())).build();
  }

  // ---- a browser ----------------------------------------------------------------------------

  /** A request of the coordinator's own page. */
  private HttpRequest.Builder page(URI coordinator, String method, String path, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(coordinator.resolve(path));
    request.method(
        method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    request.header("Sec-Fetch-Site", "same-origin");
    if (!method.equals("GET")) {
      request.header("Origin", coordinator.toString()).header(ControlApi.FROM_PAGE, "1");
    }
    return request;
  }

  private HttpResponse<String> answer(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString(UTF_8));
  }

  private HttpResponse<String> login(String token) throws Exception {
    String body = new String(ControlJson.encode(new LoginRequest(token)), UTF_8);
    return answer(page(rig.address(), "POST", ControlApi.LOGIN, body));
  }

  /** The cookie, as the browser sends it back. */
  private String cookie(String token) throws Exception {
    HttpResponse<String> answer = login(token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private HttpResponse<String> get(String path, String cookie) throws Exception {
    return answer(page(rig.address(), "GET", path, "").header("Cookie", cookie));
  }

  private HttpResponse<String> post(String path, String cookie) throws Exception {
    return answer(page(rig.address(), "POST", path, "").header("Cookie", cookie));
  }

  private static <T extends Record> T value(HttpResponse<String> answer, Class<T> type) {
    if (ControlJson.decode(answer.body().getBytes(UTF_8), type)
        instanceof Decoded.Value<T>(T value)) {
      return value;
    }
    throw new AssertionError(answer.body());
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(value(answer, Problem.class).code()).isEqualTo(code);
  }

  // ---- in and out ---------------------------------------------------------------------------

  @Test
  void aLoginGivesACookieThatIsNoTokenAndNoScriptCanRead() throws Exception {
    String token = rig.newUser("ops", Role.DEPLOYER, "zone=a");
    HttpResponse<String> answer = login(token);
    WhoView who = value(answer, WhoView.class);
    assertThat(who.name()).isEqualTo("ops");
    assertThat(who.role()).isEqualTo(Role.DEPLOYER);
    assertThat(who.selector()).isEqualTo("zone=a");
    assertThat(who.login()).isTrue();
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set)
        .matches(
            "__Host-seedfall=[0-9a-f]{16}\\.[0-9a-f]{64}; Path=/; Secure; HttpOnly;"
                + " SameSite=Strict; Max-Age=3[56][0-9]{2}")
        .doesNotContain(UserToken.parse(token).id())
        .doesNotContain(UserToken.parse(token).secret());
    String cookie = set.split(";", 2)[0];
    HttpResponse<String> again = get(ControlApi.WHOAMI, cookie);
    assertThat(value(again, WhoView.class)).isEqualTo(who);
    assertThat(get(ControlApi.STATUS, cookie).statusCode()).isEqualTo(200);
    assertProblem(post(ControlApi.FLEET + "/halt", cookie), 403, Problem.FORBIDDEN);
    String secret = cookie.substring(cookie.indexOf('.') + 1);
    String rows =
        Files.readString(state.resolve("coordinator.sqlite"), ISO_8859_1)
            + Files.readString(state.resolve("coordinator.sqlite-wal"), ISO_8859_1);
    assertThat(rows.indexOf(secret)).as("stored").isNegative();
    assertThat(rig.client(rig.user(token)).whoami().login()).as("by the token").isFalse();
  }

  @Test
  void aLogoutEndsItAtTheServer() throws Exception {
    String cookie = cookie(rig.newUser("see", Role.VIEWER, "all"));
    String other = cookie(rig.newUser("ops", Role.VIEWER, "all"));
    HttpResponse<String> answer = post(ControlApi.LOGOUT, cookie);
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Set-Cookie"))
        .hasValue("__Host-seedfall=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    assertProblem(get(ControlApi.STATUS, cookie), 401, Problem.UNAUTHENTICATED);
    assertThat(post(ControlApi.LOGOUT, cookie).statusCode()).as("again").isEqualTo(204);
    assertThat(get(ControlApi.STATUS, other).statusCode()).isEqualTo(200);
    assertThat(rig.admin.audit(0))
        .extracting(line -> line.who() + " " + line.action() + " " + line.outcome())
        .contains("user see login done", "user see logout done");
  }

  @Test
  void whoeverIsRevokedOrGetsAnotherTokenIsOut() throws Exception {
    String revoked = cookie(rig.newUser("see", Role.VIEWER, "all"));
    String replaced = cookie(rig.newUser("ops", Role.DEPLOYER, "all"));
    rig.admin.revokeUser("see");
    rig.newUser("ops", Role.VIEWER, "all");
    for (String cookie : List.of(revoked, replaced)) {
      assertProblem(get(ControlApi.STATUS, cookie), 401, Problem.UNAUTHENTICATED);
      assertProblem(post(ControlApi.FLEET + "/halt", cookie), 401, Problem.UNAUTHENTICATED);
    }
    String valid = rig.newUser("see", Role.VIEWER, "all");
    assertThat(login(valid).statusCode()).as("with a stale cookie beside it").isEqualTo(200);
    HttpRequest.Builder stale =
        page(rig.address(), "POST", ControlApi.LOGIN, "{\"token\":\"" + valid + "\"}")
            .header("Cookie", revoked);
    assertThat(answer(stale).statusCode()).isEqualTo(200);
  }

  @Test
  void whoListensToEventsIsCutOffWithItsLogin() throws Exception {
    String token = rig.newUser("see", Role.VIEWER, "all");
    String ends = cookie(token);
    String stays = cookie(token);
    try (BufferedReader out = events(ends);
        BufferedReader in = events(stays)) {
      assertThat(post(ControlApi.LOGOUT, ends).statusCode()).isEqualTo(204);
      awaitEnd(out);
      rig.admin.halt(true);
      await()
          .atMost(PATIENCE)
          .until(() -> String.valueOf(in.readLine()).contains("\"halted\":true"));
      rig.admin.revokeUser("see");
      awaitEnd(in);
    }
  }

  private BufferedReader events(String cookie) throws Exception {
    HttpResponse<InputStream> answer =
        http.send(
            page(rig.address(), "GET", ControlApi.EVENTS, "").header("Cookie", cookie).build(),
            BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    BufferedReader events = new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
    assertThat(events.readLine()).startsWith("id: ");
    return events;
  }

  private static void awaitEnd(BufferedReader events) {
    await().atMost(PATIENCE).until(() -> events.readLine() == null);
  }

  @Test
  void aLoginEndsWithItsTokensOwnLife() throws Exception {
    for (long ttl = Members.TTL_MILLIS_MIN; ; ttl *= 2) {
      String token = rig.admin.createUser(new UserRequest("b", Role.VIEWER, "all", ttl)).token();
      HttpResponse<String> answer = login(token);
      if (answer.statusCode() != 200) {
        assertProblem(answer, 401, Problem.UNAUTHENTICATED); // too slow for that token
        continue;
      }
      String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
      await().atMost(PATIENCE).until(() -> get(ControlApi.STATUS, cookie).statusCode() == 401);
      return;
    }
  }

  @Test
  void loginsAreTriedSoOften() throws Exception {
    HttpResponse<String> answer = login("nonsense");
    for (int i = 0; i < 2 * Logins.ATTEMPTS_PER_ADDRESS_MAX && answer.statusCode() == 401; i++) {
      answer = login("nonsense"); // twice: another minute may begin meanwhile
    }
    assertProblem(answer, 429, Problem.TOO_MANY_REQUESTS);
    assertThat(answer.headers().firstValue("Retry-After").map(Integer::valueOf).orElseThrow())
        .isBetween(1, 60);
    assertThat(rig.admin.status().leads()).as("whoever is in stays in").isTrue();
  }

  @Test
  void withoutAnIdentityEverybodyIsInAndNobodyLogsIn(@TempDir Path other) throws Exception {
    try (Rig open = new Rig(other)) {
      assertThat(open.client.whoami()).isEqualTo(new WhoView("", Role.ADMIN, "all", 0, false));
      URI there = URI.create("http://127.0.0.1:" + open.address().getPort());
      for (String path : List.of(ControlApi.LOGIN, ControlApi.LOGOUT)) {
        String body = path.equals(ControlApi.LOGIN) ? "{\"token\":\"x\"}" : "";
        assertProblem(answer(page(there, "POST", path, body)), 409, Problem.NO_IDENTITY);
      }
    }
  }

  // ---- other pages --------------------------------------------------------------------------

  /** Every route that changes something, as the table has them: a new one is among them. */
  @Test
  void noOtherPageChangesAnythingInAUsersName(@TempDir Path other) throws Exception {
    String cookie = cookie(rig.founded.token().text());
    List<String> wrong = new ArrayList<>();
    int asked = 0;
    for (Route route : ApiPageTest.table(other)) {
      if (route.method().equals(HandlerType.GET) || route.access() == Access.AGENT) {
        continue;
      }
      if (route.path().equals(ControlApi.JOIN)) {
        continue; // it looks at no cookie, and the proof is in the body
      }
      String own = rig.address().toString();
      String far = "https://evil.example";
      for (List<String> headers :
          List.of(
              List.<String>of(),
              List.of("Sec-Fetch-Site", "same-origin", "Origin", own), // a form has no header
              List.of(ControlApi.FROM_PAGE, "1"),
              List.of("Sec-Fetch-Site", "none", "Origin", own, ControlApi.FROM_PAGE, "1"),
              List.of("Sec-Fetch-Site", "same-site", ControlApi.FROM_PAGE, "1"),
              List.of("Sec-Fetch-Site", "cross-site", "Origin", own, ControlApi.FROM_PAGE, "1"),
              List.of("Sec-Fetch-Site", "same-origin", "Origin", far, ControlApi.FROM_PAGE, "1"),
              List.of("Origin", "null", ControlApi.FROM_PAGE, "1"),
              List.of("Origin", own.replace("https", "http"), ControlApi.FROM_PAGE, "1"),
              List.of("Origin", far, ControlApi.FROM_PAGE, "1"))) {
        int status = changing(route, cookie, headers).statusCode();
        if (status != 403) {
          wrong.add(route.method() + " " + route.path() + " with " + headers + ": " + status);
        }
      }
      for (List<String> headers :
          List.of(
              List.of("Sec-Fetch-Site", "same-origin", ControlApi.FROM_PAGE, "1"),
              List.of("Origin", own, ControlApi.FROM_PAGE, "1"))) {
        if (route.path().equals(ControlApi.LOGOUT)) {
          continue; // it would end the test
        }
        int status = changing(route, cookie, headers).statusCode();
        if (status == 403 || (status == 401 && !route.path().equals(ControlApi.LOGIN))) {
          wrong.add("our own " + route.path() + " with " + headers + ": " + status);
        }
        rig.admin.status(); // the admin's own token is as good as before
      }
      asked++;
    }
    assertThat(wrong).isEmpty();
    assertThat(asked).isGreaterThanOrEqualTo(20);
    assertThat(get(ControlApi.WHOAMI, cookie).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> changing(Route route, String cookie, List<String> headers)
      throws Exception {
    String path =
        route.path().replace("{infoHash}", "ab".repeat(32)).replaceAll("\\{[a-zA-Z]+}", "nobody");
    String body =
        route.takes() instanceof Payload.Nothing
            ? ""
            : route.path().equals(ControlApi.LOGIN) ? "{\"token\":\"nonsense\"}" : "{}";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rig.address().resolve(path))
            .method(
                route.method().name(),
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Cookie", cookie);
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    return answer(request);
  }

  @Test
  void noOtherPageReadsInAUsersName() throws Exception {
    String cookie = cookie(rig.founded.token().text());
    for (String site : List.of("cross-site", "same-site")) {
      assertProblem(reading(ControlApi.EVENTS, cookie, site), 403, Problem.FOREIGN_PAGE);
    }
    assertThat(reading(ControlApi.STATUS, cookie, "none").statusCode()).isEqualTo(200);
    assertThat(
            answer(
                    HttpRequest.newBuilder(rig.address().resolve(ControlApi.STATUS))
                        .header("Cookie", cookie))
                .statusCode())
        .as("a browser that says nothing of it")
        .isEqualTo(200);
  }

  private HttpResponse<String> reading(String path, String cookie, String site) throws Exception {
    return answer(
        HttpRequest.newBuilder(rig.address().resolve(path))
            .header("Cookie", cookie)
            .header("Sec-Fetch-Site", site));
  }

  @Test
  void aTokenIsTakenFromWhereverItComes() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rig.address().resolve(ControlApi.FLEET + "/halt"))
            .POST(BodyPublishers.noBody())
            .header("Authorization", "Bearer " + rig.founded.token().text());
    assertThat(answer(request).statusCode()).isEqualTo(200);
  }

  @Test
  void aCookieOpensNoSession() throws Exception {
    String cookie = cookie(rig.founded.token().text());
    URI session = URI.create(rig.address().toString().replace("https", "wss") + ControlApi.SESSION);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() ->
            http.newWebSocketBuilder()
                .header("Cookie", cookie)
                .buildAsync(session, new WebSocket.Listener() {})
                .join())
        .havingCause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
  }

  // ---- several coordinators -----------------------------------------------------------------

  @Test
  void aLoginIsGoodAtEveryCoordinatorAndEndsAtEvery(@TempDir Path shared) throws Exception {
    Database database = Databases.POSTGRESQL_15.empty(shared);
    Path directory = shared.resolve("identity");
    ClusterIdentity.Founded founded = ClusterIdentity.found(directory, database);
    ClientIdentity stranger =
        new ClientIdentity(Tls.client(null, SecureRig.trust(founded.authority())), "");
    HttpClient own = http;
    http = client(stranger);
    try (Coordinator first = coordinator(database, directory);
        SeedfallClient led = user(first, founded)) {
      await().atMost(PATIENCE).until(() -> led.status().leads());
      try (Coordinator second = coordinator(database, directory);
          SeedfallClient follows = user(second, founded)) {
        String leader = "127.0.0.1:" + first.address().getPort();
        await().atMost(PATIENCE).until(() -> follows.status().leader().equals(leader));
        String body = "{\"token\":\"" + founded.token().text() + "\"}";
        HttpResponse<String> refused =
            answer(page(address(second), "POST", ControlApi.LOGIN, body));
        assertProblem(refused, 421, Problem.NOT_LEADER);
        assertThat(refused.headers().firstValue("Location"))
            .hasValue("https://" + leader + ControlApi.LOGIN);
        HttpResponse<String> let = answer(page(address(first), "POST", ControlApi.LOGIN, body));
        String cookie = let.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        assertThat(status(second, cookie)).isEqualTo(200);
        HttpRequest.Builder logout =
            page(address(second), "POST", ControlApi.LOGOUT, "").header("Cookie", cookie);
        assertThat(answer(logout).statusCode()).isEqualTo(204);
        assertThat(status(first, cookie)).isEqualTo(401);
        assertThat(status(second, cookie)).isEqualTo(401);
      }
    } finally {
      http.shutdownNow();
      http.close();
      http = own;
    }
  }

  private int status(Coordinator coordinator, String cookie) throws Exception {
    return answer(page(address(coordinator), "GET", ControlApi.STATUS, "").header("Cookie", cookie))
        .statusCode();
  }

  private static Coordinator coordinator(Database database, Path identity) throws IOException {
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return Coordinator.start(
        new CoordinatorSettings(listen, database, false, null, null, identity),
        Limits.DEFAULTS,
        Leader.fast());
  }

  private static URI address(Coordinator coordinator) {
    return URI.create("https://127.0.0.1:" + coordinator.address().getPort());
  }

  private static SeedfallClient user(Coordinator coordinator, ClusterIdentity.Founded founded) {
    ClientIdentity identity =
        new UserCredentials("admin", "", founded.authority().hex(), founded.token().text())
            .identity();
    return new SeedfallClient(CoordinatorAddresses.of(address(coordinator)), identity);
  }
}
