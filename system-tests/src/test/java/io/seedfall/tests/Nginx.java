package io.seedfall.tests;

import io.seedfall.protocol.SelfSigned;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Debian's nginx on loopback, serving one directory; it knows nothing of torrents. */
final class Nginx implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS_MAX = 10;

  private final Process process;
  private final String url;

  private Nginx(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Serves what is in {@code root}.
   *
   * @param scratch for its settings
   * @param rate bytes a second over one connection, as nginx writes it; 0 for any
   */
  static Nginx serving(Path root, Path scratch, String rate) throws Exception {
    return started(root, scratch, "http", "", "limit_rate " + rate + ";");
  }

  /** The same over TLS, with that certificate. */
  static Nginx serving(Path root, Path scratch, SelfSigned certificate) throws Exception {
    Path shown = Files.writeString(scratch.resolve("web.pem"), certificate.certificatePem());
    Path key = Files.writeString(scratch.resolve("web.key"), certificate.keyPem());
    String settings = "ssl_certificate %s; ssl_certificate_key %s;".formatted(shown, key);
    return started(root, scratch, "https", "ssl", settings);
  }

  /**
   * Tries ports until one is still free.
   *
   * @param listen words behind the address
   * @param settings more of the server's
   */
  private static Nginx started(
      Path root, Path scratch, String scheme, String listen, String settings) throws Exception {
    for (int attempt = 1; ; attempt++) {
      int port;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        port = free.getLocalPort();
      }
      Lines said = new Lines();
      Process process = start(root, scratch, port + " " + listen, settings);
      Thread.ofVirtual().start(() -> read(process, said));
      if (said.await(line -> line.contains("event method"), PATIENCE) != null) {
        return new Nginx(process, scheme + "://127.0.0.1:" + port + "/");
      }
      process.destroyForcibly();
      if (attempt == ATTEMPTS_MAX) {
        throw new AssertionError(String.join("\n", said.all()));
      }
    }
  }

  private static Process start(Path root, Path scratch, String listen, String more)
      throws IOException {
    String settings =
        """
        daemon off;
        master_process off;
        pid %1$s/nginx.pid;
        error_log stderr notice;
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server {
            listen 127.0.0.1:%2$s;
            root %3$s;
            %4$s
          }
        }
        """
            .formatted(Files.createDirectories(scratch), listen, root, more);
    Path file = Files.writeString(scratch.resolve("nginx.conf"), settings);
    return new ProcessBuilder(List.of("/usr/sbin/nginx", "-e", "stderr", "-c", file.toString()))
        .redirectErrorStream(true)
        .start();
  }

  private static void read(Process process, Lines said) {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said.add(line);
      }
    } catch (IOException e) {
      said.add("(unreadable: " + e.getMessage() + ")");
    } finally {
      said.end();
    }
  }

  /** The URL of the directory, with a slash. */
  String url() {
    return url;
  }

  /** SIGKILL, and waits until it is gone. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
