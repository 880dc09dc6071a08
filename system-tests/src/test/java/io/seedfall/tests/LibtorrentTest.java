package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
      libtorrentGets(directory, torrent, target, publish);
      assertThat(TestFiles.sha256(target.resolve("payload.bin"))).isEqualTo(TestFiles.sha256(file));
    }
  }

  @Test
  void getFetchesAFileThatALibtorrentSeedServes(@TempDir Path directory) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 2);
    Path out = directory.resolve("out");
    Path torrent = create(directory, file, "v2");
    getFromLibtorrent(directory, torrent, torrent.toString(), out);
    assertThat(TestFiles.sha256(out.resolve("payload.bin"))).isEqualTo(TestFiles.sha256(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "hybrid"})
  void libtorrentFetchesATreeThatSeedServes(String format, @TempDir Path directory)
      throws Exception {
    Path tree = TestFiles.tree(directory.resolve("tree"), 11);
    Path torrent = directory.resolve("tree.torrent");
    Path target = Files.createDirectories(directory.resolve("target"));
    try (SeedfallProcess seed =
        SeedfallProcess.seed(
            directory, tree, torrent, "--format", format, "--piece-size", "64KiB")) {
      libtorrentGets(directory, torrent, target, seed);
    }
    assertThat(TestFiles.withoutPads(target.resolve("tree"))).isEqualTo(TestFiles.sha256s(tree));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "hybrid"})
  void libtorrentThatKnowsOnlyTheNameGetsAllFromUs(String format, @TempDir Path directory)
      throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 13);
    Path torrent = directory.resolve("payload.torrent");
    Path target = Files.createDirectories(directory.resolve("target"));
    try (SeedfallProcess seed =
        SeedfallProcess.seed(
            directory, file, torrent, "--format", format, "--piece-size", "16KiB")) {
      libtorrentGets(directory, link(seed), target, seed);
    }
    assertThat(TestFiles.sha256(target.resolve("payload.bin"))).isEqualTo(TestFiles.sha256(file));
  }

  private static String link(SeedfallProcess seed) throws InterruptedException {
    Matcher link =
        Pattern.compile("\"magnet\":\"([^\"]+)\"")
            .matcher(seed.awaitAnswer(line -> line.contains("listening")));
    assertThat(link.find()).isTrue();
    return link.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "hybrid"})
  void getThatKnowsOnlyTheNameGetsAllFromLibtorrent(String format, @TempDir Path directory)
      throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 14);
    Path out = directory.resolve("out");
    Path torrent = create(directory, file, format);
    String link = ended(python(directory, "link", torrent.toString())).strip();
    assertThat(link).startsWith("magnet:?");
    getFromLibtorrent(directory, torrent, link, out);
    assertThat(TestFiles.sha256(out.resolve("payload.bin"))).isEqualTo(TestFiles.sha256(file));
    try (var left = Files.list(out)) {
      assertThat(left).containsExactly(out.resolve("payload.bin"));
    }
  }

  private static void libtorrentGets(
      Path directory, Path torrent, Path target, SeedfallProcess seed) throws Exception {
    libtorrentGets(directory, torrent.toString(), target, seed);
  }

  private static void libtorrentGets(
      Path directory, String torrent, Path target, SeedfallProcess seed) throws Exception {
    Endpoint at = Endpoint.parse(seed.awaitAddress());
    Process libtorrent =
        python(
            directory,
            "get",
            torrent,
            target.toString(),
            LOOPBACK,
            "--peer",
            at.toString(),
            "--seconds",
            "90");
    String said = ended(libtorrent);
    assertThat(libtorrent.exitValue()).as(said + seed.both()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1-padded", "v2", "hybrid"})
  void getFetchesATreeThatALibtorrentSeedServes(String format, @TempDir Path directory)
      throws Exception {
    Path tree = TestFiles.tree(directory.resolve("tree"), 12);
    Path out = directory.resolve("out");
    Path torrent = create(directory, tree, format);
    getFromLibtorrent(directory, torrent, torrent.toString(), out);
    assertThat(TestFiles.sha256s(out.resolve("tree"))).isEqualTo(TestFiles.sha256s(tree));
  }

  /**
   * A chain: the seed, ours, libtorrent, ours, of which each was told of its neighbours only. That
   * libtorrent gets to the seed is our peer exchange, that the last gets to anybody else is its.
   */
  @Test
  void peersLearnOfEachOtherThroughUsAndThroughLibtorrent(@TempDir Path directory)
      throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 8 << 20, 15);
    Path torrent = create(directory, file, "v1");
    Path first = directory.resolve("first");
    Path second = Files.createDirectories(directory.resolve("second"));
    Path third = directory.resolve("third");
    Processes processes = new Processes(directory);
    try (processes) {
      SeedfallProcess middle =
          processes.start(
              "get",
              torrent.toString(),
              "--output",
              first.toString(),
              "--listen",
              LOOPBACK + ":0",
              "--keep-seeding");
      String waits = middle.awaitNote(line -> line.contains("waiting for one to connect to "));
      String at = waits.substring(waits.lastIndexOf(' ') + 1);
      processes.start(
          "seed",
          file.toString(),
          "--torrent",
          torrent.toString(),
          "--peer",
          at,
          "--max-rate",
          "1MB/s");
      ChildProcess libtorrent =
          processes.add(
              new ChildProcess(
                  "libtorrent",
                  new ProcessBuilder(
                      ForeignClient.libtorrent(
                          directory,
                          "get",
                          torrent.toString(),
                          second.toString(),
                          LOOPBACK,
                          "--peer",
                          at,
                          "--seed-on"))));
      String port = libtorrent.awaitAnswer(line -> line.startsWith("listening "));
      SeedfallProcess last =
          processes.get(
              torrent.toString(), third, LOOPBACK + ":" + port.substring("listening ".length()));
      last.awaitNote(line -> line.endsWith("3 peers"));
      libtorrent.awaitAnswer("peers 3"::equals);
      middle.kill();
      libtorrent.awaitAnswer(ForeignClient.COMPLETE::equals);
      assertThat(last.awaitExit()).as(processes.all()).isZero();
    }
    for (Path target : new Path[] {second, third}) {
      assertThat(TestFiles.sha256(target.resolve("payload"))).isEqualTo(TestFiles.sha256(file));
    }
  }

  /** {@code wanted} is what our get is told: the torrent or its link. */
  private static void getFromLibtorrent(Path directory, Path torrent, String wanted, Path out)
      throws Exception {
    Process seed = python(directory, "seed", torrent.toString(), directory.toString(), LOOPBACK);
    try (BufferedReader lines = seed.inputReader(StandardCharsets.UTF_8);
        SeedfallProcess get =
            SeedfallProcess.get(directory, wanted, out, LOOPBACK + ":" + port(lines))) {
      assertThat(get.awaitExit()).as(get.both()).isZero();
    } finally {
      seed.destroyForcibly();
      seed.waitFor();
    }
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

  private static Process python(Path directory, String... arguments) throws IOException {
    return new ProcessBuilder(ForeignClient.libtorrent(directory, arguments))
        .redirectErrorStream(true)
        .start();
  }

  /** Waits for its end and gives what it said. */
  private static String ended(Process process) throws IOException, InterruptedException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
