package io.seedfall.tests;

import static io.seedfall.tests.ForeignClient.ARIA2;
import static io.seedfall.tests.ForeignClient.LIBTORRENT;
import static io.seedfall.tests.ForeignClient.TRANSMISSION;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Other people's clients and ours in one swarm, found by our tracker, whose only seed is killed
 * with SIGKILL once one full copy is out: nothing is lost, and all finish from each other.
 *
 * <p>When a copy is out is told by a libtorrent among the receivers, which hears of everybody's
 * verified pieces as every peer does: it is out when every piece is with it or with a peer that it
 * is connected to, the seed not counted. Links are slow enough for nobody to have everything by
 * then for sure, and one of ours fetches at a seventh of that, so that it has not.
 */
final class MixedSwarmTest {
  private static final int BYTES = (4 << 20) + 70_001;
  private static final int TRACKER = 0;
  private static final int SEED = 1;

  private final Path directory;
  private final ClientRack rack;

  MixedSwarmTest(@TempDir Path directory) {
    this.directory = directory;
    this.rack = ClientRack.up(directory, 8, "16mbit");
  }

  @AfterEach
  void end() {
    rack.close();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aV1SwarmOfAllOutlivesOurSeed() throws Exception {
    finishesWithoutItsSeed("v1", null, List.of(ARIA2, TRANSMISSION));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aV1SwarmOfAllOutlivesASeedOfTransmission() throws Exception {
    finishesWithoutItsSeed("v1", TRANSMISSION, List.of(ARIA2));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aV2SwarmOutlivesOurSeed() throws Exception {
    finishesWithoutItsSeed("v2", null, List.of(LIBTORRENT));
  }

  /**
   * Those that speak v1 alone cannot be in it: transmission 3.00 says of every hybrid torrent,
   * libtorrent's too, that it is corrupted, and aria2 1.36 announces a name that is not the
   * torrent's.
   */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aHybridSwarmOutlivesASeedOfLibtorrent() throws Exception {
    finishesWithoutItsSeed("hybrid", LIBTORRENT, List.of(LIBTORRENT));
  }

  /** The seed is ours when none is named; a libtorrent and two of ours are always there. */
  private void finishesWithoutItsSeed(
      String format, @Nullable ForeignClient seeding, List<ForeignClient> others) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload"), BYTES, 61);
    Path torrent = create(file, format);
    ChildProcess seed;
    if (seeding == null) {
      SeedfallProcess ours = rack.seed(SEED, file, "--torrent", torrent.toString());
      ours.awaitAddress();
      seed = ours;
    } else {
      seed = rack.foreignSeed(SEED, seeding, torrent, directory);
    }
    int host = SEED + 1;
    SeedfallProcess slow =
        rack.get(host, torrent, target(host), "--keep-seeding", "--max-rate", "300kB/s");
    SeedfallProcess fast = rack.get(++host, torrent, target(host), "--keep-seeding");
    List<ChildProcess> foreign = new ArrayList<>();
    ChildProcess observer = observer(++host, torrent);
    foreign.add(observer);
    for (ForeignClient other : others) {
      foreign.add(rack.foreignLeech(++host, other, torrent, target(host)));
    }
    observer.awaitAnswer(ForeignClient.ONE_COPY_IS_OUT::equals);
    seed.kill();
    assertThat(rack.bytesSent(SEED)).isGreaterThan(BYTES);
    assertThat(slow.notes())
        .as("unfinished when the seed was killed")
        .noneMatch(MixedSwarmTest::isSeedingOn);
    for (ChildProcess client : foreign) {
      client.awaitAnswer(ForeignClient.COMPLETE::equals);
    }
    fast.awaitNote(MixedSwarmTest::isSeedingOn);
    slow.awaitNote(MixedSwarmTest::isSeedingOn);
    for (int leech = SEED + 1; leech <= host; leech++) {
      assertThat(TestFiles.sha256(target(leech).resolve("payload")))
          .as("host " + leech)
          .isEqualTo(TestFiles.sha256(file));
    }
  }

  private static boolean isSeedingOn(String line) {
    return line.startsWith("complete; seeding at ");
  }

  private Path target(int host) {
    return directory.resolve("target" + host);
  }

  private ChildProcess observer(int host, Path torrent) throws Exception {
    return rack.foreign(
        host,
        ForeignClient.libtorrent(
            directory,
            "get",
            torrent.toString(),
            target(host).toString(),
            rack.address(host),
            "--seed-on",
            "--source",
            rack.address(SEED)));
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
