package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.seedfall.protocol.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Debian's aria2, which speaks v1 only, takes a file and a tree from {@code seedfall seed} and
 * serves both to {@code seedfall get}. It finds peers by tracker alone, so the test is one: a few
 * lines that tell of one peer, and that hear at which port aria2 listens.
 */
final class Aria2Test {
  private static final String LOOPBACK = "127.0.0.1";
  private static final long PATIENCE_SECONDS = 120;
  private static final Pattern PORT = Pattern.compile("(?:^|&)port=([0-9]+)");

  private final Path directory;
  private final Path torrent;
  private final CompletableFuture<Integer> announcedPort = new CompletableFuture<>();
  private final HttpServer tracker;
  private volatile @Nullable Endpoint peer;

  Aria2Test(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.torrent = directory.resolve("made.torrent");
    this.tracker = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0), 0);
  }

  @BeforeEach
  void begin() {
    tracker.createContext("/announce", this::announce);
    tracker.start();
  }

  @AfterEach
  void end() {
    tracker.stop(0);
  }

  private void announce(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher port = PORT.matcher(exchange.getRequestURI().getRawQuery());
      if (port.find()) {
        announcedPort.complete(Integer.parseInt(port.group(1)));
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      Endpoint known = peer;
      int bytes = known == null ? 0 : 6;
      answer.writeBytes(
          ("d8:intervali60e5:peers" + bytes + ":").getBytes(StandardCharsets.US_ASCII));
      if (known != null) {
        answer.writeBytes(InetAddress.ofLiteral(known.address()).getAddress());
        answer.write(known.port() >>> 8);
        answer.write(known.port());
      }
      answer.write('e');
      exchange.sendResponseHeaders(200, answer.size());
      exchange.getResponseBody().write(answer.toByteArray());
    }
  }

  private Process aria2(Path log, Path content, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "aria2c",
                "--no-conf",
                "--interface=" + LOOPBACK,
                "--disable-ipv6=true",
                "--enable-dht=false",
                "--enable-peer-exchange=false",
                "--bt-enable-lpd=false",
                "--file-allocation=none",
                "--bt-tracker=http://"
                    + LOOPBACK
                    + ":"
                    + tracker.getAddress().getPort()
                    + "/announce",
                "--dir=" + content));
    command.addAll(List.of(more));
    command.add(torrent.toString());
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** A tree, or one file that ends in the middle of a piece. */
  private Path content(String what, long seed) throws IOException {
    Path content = directory.resolve("content");
    return what.equals("tree")
        ? TestFiles.tree(content, seed)
        : TestFiles.random(content, (2 << 20) + 70_001, seed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "tree"})
  void aria2FetchesWhatSeedServes(String what) throws Exception {
    Path content = content(what, 21);
    Path target = Files.createDirectories(directory.resolve("target"));
    Path log = directory.resolve("aria2.log");
    try (SeedfallProcess seed =
        SeedfallProcess.seed(
            directory, content, torrent, "--format", "v1", "--piece-size", "64KiB")) {
      peer = Endpoint.parse(seed.awaitAddress());
      Process aria2 = aria2(log, target, "--seed-time=0");
      try {
        boolean ended = aria2.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(ended).as(Files.readString(log) + seed.both()).isTrue();
        assertThat(aria2.exitValue()).as(Files.readString(log) + seed.both()).isZero();
      } finally {
        stop(aria2);
      }
    }
    assertThat(TestFiles.sha256s(target.resolve("content"))).isEqualTo(TestFiles.sha256s(content));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "tree"})
  void getFetchesWhatAria2Serves(String what) throws Exception {
    Path content = content(what, 22);
    Path out = directory.resolve("out");
    try (SeedfallProcess create =
        SeedfallProcess.start(
            directory,
            "torrent",
            "create",
            content.toString(),
            "--format",
            "v1",
            "-o",
            torrent.toString())) {
      assertThat(create.awaitExit()).as(create.both()).isZero();
    }
    Path log = directory.resolve("aria2.log");
    Process aria2 = aria2(log, directory, "--check-integrity=true", "--seed-ratio=0.0");
    try {
      int port = announcedPort.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      try (SeedfallProcess get =
          SeedfallProcess.get(directory, torrent.toString(), out, LOOPBACK + ":" + port)) {
        assertThat(get.awaitExit()).as(get.both() + Files.readString(log)).isZero();
      }
    } finally {
      stop(aria2);
    }
    assertThat(TestFiles.sha256s(out.resolve("content"))).isEqualTo(TestFiles.sha256s(content));
  }
}
