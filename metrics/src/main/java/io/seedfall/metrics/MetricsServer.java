package io.seedfall.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics} and nothing else, in the clear, to whoever reaches it. On loopback
 * only to requests that name this machine by loopback: a page in a browser here can send others.
 */
public final class MetricsServer implements AutoCloseable {
  /** So many scrapes are answered at once, one more waits for each; others are cut off. */
  static final int SCRAPES_MAX = 2;

  private static final String PATH = "/metrics";
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Meters meters;

  private MetricsServer(HttpServer server, Meters meters) {
    this.server = server;
    this.meters = meters;
    this.threads =
        new ThreadPoolExecutor(
            SCRAPES_MAX,
            SCRAPES_MAX,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(SCRAPES_MAX),
            Thread.ofPlatform().name("seedfall-metrics-", 0).daemon().factory());
  }

  /**
   * Listens.
   *
   * @param listen port 0 takes a free one
   * @throws BindException in words, when the address is taken or is not of this machine
   */
  public static MetricsServer start(InetSocketAddress listen, Meters meters) throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(listen, 0);
    } catch (BindException e) {
      BindException words =
          new BindException(
              "cannot listen on %s port %d for metrics: another program does, or the address is not of this machine"
                  .formatted(listen.getAddress().getHostAddress(), listen.getPort()));
      words.initCause(e);
      throw words;
    }
    MetricsServer made = new MetricsServer(server, meters);
    server.setExecutor(made.threads);
    server.createContext("/", made::answer);
    server.start();
    return made;
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = status(exchange);
      byte[] body = new byte[0];
      if (status == 200) {
        body = meters.scrape().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", Meters.CONTENT_TYPE);
      } else if (status == 405) {
        exchange.getResponseHeaders().set("Allow", "GET");
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    } catch (RuntimeException e) {
      LOG.error("metrics could not be read", e);
      throw e;
    }
  }

  private int status(HttpExchange exchange) {
    boolean loopbackOnly = server.getAddress().getAddress().isLoopbackAddress();
    if (loopbackOnly && !isLoopback(exchange.getRequestHeaders().getFirst("Host"))) {
      return 403;
    }
    if (!exchange.getRequestURI().getPath().equals(PATH)) {
      return 404;
    }
    return exchange.getRequestMethod().equals("GET") ? 200 : 405;
  }

  private static boolean isLoopback(@Nullable String header) {
    try {
      String host = header == null ? null : URI.create("http://" + header).getHost();
      return host != null
          && (host.equalsIgnoreCase("localhost")
              || InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress());
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
