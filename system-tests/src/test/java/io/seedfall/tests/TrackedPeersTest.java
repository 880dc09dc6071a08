package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code seed} and {@code get} find each other by the coordinator's tracker, nobody named. */
final class TrackedPeersTest {
  private static final int USAGE = 2;
  private static final int BYTES = 3 << 20;
  private static final Pattern TRACKER = Pattern.compile("\"tracker\":\"([^\"]+)\"");
  private static final Pattern MAGNET = Pattern.compile("magnet:[^\"\\s]+");

  private final Path directory;
  private final Path torrent;
  private final Path out;
  private final Processes processes;
  private String tracker = "";

  TrackedPeersTest(@TempDir Path directory) {
    this.directory = directory;
    this.torrent = directory.resolve("made.torrent");
    this.out = directory.resolve("out");
    this.processes = new Processes(directory);
  }

  @BeforeEach
  void begin() throws Exception {
    SeedfallProcess coordinator =
        processes.start(
            "coordinator",
            "--listen",
            "127.0.0.1:0",
            "--tracker",
            "127.0.0.1:0",
            "--state",
            directory.resolve("state").toString(),
            "--json");
    Matcher matcher = TRACKER.matcher(coordinator.awaitAnswer(line -> line.contains("tracker")));
    assertThat(matcher.find()).as(coordinator.both()).isTrue();
    tracker = matcher.group(1);
  }

  @AfterEach
  void end() {
    processes.close();
  }

  private SeedfallProcess get(String what, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("get", what, "--output", out.toString()));
    arguments.addAll(List.of("--listen", "127.0.0.1:0", "--json"));
    arguments.addAll(List.of(more));
    return processes.start(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://%s/announce", "udp://%s"})
  void getFindsTheSeedByTheTrackerThatTheTorrentNames(String url) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), BYTES, 1);
    processes.seed(file, torrent, "--tracker", url.formatted(tracker)).awaitAddress();
    SeedfallProcess get = get(torrent.toString());
    assertThat(get.awaitExit()).as(get.both()).isZero();
    assertThat(TestFiles.sha256(out.resolve("payload"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void aLinkWithATrackerIsEnough() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), BYTES, 2);
    SeedfallProcess seed =
        processes.seed(file, torrent, "--tracker", "http://" + tracker + "/announce");
    Matcher magnet = MAGNET.matcher(seed.awaitAnswer(line -> line.contains("magnet:")));
    assertThat(magnet.find()).isTrue();
    String link = magnet.group().replaceAll("&x\\.pe=[^&]+", "");
    assertThat(link).contains("&tr=").doesNotContain("x.pe");
    SeedfallProcess get = get(link);
    assertThat(get.awaitExit()).as(get.both()).isZero();
    assertThat(TestFiles.sha256(out.resolve("payload"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void aTrackerThatDoesNotAnswerIsOneLineAndTheNextIsAsked() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), BYTES, 3);
    processes.seed(file, torrent, "--tracker", "http://" + tracker + "/announce").awaitAddress();
    SeedfallProcess alone = get(torrent.toString(), "--tracker", "http://127.0.0.1:1/announce");
    assertThat(alone.awaitExit()).as(alone.both()).isZero();
    SeedfallProcess create =
        processes.start(
            "torrent",
            "create",
            file.toString(),
            "-o",
            directory.resolve("other.torrent").toString(),
            "--piece-size",
            "16KiB",
            "--tracker",
            "http://127.0.0.1:1/announce");
    assertThat(create.awaitExit()).as(create.both()).isZero();
    SeedfallProcess lost =
        processes.start(
            "get",
            directory.resolve("other.torrent").toString(),
            "--output",
            directory.resolve("elsewhere").toString(),
            "--listen",
            "127.0.0.1:0");
    String line = lost.awaitNote(note -> note.startsWith("no tracker answers"));
    assertThat(line).contains("http://127.0.0.1:1/announce");
  }

  @Test
  void whatIsNoTrackerIsRefused() throws Exception {
    SeedfallProcess refused = get("magnet:?xt=urn:btih:" + "ab".repeat(20), "--tracker", "nowhere");
    assertThat(refused.awaitExit()).isEqualTo(USAGE);
    assertThat(refused.notes().getFirst()).contains("--tracker: nowhere (expected: http://");
  }
}
