package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.node.FetchSpec;
import io.seedfall.node.Node;
import io.seedfall.node.NodeSettings;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferFault;
import io.seedfall.node.TransferListener;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's libtorrent, a program that others wrote, takes a v2 file from {@code seedfall publish},
 * and its seed serves us. A wire that only speaks to itself proves nothing.
 */
final class LibtorrentTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final String LOOPBACK = "127.0.0.1";

  /** Not a whole number of pieces, nor of leaves: the end of a file is where clients differ. */
  private static final long BYTES = (32 << 20) + 70_001;

  @Test
  void libtorrentFetchesWhatPublishSeeds(@TempDir Path directory) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 1);
    Path torrent = directory.resolve("payload.torrent");
    Path target = Files.createDirectories(directory.resolve("target"));
    try (Cluster cluster = Cluster.start(directory)) {
      SeedfallProcess publish =
          cluster.command(
              "publish", file.toString(), "--torrent-out", torrent.toString(), "--json");
      Endpoint seed = Endpoint.parse(publish.awaitAddress());
      Process libtorrent =
          python(
              directory,
              "get",
              torrent.toString(),
              target.toString(),
              LOOPBACK,
              seed.address(),
              String.valueOf(seed.port()),
              "90");
      String said = ended(libtorrent);
      assertThat(libtorrent.exitValue()).as(said + publish.both()).isZero();
      assertThat(TestFiles.sha256(target.resolve("payload.bin"))).isEqualTo(TestFiles.sha256(file));
    }
  }

  @Test
  void aLibtorrentSeedServesUs(@TempDir Path directory) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 2);
    fetchedFromLibtorrent(directory, file);
    assertThat(TestFiles.sha256(directory.resolve("fetched/content/payload.bin")))
        .isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void aLibtorrentSeedServesUsAWholeFolder(@TempDir Path directory) throws Exception {
    Path folder = Files.createDirectories(directory.resolve("tree/deep/er"));
    TestFiles.random(folder.resolve("seventeen"), 17, 3);
    TestFiles.random(folder.resolve("aligned"), 1 << 20, 4);
    TestFiles.random(directory.resolve("tree/odd"), 300_001, 5);
    fetchedFromLibtorrent(directory, directory.resolve("tree"));
    Path fetched = directory.resolve("fetched/content");
    for (String path : List.of("deep/er/seventeen", "deep/er/aligned", "odd")) {
      assertThat(TestFiles.sha256(fetched.resolve(path)))
          .as(path)
          .isEqualTo(TestFiles.sha256(directory.resolve("tree").resolve(path)));
    }
  }

  private static void fetchedFromLibtorrent(Path directory, Path source) throws Exception {
    Path torrent = directory.resolve("made.torrent");
    Process create = python(directory, "create", source.toString(), torrent.toString());
    String said = ended(create);
    assertThat(create.exitValue()).as(said).isZero();
    Process seed = python(directory, "seed", torrent.toString(), directory.toString(), LOOPBACK);
    try (BufferedReader lines = seed.inputReader(StandardCharsets.UTF_8)) {
      String listening = lines.readLine();
      assertThat(listening).startsWith("listening ");
      int port = Integer.parseInt(listening.substring("listening ".length()));
      fetch(torrent, directory.resolve("fetched"), new Endpoint(LOOPBACK, port));
    } finally {
      seed.destroyForcibly();
      seed.waitFor();
    }
  }

  private static void fetch(Path torrent, Path directory, Endpoint from) throws Exception {
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    TransferListener listener =
        new TransferListener() {
          @Override
          public void completed() {
            outcome.complete(true);
          }

          @Override
          public void failed(TransferFault fault, String why) {
            outcome.completeExceptionally(new AssertionError(fault + ": " + why));
          }
        };
    NodeSettings settings =
        new NodeSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            0,
            0,
            1_250_000_000L,
            50_000L,
            "",
            1);
    try (Node node = Node.open(settings);
        Transfer transfer =
            node.fetch(new FetchSpec(parse(torrent), directory, List.of(from), listener))) {
      assertThat(outcome.get(2, TimeUnit.MINUTES)).isTrue();
      assertThat(transfer.progress().complete()).isTrue();
    }
  }

  private static Metainfo parse(Path torrent) throws IOException {
    return switch (MetainfoParser.parseWithInfoHash(Files.readAllBytes(torrent))) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  private static Process python(Path directory, String... arguments) throws IOException {
    Path script = directory.resolve("libtorrent_peer.py");
    if (!Files.exists(script)) {
      try (InputStream in = LibtorrentTest.class.getResourceAsStream("libtorrent_peer.py")) {
        Files.write(script, Objects.requireNonNull(in).readAllBytes());
      }
    }
    List<String> command = new ArrayList<>(List.of(PYTHON, script.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Waits for its end and gives what it said. */
  private static String ended(Process process) throws IOException, InterruptedException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
