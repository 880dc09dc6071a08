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
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Debian's libtorrent, a program that others wrote, takes torrents of every format from {@code
 * seedfall publish} and {@code seed}, and its seeds serve us. A wire that only speaks to itself
 * proves nothing.
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

  @ParameterizedTest
  @ValueSource(strings = {"v1", "hybrid"})
  void libtorrentFetchesATreeThatSeedServes(String format, @TempDir Path directory)
      throws Exception {
    Path tree = TestFiles.tree(directory.resolve("tree"), 11);
    Path torrent = directory.resolve("tree.torrent");
    Path target = Files.createDirectories(directory.resolve("target"));
    try (SeedfallProcess seed =
        SeedfallProcess.start(
            directory,
            "seed",
            tree.toString(),
            "--listen",
            LOOPBACK + ":0",
            "--format",
            format,
            "--piece-size",
            "64KiB",
            "--torrent-out",
            torrent.toString(),
            "--json")) {
      Endpoint at = Endpoint.parse(seed.awaitAddress());
      Process libtorrent =
          python(
              directory,
              "get",
              torrent.toString(),
              target.toString(),
              LOOPBACK,
              at.address(),
              String.valueOf(at.port()),
              "90");
      String said = ended(libtorrent);
      assertThat(libtorrent.exitValue()).as(said + seed.both()).isZero();
    }
    assertThat(withoutPads(TestFiles.sha256s(target.resolve("tree"))))
        .isEqualTo(TestFiles.sha256s(tree));
  }

  /** libtorrent does not write pad files; a client that does may. */
  private static SortedMap<String, String> withoutPads(SortedMap<String, String> files) {
    files.keySet().removeIf(path -> path.startsWith(".pad/"));
    return files;
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1-padded", "hybrid"})
  void getFetchesATreeThatALibtorrentSeedServes(String format, @TempDir Path directory)
      throws Exception {
    Path tree = TestFiles.tree(directory.resolve("tree"), 12);
    Path out = directory.resolve("out");
    Path torrent = create(directory, tree, format);
    Process seed = python(directory, "seed", torrent.toString(), directory.toString(), LOOPBACK);
    try (BufferedReader lines = seed.inputReader(StandardCharsets.UTF_8);
        SeedfallProcess get =
            SeedfallProcess.start(
                directory,
                "get",
                torrent.toString(),
                "--output",
                out.toString(),
                "--listen",
                LOOPBACK + ":0",
                "--peer",
                LOOPBACK + ":" + port(lines),
                "--json")) {
      assertThat(get.awaitExit()).as(get.both()).isZero();
    } finally {
      seed.destroyForcibly();
      seed.waitFor();
    }
    assertThat(TestFiles.sha256s(out.resolve("tree"))).isEqualTo(TestFiles.sha256s(tree));
  }

  private static int port(BufferedReader lines) throws IOException {
    String listening = lines.readLine();
    assertThat(listening).startsWith("listening ");
    return Integer.parseInt(listening.substring("listening ".length()));
  }

  private static Path create(Path directory, Path source, String format) throws Exception {
    Path torrent = directory.resolve("made.torrent");
    Process create = python(directory, "create", source.toString(), torrent.toString(), format);
    String said = ended(create);
    assertThat(create.exitValue()).as(said).isZero();
    return torrent;
  }

  private static void fetchedFromLibtorrent(Path directory, Path source) throws Exception {
    Path torrent = create(directory, source, "v2");
    Process seed = python(directory, "seed", torrent.toString(), directory.toString(), LOOPBACK);
    try (BufferedReader lines = seed.inputReader(StandardCharsets.UTF_8)) {
      fetch(torrent, directory.resolve("fetched"), new Endpoint(LOOPBACK, port(lines)));
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
