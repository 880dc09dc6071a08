package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code seed}, {@code get} and {@code torrent}: peers of their own, without a coordinator. */
final class StandalonePeersTest {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int LOCAL = 5;
  private static final String WAITS =
      "no peer is named with --peer: waiting for one to connect to ";
  private static final Pattern MAGNET = Pattern.compile("magnet:[^\"]+");
  private static final Pattern FROM_PEERS = Pattern.compile("\"from_peers\":([0-9]+)");

  private final Path directory;
  private final Path torrent;
  private final Path out;
  private final Processes processes;

  StandalonePeersTest(@TempDir Path directory) {
    this.directory = directory;
    this.torrent = directory.resolve("made.torrent");
    this.out = directory.resolve("out");
    this.processes = new Processes(directory);
  }

  @AfterEach
  void end() {
    processes.close();
  }

  private SeedfallProcess start(String... arguments) throws IOException {
    return processes.start(arguments);
  }

  /** Seeds, and gives the address. */
  private String seed(Path source, String... more) throws Exception {
    return processes.seed(source, torrent, more).awaitAddress();
  }

  private SeedfallProcess get(Path output, String peer, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--json");
    return processes.get(torrent.toString(), output, peer, arguments.toArray(String[]::new));
  }

  private static String result(SeedfallProcess process) throws InterruptedException {
    assertThat(process.awaitExit()).as(process.both()).isZero();
    assertThat(process.answer()).hasSize(1);
    return process.answer().getFirst();
  }

