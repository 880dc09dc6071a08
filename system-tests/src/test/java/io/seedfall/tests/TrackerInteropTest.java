package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Peers that know nothing of each other but a torrent with our tracker in it: aria2, libtorrent and
 * transmission find {@code seedfall seed} and are found by {@code seedfall get}, over HTTP and UDP.
 */
final class TrackerInteropTest {
  private static final String RATE = "1gbit";

  private final Path directory;
  private final ClientRack rack;

  TrackerInteropTest(@TempDir Path directory) {
    this.directory = directory;
    this.rack = ClientRack.up(directory, 9, RATE);
  }

  @AfterEach
  void end() {
    rack.close();
  }

  /** The same torrent whichever tracker is in it: that is not part of what it is named by. */
  private Path create(Path tree, String name, String tracker) throws Exception {
    Path torrent = directory.resolve(name);
    SeedfallProcess create =
        rack.ours(
            1,
            "torrent",
            "create",
            tree.toString(),
            "--format",
            "v1",
            "--piece-size",
            "64KiB",
            "--tracker",
            tracker,
            "-o",
            torrent.toString());
    assertThat(create.awaitExit()).as(create.both()).isZero();
    return torrent;
  }

  /** Six foreign clients and one of ours, half of them over HTTP and half over UDP. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void everybodyFindsOurSeedOverHttpAndUdp() throws Exception {
    Path tree = TestFiles.tree(directory.resolve("tree"), 32);
    String tracker = rack.tracker(0);
    Path http = directory.resolve("http.torrent");
    rack.seed(
            1,
            tree,
            "--format",
            "v1",
            "--piece-size",
            "64KiB",
            "--tracker",
            "http://" + tracker + "/announce",
            "--torrent-out",
            http.toString())
        .awaitAddress();
    Path udp = create(tree, "udp.torrent", "udp://" + tracker + "/announce");
    Map<Path, ChildProcess> leeches = new LinkedHashMap<>();
    Path out = directory.resolve("ours");
    SeedfallProcess get = rack.get(8, udp, out);
    int host = 2;
    for (ForeignClient client : ForeignClient.values()) {
      for (Path torrent : new Path[] {http, udp}) {
        Path target = directory.resolve("target" + host);
        leeches.put(target, rack.foreignLeech(host++, client, torrent, target));
      }
    }
    for (ChildProcess leech : leeches.values()) {
      leech.awaitAnswer(ForeignClient.COMPLETE::equals);
    }
    assertThat(get.awaitExit()).as(rack.all()).isZero();
    leeches.put(out, get);
    Map<String, String> expected = TestFiles.sha256s(tree);
    Map<String, String> withoutEmpty = new LinkedHashMap<>(expected);
    withoutEmpty.remove("empty"); // transmission makes no empty files
    for (var leech : leeches.entrySet()) {
      assertThat(TestFiles.withoutPads(leech.getKey().resolve("tree")))
          .as(leech.getValue().toString())
          .isIn(expected, withoutEmpty);
    }
  }

  /** Each has a torrent of its own and is the only one who has its content. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void getFindsForeignSeedsOverHttpAndUdp() throws Exception {
    String tracker = rack.tracker(0);
    Map<ForeignClient, SeedfallProcess> gets = new EnumMap<>(ForeignClient.class);
    int host = 2;
    for (ForeignClient client : ForeignClient.values()) {
      Path content = Files.createDirectories(directory.resolve("content-" + client));
      Path tree = TestFiles.tree(content.resolve("tree"), 40 + 10L * host);
      String scheme = client == ForeignClient.ARIA2 ? "http" : "udp";
      Path torrent = create(tree, client + ".torrent", scheme + "://" + tracker + "/announce");
      rack.foreignSeed(host++, client, torrent, content);
      gets.put(client, rack.get(host++, torrent, directory.resolve("out-" + client)));
    }
    for (var get : gets.entrySet()) {
      assertThat(get.getValue().awaitExit()).as(rack.all()).isZero();
      assertThat(TestFiles.sha256s(directory.resolve("out-" + get.getKey() + "/tree")))
          .isEqualTo(TestFiles.sha256s(directory.resolve("content-" + get.getKey() + "/tree")));
    }
  }
}
