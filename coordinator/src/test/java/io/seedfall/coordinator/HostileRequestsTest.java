package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.Problem;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is sent: one problem comes back, no stack trace, and the coordinator goes on. */
final class HostileRequestsTest {
  @TempDir private Path state;
  private Rig rig;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void startCoordinator() throws IOException {
    rig = new Rig(state, Limits.DEFAULTS.withCounts(10, 2, 2));
  }

  @AfterEach
  void stopCoordinator() throws ControlException {
    assertThat(rig.client.status().startedMillis()).isPositive();
    rig.close();
    http.close();
  }

  @Test
  void badJsonIsMalformed() throws Exception {
    for (String bad :
        List.of(
            "",
            "{",
            "null",
            "[]",
            "7",
            "{}",
            "{\"artifact\":\"m\",\"selector\":\"all\"}",
            "{\"artifact\":7,\"selector\":\"all\",\"destination\":\"x\"}",
            "{\"artifact\":null,\"selector\":\"all\",\"destination\":\"x\"}",
            "{\"artifact\":[\"m\"],\"selector\":\"all\",\"destination\":\"x\"}",
            "{\"artifact\":\"m\",\"selector\":\"all\",\"destination\":\"x\"} trailing",
            "[".repeat(10_000))) {
      assertProblem(post(ControlApi.DEPLOYMENTS, bad), 400, Problem.MALFORMED);
    }
    assertProblem(
        post(ControlApi.ARTIFACTS, "{\"name\":\"a/b\",\"version\":\"\",\"infoHash\":\"00\"}"),
        400,
        Problem.MALFORMED);
    assertProblem(
        post(ControlApi.ARTIFACTS, "{\"name\":\"a\",\"version\":\"\",\"infoHash\":\"00\"}"),
        400,
        Problem.MALFORMED);
  }

  @Test
  void unknownPathsMethodsAndIdsAreProblems() throws Exception {
    assertProblem(get("/nothing"), 404, Problem.NO_SUCH_ROUTE);
    assertProblem(get("/api/v1/nothing"), 404, Problem.NO_SUCH_ROUTE);
    assertProblem(get("/api/v1/deployments/d1/cancel"), 405, Problem.NO_SUCH_ROUTE);
    assertProblem(post(ControlApi.STATUS, "{}"), 405, Problem.NO_SUCH_ROUTE);
    assertProblem(get(ControlApi.DEPLOYMENTS + "/d1"), 404, Problem.UNKNOWN_DEPLOYMENT);
    assertProblem(get(ControlApi.DEPLOYMENTS + "/%00"), 400, Problem.MALFORMED);
    assertProblem(
        get(ControlApi.DEPLOYMENTS + "/" + "x".repeat(2_000)), 404, Problem.UNKNOWN_DEPLOYMENT);
    assertProblem(post(ControlApi.DEPLOYMENTS + "/d1/cancel", ""), 404, Problem.UNKNOWN_DEPLOYMENT);
    assertProblem(get(ControlApi.METAINFO + "/xyz"), 400, Problem.MALFORMED);
    assertProblem(get(ControlApi.METAINFO + "/..%2f..%2flock"), 400, Problem.MALFORMED);
    assertProblem(get(ControlApi.METAINFO + "/" + "0".repeat(64)), 404, Problem.UNKNOWN_METAINFO);
  }

  @Test
  void aWrongMethodIsToldTheRightOnes() throws Exception {
    assertThat(get("/api/v1/deployments/d1/cancel").headers().allValues("Allow"))
        .containsExactly("POST");
    assertThat(put(ControlApi.ARTIFACTS, BodyPublishers.noBody()).headers().firstValue("Allow"))
        .get()
        .asString()
        .contains("GET", "POST");
  }

  @Test
  void aBodyOfAnotherTypeIsRefused() throws Exception {
    String body = "{\"artifact\":\"m\",\"selector\":\"all\",\"destination\":\"x\"}";
    for (String good : List.of("application/json", "Application/JSON ; charset=utf-8")) {
      assertProblem(typed("POST", ControlApi.DEPLOYMENTS, good, body), 404, "unknown_artifact");
    }
    for (String bad : List.of("text/plain", "application/x-www-form-urlencoded", "json", ";")) {
      assertProblem(
          typed("POST", ControlApi.DEPLOYMENTS, bad, body), 415, Problem.WRONG_CONTENT_TYPE);
    }
    String metainfo = ControlApi.METAINFO + "/" + "0".repeat(64);
    for (String good : List.of("application/x-bittorrent", "application/octet-stream")) {
      assertProblem(typed("PUT", metainfo, good, "x"), 400, Problem.BAD_METAINFO);
    }
    assertProblem(typed("PUT", metainfo, "application/json", "x"), 415, Problem.WRONG_CONTENT_TYPE);
  }

  @Test
  void aQueryThatIsNotKnownIsRefused() throws Exception {
    assertProblem(get(ControlApi.STATUS + "?verbose=1"), 400, Problem.MALFORMED);
    assertThat(get(ControlApi.STATUS + "?").statusCode()).isEqualTo(200);
  }

