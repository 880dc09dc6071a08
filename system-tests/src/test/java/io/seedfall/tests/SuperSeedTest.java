package io.seedfall.tests;

import static io.seedfall.tests.ForeignClient.ARIA2;
import static io.seedfall.tests.ForeignClient.LIBTORRENT;
import static io.seedfall.tests.ForeignClient.TRANSMISSION;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code seed --super-seed} and nobody but other people's clients, which find each other by our
 * tracker. The kernel of the source's host counts what it sends.
 */
final class SuperSeedTest {
  private static final int BYTES = (16 << 20) + 70_001;
  private static final int LEECHES = 3;
  private static final int TRACKER = 0;
  private static final int SEED = 1;

  /** A twelfth of a link, so that a seed that told everybody everything would send most of it. */
  private static final int SLOW_BYTES_PER_SECOND = 1_000_000;

  private final Path directory;
  private final ClientRack rack;

  SuperSeedTest(@TempDir Path directory) {
    this.directory = directory;
    this.rack = ClientRack.up(directory, 2 + LEECHES, "100mbit");
  }

  @AfterEach
  void end() {
    rack.close();
  }

  @Test
  void threeKindsOfClientsShareWhatTheSourceSends() throws Exception {
    List<ForeignClient> clients = List.of(ARIA2, TRANSMISSION, LIBTORRENT);
    Path file = TestFiles.random(directory.resolve("payload"), BYTES, 71);
    Path torrent = create(file, "v1");
    List<ChildProcess> leeches = new ArrayList<>();
    for (int i = 0; i < LEECHES; i++) {
      leeches.add(rack.foreignLeech(SEED + 1 + i, clients.get(i), torrent, target(i)));
    }
    superSeed(file, torrent);
    assertThatAllHave(file, leeches);
    assertThat(copiesSent()).as("copies that the source's card sent").isBetween(1.0, 2.0);
  }

  /** One of them says when one copy is out: when every piece is with one of the three. */
  @Test
  void onlyOneCopyGoesOutBeforeOneCopyIsOutThoughClientsPassItOnSlowly() throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), BYTES, 72);
    Path torrent = create(file, "v2");
    List<ChildProcess> leeches = new ArrayList<>();
    for (int i = 0; i < LEECHES; i++) {
      leeches.add(slowLibtorrent(SEED + 1 + i, torrent, target(i)));
    }
    superSeed(file, torrent);
    leeches.getFirst().awaitAnswer(ForeignClient.ONE_COPY_IS_OUT::equals);
    double copies = copiesSent();
    assertThatAllHave(file, leeches);
    assertThat(copies).as("copies sent when one copy was out").isBetween(1.0, 1.3);
  }

  private ChildProcess slowLibtorrent(int host, Path torrent, Path target) throws Exception {
    return rack.foreign(
        host,
        ForeignClient.libtorrent(
            directory,
            "get",
            torrent.toString(),
            target.toString(),
            rack.address(host),
            "--seed-on",
            "--source",
            rack.address(SEED),
            "--upload-rate",
            String.valueOf(SLOW_BYTES_PER_SECOND)));
  }

  private void superSeed(Path file, Path torrent) throws Exception {
    rack.seed(SEED, file, "--torrent", torrent.toString(), "--super-seed").awaitAddress();
  }

  private double copiesSent() {
    return (double) rack.bytesSent(SEED) / BYTES;
  }

  private void assertThatAllHave(Path file, List<ChildProcess> leeches) throws Exception {
    for (ChildProcess leech : leeches) {
      leech.awaitAnswer(ForeignClient.COMPLETE::equals);
    }
    for (int i = 0; i < LEECHES; i++) {
      assertThat(TestFiles.sha256(target(i).resolve("payload")))
          .as(leeches.get(i).toString())
          .isEqualTo(TestFiles.sha256(file));
    }
  }

  private Path target(int leech) {
    return directory.resolve("target" + leech);
  }

  private Path create(Path file, String format) throws Exception {
    Path torrent = directory.resolve("made.torrent");
    SeedfallProcess create =
        rack.ours(
            TRACKER,
            "torrent",
            "create",
            file.toString(),
            "--format",
            format,
            "--piece-size",
            "64KiB",
            "--tracker",
            "http://" + rack.tracker(TRACKER) + "/announce",
            "-o",
            torrent.toString());
    assertThat(create.awaitExit()).as(create.both()).isZero();
    return torrent;
  }
}
