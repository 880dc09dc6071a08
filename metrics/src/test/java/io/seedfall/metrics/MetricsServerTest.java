package io.seedfall.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MetricsServerTest {
  private static final Metric DEPTH = Metric.gauge("seedfall_test_depth", "What waits.");

  private MetricsServer server;

  @BeforeEach
  void start() throws IOException {
    Meters meters = new Meters(List.of(DEPTH));
    meters.gauge(DEPTH, () -> 3);
    server =
        MetricsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), meters);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String ask(String line, String host) throws IOException {
    try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.setSoTimeout(30_000);
      String request = line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void itAnswersMetricsAndNothingElse() throws IOException {
    assertThat(ask("GET /metrics", "127.0.0.1:1"))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("Content-Type: text/plain; version=0.0.4")
        .contains("seedfall_test_depth 3.0", "jvm_memory_used_bytes{area=\"heap\"}");
    assertThat(ask("GET /", "localhost")).startsWith("HTTP/1.1 404 ");
    assertThat(ask("GET /metrics/x", "[::1]")).startsWith("HTTP/1.1 404 ");
    assertThat(ask("POST /metrics", "127.0.0.1"))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("Allow: GET");
  }

  @Test
  void onLoopbackItIsForThisMachineAlone() throws IOException {
    assertThat(ask("GET /metrics", "evil.example:80")).startsWith("HTTP/1.1 403 ");
    assertThat(ask("GET /metrics", "10.0.0.1")).startsWith("HTTP/1.1 403 ");
    assertThat(ask("GET /metrics", "not a host")).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void aTakenPortIsSaidInWords() {
    assertThatExceptionOfType(BindException.class)
        .isThrownBy(() -> MetricsServer.start(server.address(), new Meters(List.of())))
        .withMessageContaining("port " + server.address().getPort() + " for metrics");
  }
}
