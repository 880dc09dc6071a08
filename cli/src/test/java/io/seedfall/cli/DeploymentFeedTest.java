package io.seedfall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.seedfall.control.ControlException;
import io.seedfall.control.ControlJson;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Problem;
import io.seedfall.control.Rollout;
import io.seedfall.control.SeedfallClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a small HTTP server that says what the test wants said. */
final class DeploymentFeedTest {
  /** Long enough for any machine; nothing here waits for it to pass. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration SOON = Duration.ofMillis(1);

  /** Ends a stream of events. */
  private static final String END = "";

  private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> listened = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private volatile byte[] refusal = {};
  private volatile int refusalStatus;
  private volatile String summary = "asked";

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/api/v1/deployments/d1", this::answer);
    server.createContext("/api/v1/deployments/d1/events", this::events);
    server.start();
  }

  @AfterEach
  void stopServer() {
    said.add(END);
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    answer(exchange, 200, ControlJson.encode(view(summary)));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void events(HttpExchange exchange) throws IOException {
    listened.add(
        Objects.requireNonNullElse(
            exchange.getRequestHeaders().getFirst("Last-Event-ID"), "from the beginning"));
    if (refusal.length > 0) {
      answer(exchange, refusalStatus, refusal);
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      for (String next = said.take(); !next.equals(END); next = said.take()) {
        out.write(next.getBytes(UTF_8));
        out.flush();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static String change(int id, String why) {
    byte[] json = ControlJson.encode(new DeploymentChange(view(why), List.of(), false));
    return "id: " + id + "\nevent: change\ndata: " + new String(json, UTF_8) + "\n\n";
  }

  private static DeploymentView view(String why) {
    return new DeploymentView(
        "d1",
        "model",
        "1",
        "ab".repeat(32),
        7,
        "all",
        "place",
        DeploymentPhase.RUNNING,
        why,
        1,
        0,
        List.of(),
        1,
        0,
        0,
        0,
        false,
        0,
        1,
        0,
        "",
        Rollout.PLAIN,
        "ann");
  }

  private SeedfallClient client() {
    return new SeedfallClient(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  /** How it is, as {@code next} says. */
  private static String why(DeploymentFeed feed, Duration patience) throws Exception {
    DeploymentView view = feed.next(patience);
    return view == null ? "nothing is known" : view.why();
  }

  @Test
  void changesAreGivenAsTheyComeAndWhatWasMissedChangesNothing() throws Exception {
    try (SeedfallClient client = client();
        DeploymentFeed feed = new DeploymentFeed(client, "d1")) {
      said.add(change(1, "one"));
      assertThat(why(feed, PATIENCE)).isEqualTo("one");
      assertThat(why(feed, SOON)).isEqualTo("one");
      said.add("id: 2\nevent: reset\ndata: {\"why\":\"too slow\"}\n\n");
      assertThat(why(feed, PATIENCE)).isEqualTo("one");
      said.add(change(3, "two"));
      assertThat(why(feed, PATIENCE)).isEqualTo("two");
      assertThat(new ArrayList<>(listened)).containsExactly("from the beginning");
    }
  }

  @Test
  void afterItsStreamHasEndedItAsksAndThenGoesOnBehindWhatItHasHeard() throws Exception {
    try (SeedfallClient client = client();
        DeploymentFeed feed = new DeploymentFeed(client, "d1")) {
      said.add(change(7, "one"));
      assertThat(why(feed, PATIENCE)).isEqualTo("one");
      said.add(END);
      assertThat(why(feed, PATIENCE)).isEqualTo("asked");
      summary = "asked again";
      assertThat(why(feed, SOON)).isEqualTo("asked again");
      said.add(change(8, "two"));
      String heard = why(feed, SOON);
      while (!heard.equals("two")) { // it only asks for a while
        assertThat(heard).isEqualTo("asked again");
        heard = why(feed, Duration.ofMillis(50));
      }
      assertThat(new ArrayList<>(listened)).containsExactly("from the beginning", "7");
    }
  }

  @Test
  void whileThereAreNoEventsToBeHadItAsks() throws Exception {
    refusalStatus = 429;
    refusal =
        ControlJson.encode(
            Problem.of(429, Problem.TOO_MANY_REQUESTS, "too many listen", "come again"));
    try (SeedfallClient client = client();
        DeploymentFeed feed = new DeploymentFeed(client, "d1")) {
      assertThat(why(feed, SOON)).isEqualTo("asked");
      assertThat(why(feed, SOON)).isEqualTo("asked");
    }
    assertThat(listened).isNotEmpty();
  }

  @Test
  void whatWillNotPassIsSaid() throws Exception {
    refusalStatus = 404;
    refusal =
        ControlJson.encode(Problem.of(404, Problem.UNKNOWN_DEPLOYMENT, "no deployment d1", "look"));
    try (SeedfallClient client = client();
        DeploymentFeed feed = new DeploymentFeed(client, "d1")) {
      assertThatThrownBy(() -> feed.next(SOON))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("no deployment d1");
    }
  }
}
