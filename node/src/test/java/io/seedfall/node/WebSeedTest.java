package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import io.seedfall.swarm.PeerSources;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole transfers from web seeds (BEP 19), good ones and bad ones. */
final class WebSeedTest {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int CONNECTIONS_MAX = 4;
  private static final int VISITED_MAX = 4;
  private static final int FAILURES_MAX = 3;
  private static final WebSeedPatience PATIENCE =
      new WebSeedPatience(60_000, 60_000, 1, 4, FAILURES_MAX);

  @TempDir Path root;
  private Bench bench;

  @BeforeEach
  void setUp() {
    bench = new Bench(root);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private static Metainfo metainfo(Path source, TorrentFormat format) throws IOException {
    return ArtifactHasher.hash(
        source, String.valueOf(source.getFileName()), PIECE_BYTES, HashProgress.none(), format);
  }

  private Node node() throws IOException {
    return Node.open(Bench.settings("127.0.0.1", 99), PATIENCE);
  }

  private Transfer fetch(Node node, Metainfo metainfo, Heard heard, Endpoint... peers)
      throws IOException {
    return node.fetch(
        new FetchSpec(
            metainfo, root.resolve("got"), List.of(peers), heard, PeerSources.EVERYWHERE));
  }

  /** Serves the files below {@code root}. */
  private RawWebServer.Answer files() {
    return (asked, out) -> {
      Path file =
          root.resolve(URLDecoder.decode(asked.path().substring(1), StandardCharsets.UTF_8));
      RawWebServer.part(Files.readAllBytes(file), asked, out);
    };
  }

  private void assertSame(Path expected, Path actual) throws IOException {
    List<Path> files = new ArrayList<>();
    try (var all = Files.walk(expected)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(actual.resolve(expected.relativize(file).toString())).hasSameBinaryContentAs(file);
    }
  }

  private Path tree() throws IOException {
    bench.file("tree/a few bytes", 17, 1);
    bench.file("tree/deep/käse", 3 * 1024 * 1024 + 5, 2);
    bench.file("tree/empty", 0, 3);
    bench.file("tree/odd", PIECE_BYTES + 1, 4);
    bench.file("tree/q", 3, 5);
    return root.resolve("tree");
  }

  @ParameterizedTest
  @EnumSource
  void aFileComesFromTheServerAlone(TorrentFormat format) throws Exception {
    Path file = bench.file("f 1", 5 * 1024 * 1024 + 7, 1);
    Heard heard = new Heard();
    try (RawWebServer server = new RawWebServer(files());
        Node node = node()) {
      Metainfo metainfo = metainfo(file, format).withWebSeeds(List.of(server.url()));
      Transfer transfer = fetch(node, metainfo, heard);
      heard.awaitCompleted();
      assertThat(transfer.content()).hasSameBinaryContentAs(file);
      assertThat(transfer.progress().bytesFromWebSeeds()).isEqualTo(Files.size(file));
      assertThat(transfer.progress().bytesFromPeers()).isZero();
      assertThat(server.asked()).allMatch(asked -> asked.path().equals("/f%201"));
      assertThat(server.asked().size()).isLessThan(metainfo.geometry().pieceCount());
      assertThat(server.answeringMost()).isBetween(1, CONNECTIONS_MAX);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTreeComesFromTheServerAlone(TorrentFormat format) throws Exception {
    Path tree = tree();
    Heard heard = new Heard();
    try (RawWebServer server = new RawWebServer(files());
        Node node = node()) {
      String url = server.url();
      String without = url.substring(0, url.length() - 1); // the slash
      Transfer transfer = fetch(node, metainfo(tree, format).withWebSeeds(List.of(without)), heard);
      heard.awaitCompleted();
      assertSame(tree, transfer.content());
    }
  }

  @Test
  void padFilesAreNeverAskedFor() throws Exception {
    Path tree = tree();
    Metainfo padded = FormatsTest.padded(metainfo(tree, TorrentFormat.HYBRID), PIECE_BYTES);
    Heard heard = new Heard();
    try (RawWebServer server = new RawWebServer(files());
        Node node = node()) {
      Transfer transfer = fetch(node, padded.withWebSeeds(List.of(server.url())), heard);
      heard.awaitCompleted();
      assertSame(tree, transfer.content());
      assertThat(server.asked()).noneMatch(asked -> asked.path().contains(".pad"));
    }
  }

  @Test
  void aUrlWithoutASlashIsTheFile() throws Exception {
    Path file = bench.file("f", PIECE_BYTES, 1);
    Heard heard = new Heard();
    try (RawWebServer server =
            new RawWebServer(
                (asked, out) -> RawWebServer.part(Files.readAllBytes(file), asked, out));
        Node node = node()) {
      String url = server.url() + "x?y=z";
      fetch(node, metainfo(file, TorrentFormat.V2).withWebSeeds(List.of(url)), heard);
      heard.awaitCompleted();
      assertThat(server.asked()).allMatch(asked -> asked.path().equals("/x?y=z"));
    }
  }

  @Test
  void peersAndTheServerShareTheWorkAndNoByteComesTwice() throws Exception {
    Path file = bench.file("f", 8 * 1024 * 1024, 1);
    Metainfo metainfo = metainfo(file, TorrentFormat.V2);
    Node seed = bench.node();
    seed.seed(new SeedSpec(metainfo, file, false, List.of(), new Heard()));
    Heard heard = new Heard();
    CountDownLatch peerSent = new CountDownLatch(1);
    RawWebServer.Answer afterThePeer =
        (asked, out) -> {
          try {
            peerSent.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          files().to(asked, out);
        };
    try (RawWebServer server = new RawWebServer(afterThePeer);
        Node node = node()) {
      Transfer transfer =
          fetch(node, metainfo.withWebSeeds(List.of(server.url())), heard, Bench.endpoint(seed));
      await()
          .atMost(Duration.ofSeconds(Heard.PATIENCE_SECONDS))
          .until(() -> transfer.progress().bytesFromPeers() > 0);
      peerSent.countDown();
      heard.awaitCompleted();
      TransferProgress progress = transfer.progress();
      assertThat(progress.bytesFromPeers()).isPositive();
      assertThat(progress.bytesFromWebSeeds()).isPositive();
      assertThat(progress.bytesFromPeers() + progress.bytesFromWebSeeds())
          .isEqualTo(Files.size(file));
      assertThat(transfer.content()).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void aServerWithWrongBytesIsDroppedAndTheRestComesFromAnother() throws Exception {
    Path file = bench.file("f", 4 * 1024 * 1024, 1);
    byte[] wrong = Files.readAllBytes(file);
    for (int i = 0; i < wrong.length; i += PIECE_BYTES) {
      wrong[i]++;
    }
    Heard heard = new Heard();
    try (RawWebServer bad = new RawWebServer((asked, out) -> RawWebServer.part(wrong, asked, out));
        RawWebServer good = new RawWebServer(files());
        Node node = node()) {
      Transfer transfer =
          fetch(
              node,
              metainfo(file, TorrentFormat.V1).withWebSeeds(List.of(bad.url(), good.url())),
              heard);
      assertThat(heard.awaitWebSeedNews(WebSeedNews.Dropped.class))
          .isEqualTo(new WebSeedNews.Dropped(bad.url(), "it sent wrong bytes"));
      heard.awaitCompleted();
      assertThat(transfer.content()).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void whatEndsInTheMiddleIsGoneOnWithAfterAPause() throws Exception {
    Path file = bench.file("f", 4 * 1024 * 1024, 1);
    byte[] content = Files.readAllBytes(file);
    AtomicInteger turn = new AtomicInteger();
    Heard heard = new Heard();
    try (RawWebServer server =
            new RawWebServer((asked, out) -> {
              if (turn.incrementAndGet() % 3 != 0) {
                RawWebServer.part(content, asked, out);
              } else {
                cut(content, asked, out);
              }
            });
        Node node = node()) {
      Transfer transfer =
          fetch(node, metainfo(file, TorrentFormat.V2).withWebSeeds(List.of(server.url())), heard);
      heard.awaitCompleted();
      assertThat(heard.awaitWebSeedNews(WebSeedNews.Paused.class).pauseMillis()).isEqualTo(1);
      assertThat(transfer.content()).hasSameBinaryContentAs(file);
    }
  }

  private static void cut(byte[] content, RawWebServer.Asked asked, OutputStream out)
      throws IOException {
    RawWebServer.say(
        "HTTP/1.1 206 P\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n\r\n"
            .formatted(
                asked.last() - asked.first() + 1, asked.first(), asked.last(), content.length),
        out);
    out.write(content, asked.first(), (asked.last() - asked.first()) / 2);
    throw new IOException("and closes");
  }

  @Test
  void pausesGrowAndSoManyFailuresInARowAreTheEnd() throws Exception {
    Path file = bench.file("f", PIECE_BYTES, 1);
    Heard heard = new Heard();
    try (RawWebServer server = new RawWebServer((_, out) -> RawWebServer.status(404, out));
        Node node = node()) {
      fetch(node, metainfo(file, TorrentFormat.V2).withWebSeeds(List.of(server.url())), heard);
      heard.awaitWebSeedNews(WebSeedNews.Dropped.class);
      String url = server.url();
      assertThat(heard.webSeedNews())
          .containsExactly(
              new WebSeedNews.Paused(url, "HTTP status 404", 1),
              new WebSeedNews.Paused(url, "HTTP status 404", 2),
              new WebSeedNews.Dropped(url, "HTTP status 404"));
      assertThat(server.asked()).hasSize(FAILURES_MAX);
    }
  }

  @Test
  void pausesDoubleUpToTheirLimit() {
    WebSeedPatience usual = WebSeedPatience.USUAL;
    assertThat(usual.pauseMillis(1)).isEqualTo(5_000);
    assertThat(usual.pauseMillis(2)).isEqualTo(10_000);
    assertThat(usual.pauseMillis(9)).isEqualTo(1_280_000);
    assertThat(usual.pauseMillis(10)).isEqualTo(1_800_000);
    assertThat(usual.pauseMillis(1_000)).isEqualTo(1_800_000);
  }

  @Test
  void soManyServersAreAskedAtOnceAndNoMoreAndClosingDoesNotWaitForThem() throws Exception {
    Path file = bench.file("f", 64 * PIECE_BYTES, 1);
    CountDownLatch never = new CountDownLatch(1);
    List<RawWebServer> servers = new ArrayList<>();
    try (Node node = node()) {
      List<String> urls = new ArrayList<>();
      for (int i = 0; i <= VISITED_MAX; i++) {
        RawWebServer silent =
            new RawWebServer((asked, out) -> {
              RawWebServer.say(
                  "HTTP/1.1 206 P\r\nContent-Range: bytes %d-%d/*\r\n\r\nx"
                      .formatted(asked.first(), asked.last()),
                  out);
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            });
        servers.add(silent);
        urls.add(silent.url());
      }
      Metainfo metainfo = metainfo(file, TorrentFormat.V2).withWebSeeds(urls);
      Transfer transfer = fetch(node, metainfo, new Heard());
      await()
          .atMost(Duration.ofSeconds(Heard.PATIENCE_SECONDS))
          .until(() -> servers.stream().filter(server -> !server.asked().isEmpty()).count() == 4);
      assertThat(transfer.progress().webSeeds()).isEqualTo(VISITED_MAX);
      assertThat(transfer.progress().peers()).isZero();
      assertThat(servers).filteredOn(server -> server.asked().isEmpty()).hasSize(1);
      transfer.close();
      assertThat(node.threadsAlive()).isEqualTo(1); // it goes on listening
    } finally {
      never.countDown();
      for (RawWebServer server : servers) {
        server.close();
      }
    }
  }

  @Test
  void whoseNeighboursACoordinatorChoosesAsksNoServer() throws Exception {
    Path file = bench.file("f", PIECE_BYTES, 1);
    Metainfo metainfo = metainfo(file, TorrentFormat.V2);
    Node seed = bench.node();
    seed.seed(new SeedSpec(metainfo, file, false, List.of(), new Heard()));
    Heard heard = new Heard();
    try (RawWebServer server = new RawWebServer(files());
        Node node = node()) {
      node.fetch(
          new FetchSpec(
              metainfo.withWebSeeds(List.of(server.url(), "ftp://127.0.0.1/")),
              root.resolve("got"),
              List.of(Bench.endpoint(seed)),
              heard));
      heard.awaitCompleted();
      assertThat(server.asked()).isEmpty();
    }
  }
}