  private static long fromPeers(String result) {
    Matcher matcher = FROM_PEERS.matcher(result);
    assertThat(matcher.find()).as(result).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "hybrid"})
  void aTreeIsFetchedWholeAndLeavesNothingBeside(String format) throws Exception {
    Path tree = TestFiles.tree(directory.resolve("tree"), 1);
    String peer = seed(tree, "--piece-size", "64KiB", "--format", format, "--super-seed");
    String result = result(get(out, peer));
    assertThat(result).contains("\"complete\":true", "\"bytes\":" + TestFiles.TREE_BYTES);
    assertThat(fromPeers(result)).isEqualTo(TestFiles.TREE_BYTES);
    assertThat(TestFiles.sha256s(out.resolve("tree"))).isEqualTo(TestFiles.sha256s(tree));
    try (var left = Files.list(out)) {
      assertThat(left).containsExactly(out.resolve("tree"));
    }
    SeedfallProcess verify =
        start("torrent", "verify", torrent.toString(), out.resolve("tree").toString());
    assertThat(verify.awaitExit()).as(verify.both()).isZero();
  }

  @Test
  void showPrintsEveryNameOfATorrent() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 100_000, 7);
    SeedfallProcess create =
        start("torrent", "create", file.toString(), "-o", torrent.toString(), "--format", "hybrid");
    assertThat(create.awaitExit()).as(create.both()).isZero();
    SeedfallProcess show = start("torrent", "show", torrent.toString());
    assertThat(show.awaitExit()).isZero();
    assertThat(show.answer())
        .anyMatch(line -> line.matches("info-hash  [0-9a-f]{64}"))
        .anyMatch(line -> line.matches("v1 hash    [0-9a-f]{40}"));
    SeedfallProcess refused = start("torrent", "create", file.toString(), "--format", "v3");
    assertThat(refused.awaitExit()).isEqualTo(USAGE);
    assertThat(refused.notes().getFirst()).contains("not a format: v3");
  }

  @Test
  void aGetThatWasKilledGoesOnWhereItWas() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 24 << 20, 3);
    String peer = seed(file, "--piece-size", "64KiB");
    SeedfallProcess first = processes.get(torrent.toString(), out, peer, "--max-rate", "3MB/s");
    first.awaitNote(line -> line.strip().matches("[2-9][0-9] %.*"));
    first.kill();
    assertThat(out.resolve("payload")).doesNotExist();
    String result = result(get(out, peer));
    assertThat(fromPeers(result)).isBetween(1L, (long) (24 << 20) * 9 / 10);
    assertThat(TestFiles.sha256(out.resolve("payload"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void aGetByNameThatWasKilledKnowsTheTorrentWhenItGoesOn() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 24 << 20, 4);
    SeedfallProcess seed =
        processes.seed(file, torrent, "--piece-size", "64KiB", "--format", "hybrid");
    Matcher magnet = MAGNET.matcher(seed.awaitAnswer(line -> line.contains("magnet:")));
    assertThat(magnet.find()).isTrue();
    String link = magnet.group(); // names the seed: no --peer is needed
    SeedfallProcess first = start("get", link, "--output", out.toString(), "--max-rate", "3MB/s");
    first.awaitNote(line -> line.strip().matches("[2-9][0-9] %.*"));
    first.kill();
    seed.kill();
    SeedfallProcess again = start("get", link, "--output", out.toString());
    again.awaitNote(line -> line.strip().matches("[2-9][0-9] %.* of .*"));
    assertThat(again.stop()).isNotZero();
    assertThat(seed.alive()).isFalse();
  }

  @Test
  void aLinkThatNamesNothingIsOneLine() throws Exception {
    SeedfallProcess get = start("get", "magnet:?dn=nothing");
    assertThat(get.awaitExit()).isEqualTo(USAGE);
    assertThat(get.notes()).hasSize(1);
    assertThat(get.notes().getFirst()).contains("not a magnet link");
  }

  @Test
  void aPeerLearnsOfTheSeedFromAnotherPeerAndFinishesWhenThatOneIsGone() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 8 << 20, 5);
    SeedfallProcess create =
        start(
            "torrent",
            "create",
            file.toString(),
            "-o",
            torrent.toString(),
            "--piece-size",
            "64KiB");
    assertThat(create.awaitExit()).as(create.both()).isZero();
    String elsewhere = directory.resolve("middle").toString();
    SeedfallProcess middle =
        start(
            "get",
            torrent.toString(),
            "--output",
            elsewhere,
            "--listen",
            "127.0.0.1:0",
            "--max-rate",
            "2MB/s");
    String address = middle.awaitNote(line -> line.startsWith(WAITS)).substring(WAITS.length());
    start("seed", file.toString(), "--torrent", torrent.toString(), "--peer", address);
    SeedfallProcess last = processes.get(torrent.toString(), out, address, "--max-rate", "1MB/s");
    last.awaitNote(line -> line.endsWith("2 peers"));
    middle.kill();
    assertThat(last.awaitExit()).as(last.both()).isZero();
    assertThat(TestFiles.sha256(out.resolve("payload"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void aSeedConnectsToWhoWaits() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 1 << 20, 9);
    SeedfallProcess create = start("torrent", "create", file.toString(), "-o", torrent.toString());
    assertThat(create.awaitExit()).as(create.both()).isZero();
    SeedfallProcess get = waitingGet();
    String waits = get.awaitNote(line -> line.startsWith(WAITS)).substring(WAITS.length());
    start("seed", file.toString(), "--torrent", torrent.toString(), "--peer", waits);
    assertThat(fromPeers(result(get))).isEqualTo(1 << 20);
    assertThat(TestFiles.sha256(out.resolve("payload"))).isEqualTo(TestFiles.sha256(file));
  }

  private SeedfallProcess waitingGet() throws IOException {
    return start(
        "get", torrent.toString(), "--output", out.toString(), "--listen", "127.0.0.1:0", "--json");
  }

  @Test
  void twoThatFetchTheSameToTheSamePlaceAreNotLetNearEachOther() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 4 << 20, 8);
    String peer = seed(file);
    SeedfallProcess first = waitingGet();
    first.awaitNote(line -> line.startsWith(WAITS));
    SeedfallProcess second = get(out, peer);
    assertThat(second.awaitExit()).as(second.both()).isEqualTo(LOCAL);
    assertThat(second.notes()).hasSize(1);
    assertThat(second.notes().getFirst()).contains("another process is fetching payload");
    first.kill();
    assertThat(fromPeers(result(get(out, peer)))).isEqualTo(4 << 20);
    assertThat(TestFiles.sha256(out.resolve("payload"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void whoKeepsSeedingServesTheNextWhenTheFirstSeedIsGone() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 4 << 20, 4);
    SeedfallProcess first = processes.seed(file, torrent);
    String peer = first.awaitAddress();
    SeedfallProcess second = get(directory.resolve("second"), peer, "--keep-seeding");
    String at = second.awaitNote(line -> line.startsWith("complete; seeding at "));
    first.stop();
    String result =
        result(get(directory.resolve("third"), at.substring("complete; seeding at ".length())));
    assertThat(fromPeers(result)).isEqualTo(4 << 20);
    assertThat(TestFiles.sha256(directory.resolve("third/payload")))
        .isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void whatIsThereAlreadyIsNotFetchedAndWhatIsSomethingElseIsNotTouched() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 1 << 20, 5);
    String peer = seed(file);
    assertThat(fromPeers(result(get(directory, peer)))).isZero();
    Files.createDirectories(out);
    Files.writeString(out.resolve("payload"), "something else");
    SeedfallProcess refused = get(out, peer);
    assertThat(refused.awaitExit()).isEqualTo(LOCAL);
    assertThat(refused.notes()).hasSize(1);
    assertThat(refused.notes().getFirst()).contains("is there and is something else");
    assertThat(out.resolve("payload")).hasContent("something else");
  }

  @Test
  void verifyFindsOneWrongByteAndSeedRefusesToServeIt() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), 1 << 20, 6);
    assertThat(start("torrent", "create", file.toString(), "-o", torrent.toString()).awaitExit())
        .isZero();
    assertThat(start("torrent", "verify", torrent.toString(), file.toString()).awaitExit())
        .isZero();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(70_000);
      int old = bytes.read();
      bytes.seek(70_000);
      bytes.write(old ^ 1);
    }
    SeedfallProcess verify = start("torrent", "verify", torrent.toString(), file.toString());
    assertThat(verify.awaitExit()).isEqualTo(FAILED);
    assertThat(verify.answer().getLast()).isEqualTo("NOT verified: 15 of 16 pieces are right");
    SeedfallProcess seed = start("seed", file.toString(), "--torrent", torrent.toString());
    assertThat(seed.awaitExit()).isEqualTo(LOCAL);
    // On a slow machine a line about the hashing comes first.
    assertThat(seed.notes().getLast()).contains("15 of 16 pieces are right");
  }
}
