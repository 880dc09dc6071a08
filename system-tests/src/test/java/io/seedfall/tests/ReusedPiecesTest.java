package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachineView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version of what is there already: only what differs goes over the network. */
final class ReusedPiecesTest {
  private static final int AGENTS = 3;
  private static final long BYTES = 64 << 20;

  /** What 64 MiB are cut into (decision 0010). */
  private static final int PIECE_BYTES = 64 << 10;

  private static final int PIECES = (int) (BYTES / PIECE_BYTES);

  private static final int FILE_BYTES = 50_000;

  private final Path directory;
  private final Cluster cluster;

  ReusedPiecesTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.cluster = Cluster.start(directory);
    for (int agent = 1; agent <= AGENTS; agent++) {
      cluster.agent(agent);
    }
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private DeploymentView deployed(Path what, String to) throws Exception {
    SeedfallProcess deploy =
        cluster.command("deploy", what.toString(), "--to", "all", "--path", to);
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    return last();
  }

  private DeploymentView last() throws ControlException {
    List<DeploymentView> all = cluster.client().deployments();
    return cluster
        .client()
        .deployment(
            all.stream()
                .max(Comparator.comparingLong(DeploymentView::createdMillis))
                .orElseThrow()
                .id());
  }

  private static long received(DeploymentView deployment, int agent) {
    MachineView machine = Cluster.machine(deployment, agent);
    assertThat(machine.bytesDone()).isEqualTo(deployment.sizeBytes());
    return machine.bytesFromHolders() + machine.bytesFromPeers();
  }

  private Path version(String name, long seed) throws IOException {
    Path made = Files.createDirectories(directory.resolve(name));
    return TestFiles.random(made.resolve("model.bin"), BYTES, seed);
  }

  /** The same file with a byte changed in one of twenty pieces, anywhere. */
  private Path changed(Path before, String name) throws IOException {
    Path after =
        Files.copy(before, Files.createDirectories(directory.resolve(name)).resolve("model.bin"));
    for (int piece : pieces().subList(0, PIECES / 20)) {
      TestFiles.flip(after, (long) piece * PIECE_BYTES + piece);
    }
    return after;
  }

  /** All of them in an order that is always the same. */
  private static List<Integer> pieces() {
    List<Integer> pieces = new ArrayList<>();
    for (int piece = 0; piece < PIECES; piece++) {
      pieces.add(piece);
    }
    Collections.shuffle(pieces, new Random(11));
    return pieces;
  }

  /** The files of all versions that an agent keeps. */
  private List<Path> kept(int agent) throws IOException {
    try (Stream<Path> all = Files.walk(cluster.root(agent).resolve(".seedfall/versions"))) {
      return all.filter(path -> path.endsWith("content/model.bin")).toList();
    }
  }

  @Test
  void aVersionThatChangesOneOfTwentyPiecesMovesLittleMoreThanThat() throws Exception {
    Path before = version("v1", 1);
    assertThat(received(deployed(before, "models/model.bin"), 1)).isEqualTo(BYTES);
    Path after = changed(before, "v2");
    DeploymentView deployment = deployed(after, "models/model.bin");
    for (int agent = 1; agent <= AGENTS; agent++) {
      assertThat(TestFiles.sha256(cluster.root(agent).resolve("models/model.bin")))
          .isEqualTo(TestFiles.sha256(after));
      assertThat(received(deployment, agent))
          .as("bytes that agent %d received", agent)
          .isBetween(BYTES * 4 / 100, BYTES * 7 / 100);
    }
  }

  @Test
  void anOldFileThatHasRottedDoesNoHarm() throws Exception {
    Path before = version("v1", 2);
    deployed(before, "a.bin");
    int sound = pieces().getLast();
    Path rotten = kept(1).getFirst();
    TestFiles.rot(rotten, (long) sound * PIECE_BYTES + 123);
    Path after = changed(before, "v2");
    // At another place, so that the agent has no reason to look at the old one.
    DeploymentView deployment = deployed(after, "b.bin");
    for (int agent = 1; agent <= AGENTS; agent++) {
      assertThat(TestFiles.sha256(cluster.root(agent).resolve("b.bin")))
          .isEqualTo(TestFiles.sha256(after));
    }
    assertThat(received(deployment, 1) - received(deployment, 2)).isEqualTo(PIECE_BYTES);
    assertThat(received(deployment, 1)).isLessThan(BYTES * 7 / 100);
  }

  @Test
  void ofATreeInWhichOneFileChangedThatOneIsSent() throws Exception {
    Path tree = tree("v1");
    deployed(tree, "tree");
    Path next = tree("v2");
    TestFiles.flip(next.resolve("part-7/file-3"), 5);
    Files.move(next.resolve("part-2"), next.resolve("renamed"));
    DeploymentView deployment = deployed(next, "tree");
    for (int agent = 1; agent <= AGENTS; agent++) {
      assertThat(TestFiles.sha256s(cluster.root(agent).resolve("tree")))
          .isEqualTo(TestFiles.sha256s(next));
      assertThat(received(deployment, agent)).isEqualTo(FILE_BYTES);
    }
  }

  private Path tree(String name) throws IOException {
    Path tree = Files.createDirectories(directory.resolve(name)).resolve("tree");
    for (int part = 0; part < 10; part++) {
      Path at = Files.createDirectories(tree.resolve("part-" + part));
      for (int file = 0; file < 20; file++) {
        TestFiles.random(at.resolve("file-" + file), FILE_BYTES, 100L * part + file);
      }
    }
    return tree;
  }
}