  @Test
  void requestsAtOnceEndAtTheirLimit() throws Exception {
    try (Rig two = new Rig(state.resolve("two"), Limits.DEFAULTS.withRequests(2));
        Socket first = two.connect();
        Socket second = two.connect()) {
      String begun =
          "POST /api/v1/deployments HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n";
      first.getOutputStream().write(begun.getBytes(UTF_8));
      await().until(() -> statusOf(two).startsWith("HTTP/1.1 200"));
      second.getOutputStream().write(begun.getBytes(UTF_8));
      await().until(() -> statusOf(two).startsWith("HTTP/1.1 429"));
      assertThat(statusOf(two))
          .contains("Retry-After: 1", Problem.TOO_MANY_REQUESTS, Problem.CONTENT_TYPE);
      first.getOutputStream().write("{}".getBytes(UTF_8));
      assertThat(Rig.answer(first.getInputStream())).startsWith("HTTP/1.1 400");
      await().until(() -> statusOf(two).startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void filesThatAreStoredAtOnceEndAtTheirLimit() throws Exception {
    String path = ControlApi.METAINFO + "/" + "0".repeat(64);
    String begun = "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n";
    List<Socket> uploads = new ArrayList<>();
    try {
      for (int i = 0; i < Routes.UPLOADS_MAX; i++) {
        assertProblem(put(path, BodyPublishers.ofString("x")), 400, Problem.BAD_METAINFO);
        uploads.add(rig.connect());
        uploads.getLast().getOutputStream().write(begun.getBytes(UTF_8));
      }
      await().until(() -> put(path, BodyPublishers.ofString("x")).statusCode() == 429);
      assertThat(rig.client.status().artifacts()).as("all else is answered").isZero();
    } finally {
      for (Socket upload : uploads) {
        upload.close();
      }
    }
    await().until(() -> put(path, BodyPublishers.ofString("x")).statusCode() == 400);
  }

  private static String statusOf(Rig rig) throws IOException {
    return rig.raw("GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  @Test
  void jsonBodiesEndAtTheirLimit() throws Exception {
    String body = "{\"artifact\":\"m\",\"selector\":\"all\",\"destination\":\"x\"}";
    String most = body + " ".repeat(ControlApi.BODY_BYTES_MAX - body.length());
    assertProblem(post(ControlApi.DEPLOYMENTS, most), 404, Problem.UNKNOWN_ARTIFACT);
    assertProblem(post(ControlApi.DEPLOYMENTS, most + " "), 413, Problem.TOO_LARGE);
    assertProblem(
        send(ControlApi.DEPLOYMENTS, "POST", chunked((most + " ").getBytes(UTF_8))),
        413,
        Problem.TOO_LARGE);
    assertProblem(
        send(ControlApi.STATUS, "GET", BodyPublishers.ofString("x")), 413, Problem.TOO_LARGE);
  }

  @Test
  void aClientThatSendsTooMuchSeesTheAnswerAndMayGoOn() throws IOException {
    byte[] slice = new byte[WebServer.DRAIN_BYTES_MAX / 16];
    String head =
        "POST /api/v1/deployments HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n";
    for (int attempt = 0; attempt < 20; attempt++) {
      try (Socket socket = rig.connect()) {
        OutputStream out = socket.getOutputStream();
        out.write(head.formatted(16 * slice.length).getBytes(UTF_8));
        for (int i = 0; i < 16; i++) {
          out.write(slice);
        }
        assertThat(Rig.answer(socket.getInputStream())).startsWith("HTTP/1.1 413");
        out.write("GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        assertThat(Rig.answer(socket.getInputStream())).startsWith("HTTP/1.1 200");
      }
    }
    assertThat(rig.raw(head.formatted(WebServer.DRAIN_BYTES_MAX + 1)))
        .startsWith("HTTP/1.1 413")
        .containsIgnoringCase("connection: close");
  }

  @Test
  void metainfoBodiesEndAtTheirLimit() throws Exception {
    String path = ControlApi.METAINFO + "/" + "0".repeat(64);
    byte[] most = new byte[ControlApi.METAINFO_BYTES_MAX];
    assertProblem(put(path, BodyPublishers.ofByteArray(most)), 400, Problem.BAD_METAINFO);
    byte[] more = new byte[ControlApi.METAINFO_BYTES_MAX + 1];
    assertProblem(put(path, chunked(more)), 413, Problem.TOO_LARGE);
    String declared =
        rig.raw(
            "PUT "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9223372036854775807\r\n\r\n");
    assertThat(declared).startsWith("HTTP/1.1 413").doesNotContain("at io.");
  }

  @Test
  void metainfoFilesAndArtifactsEndAtTheirLimits() throws Exception {
    rig.artifact("one", "", "1");
    rig.artifact("two", "", "2");
    rig.artifact("two", "", "2");
    CoordinatorTest.assertRefused(
        Problem.LIMIT_REACHED, "2 metainfo files", () -> rig.artifact("three", "", "3"));
    CoordinatorTest.assertRefused(
        Problem.LIMIT_REACHED, "2 artifacts", () -> rig.artifact("three", "", "2"));
  }

  @Test
  void aForeignHostIsRefused() throws IOException {
    for (String host :
        List.of("localhost", "LOCALHOST:80", "127.0.0.1:7", "127.9.9.9", "[::1]:7")) {
      assertThat(status(host, "")).as(host).startsWith("HTTP/1.1 200");
    }
    for (String host :
        List.of("evil.example", "localhost.evil.example", "10.0.0.1", "127.0.0.1.evil.example")) {
      assertThat(status(host, ""))
          .as(host)
          .startsWith("HTTP/1.1 403")
          .contains("\"code\":\"foreign_host\"");
    }
    assertThat(rig.raw("GET /api/v1/status HTTP/1.0\r\n\r\n")).contains("foreign_host");
    assertThat(
            rig.raw("GET /api/v1/session HTTP/1.1\r\nHost: evil.example\r\n" + upgrade() + "\r\n"))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void aForeignOriginIsRefused() throws IOException {
    assertThat(status("localhost:7", "Origin: http://localhost:7\r\n")).startsWith("HTTP/1.1 200");
    assertThat(status("localhost:7", "Origin: http://evil.example\r\n")).startsWith("HTTP/1.1 403");
    assertThat(status("localhost:7", "Origin: null\r\n")).startsWith("HTTP/1.1 403");
    String session =
        rig.raw(
            "GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
                + upgrade()
                + "\r\n");
    assertThat(session).startsWith("HTTP/1.1 403");
  }

  private static String upgrade() {
    return String.join(
        "\r\n",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "");
  }

  private String status(String host, String headers) throws IOException {
    return rig.raw("GET /api/v1/status HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n");
  }

  @Test
  void whatIsNoHttpIsAnsweredInJsonOrCut() throws IOException {
    for (String bad :
        List.of(
            "\0\1\2\3\r\n\r\n",
            "GET\r\n\r\n",
            "GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /%2e%2e/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
            "POST /api/v1/deployments HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            String.join(
                "\r\n",
                "POST /api/v1/deployments HTTP/1.1",
                "Host: localhost",
                "Content-Length: 5",
                "Content-Length: 6",
                "",
                ""),
            "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n")) {
      assertThat(rig.raw(bad))
          .as(bad.substring(0, Math.min(60, bad.length())))
          .containsPattern("^HTTP/1.1 (4[0-9][0-9]|505) ")
          .contains(Problem.CONTENT_TYPE, "\"action\":")
          .doesNotContain("coordinator failed")
          .doesNotContain("<html")
          .doesNotContain("Exception")
          .doesNotContain("jetty");
    }
  }

  @Test
  void anUnexpectedFailureIsAProblemWithoutItsStackTrace() throws Exception {
    Metainfo torrent = Rig.torrent("weights");
    Files.delete(state.resolve("metainfo"));
    Files.createFile(state.resolve("metainfo"));
    HttpResponse<String> answer =
        put(
            ControlApi.METAINFO + "/" + torrent.infoHash().hex(),
            BodyPublishers.ofByteArray(torrent.toTorrentBytes()));
    assertProblem(answer, 500, Problem.INTERNAL);
    assertThat(answer.body()).doesNotContain("Exception").doesNotContain("metainfo/");
    Files.delete(state.resolve("metainfo"));
    Files.createDirectory(state.resolve("metainfo"));
    rig.client.putMetainfo(torrent.infoHash().hex(), torrent.toTorrentBytes());
  }

  // ---- requests -----------------------------------------------------------------------------

  private HttpResponse<String> get(String path) throws Exception {
    return send(path, "GET", BodyPublishers.noBody());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(path, "POST", BodyPublishers.ofString(body));
  }

  private HttpResponse<String> put(String path, BodyPublisher body) throws Exception {
    return send(path, "PUT", body);
  }

  private HttpResponse<String> typed(String method, String path, String type, String body)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + rig.address().getPort() + path);
    return http.send(
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.ofString(body))
            .header("Content-Type", type)
            .build(),
        BodyHandlers.ofString());
  }

  private static BodyPublisher chunked(byte[] body) {
    return BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<String> send(String path, String method, BodyPublisher body)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + rig.address().getPort() + path);
    return http.send(
        HttpRequest.newBuilder(uri).method(method, body).build(), BodyHandlers.ofString());
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.CONTENT_TYPE);
    assertThat(ControlJson.decode(answer.body().getBytes(UTF_8), Problem.class))
        .isInstanceOfSatisfying(
            Decoded.Value.class,
            decoded ->
                assertThat(decoded.value())
                    .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> {
                          assertThat(problem.code()).isEqualTo(code);
                          assertThat(problem.status()).isEqualTo(status);
                          assertThat(problem.type()).isEqualTo(Problem.TYPE_PREFIX + code);
                          assertThat(problem.title()).isNotBlank();
                          assertThat(problem.detail()).isNotBlank().doesNotContain("\n");
                          assertThat(problem.action()).isNotBlank();
                        }));
  }
}
