package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installed file that rots on one machine's disk. */
final class RotTest {
  private static final long BYTES = 8 << 20;
  private static final String FAST = "10GB/s";

  private final Cluster cluster;
  private final Path file;
  private final String hash;

  RotTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.cluster = Cluster.start(directory);
    this.file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 1);
    this.hash = TestFiles.sha256(file);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private void deploy() throws Exception {
    SeedfallProcess deploy =
        cluster.command("deploy", file.toString(), "--to", "all", "--path", "p.bin");
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
  }

  private Path installed(int agent) {
    return cluster.root(agent).resolve("p.bin");
  }

  private void awaitCopies(int copies) {
    Cluster.await(
        copies + " full copies",
        () -> cluster.client().artifacts().getFirst().fullCopies() == copies);
  }

  @Test
  void theOtherMachineGivesWhatHasRotted() throws Exception {
    SeedfallProcess one = cluster.agent(1, "--rehash-rate", FAST);
    cluster.agent(2, "--rehash-rate", "0");
    deploy();
    awaitCopies(2);
    // Restarted, it knows no neighbour any more.
    one.stop();
    awaitCopies(1);
    TestFiles.rot(installed(1), 3 << 20);
    SeedfallProcess again = cluster.agent(1, "--rehash-rate", FAST);
    again.awaitNote(line -> line.contains("have rotted") && line.contains("payload.bin"));
    again.awaitNote(line -> line.contains("is whole again"));
    awaitCopies(2);
    assertThat(TestFiles.sha256(installed(1))).isEqualTo(hash);
  }

  @Test
  void whatNobodyHasIsSaidAndRepairedWhenSomebodyHasItAgain() throws Exception {
    SeedfallProcess only = cluster.agent(1, "--rehash-rate", FAST);
    deploy();
    awaitCopies(1);
    TestFiles.rot(installed(1), 3 << 20);
    awaitCopies(0);
    only.awaitNote(line -> line.contains("is still damaged, nobody has the"));
    assertThat(TestFiles.sha256(installed(1))).isNotEqualTo(hash);
    SeedfallProcess publish =
        cluster.command("publish", file.toString(), "--name", "payload", "--json");
    publish.awaitAddress();
    only.awaitNote(line -> line.contains("is whole again"));
    assertThat(TestFiles.sha256(installed(1))).isEqualTo(hash);
  }
}
