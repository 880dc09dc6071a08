package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/signing.md from the first key to going back, with real processes. */
final class SignedArtifactsTest {
  private static final int FAILED = 1;

  private final Path directory;
  private final Cluster cluster;

  SignedArtifactsTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.cluster = Cluster.start(directory);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private SeedfallProcess run(int exitCode, String... arguments) throws Exception {
    SeedfallProcess process = SeedfallProcess.start(directory, arguments);
    try (process) {
      assertThat(process.awaitExit()).as(process.both()).isEqualTo(exitCode);
    }
    return process;
  }

  private SeedfallProcess command(int exitCode, String... arguments) throws Exception {
    SeedfallProcess process = cluster.command(arguments);
    assertThat(process.awaitExit()).as(process.both()).isEqualTo(exitCode);
    return process;
  }

  private SeedfallProcess deploy(int exitCode, String what, String... more) throws Exception {
    String[] plain = {"deploy", what, "--to", "all", "--path", "m", "--name", "model"};
    String[] all = new String[plain.length + more.length];
    System.arraycopy(plain, 0, all, 0, plain.length);
    System.arraycopy(more, 0, all, plain.length, more.length);
    return command(exitCode, all);
  }

  private void inPlace(Path file) throws IOException {
    assertThat(TestFiles.sha256(cluster.root(1).resolve("m"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void fromTheFirstKeyToGoingBack() throws Exception {
    run(0, "key", "create", "root-key");
    run(0, "key", "create", "ann");
    run(0, "key", "create", "bob");
    run(
        0,
        "root",
        "create",
        "1.root",
        "--root-key",
        "root-key.pub",
        "--artifact-key",
        "ann.pub",
        "--sign",
        "root-key.key");
    command(0, "root", "publish", "1.root");
    cluster.agent(1, "--trust", directory.resolve("1.root").toString());
    Path one = TestFiles.random(directory.resolve("one.bin"), 200_000, 1);
    Path two = TestFiles.random(directory.resolve("two.bin"), 200_000, 2);

    assertThat(deploy(FAILED, "one.bin").both()).contains("model@1 is not signed");
    assertThat(command(FAILED, "artifact", "verify", "model@1", "--trust", "1.root").both())
        .contains("model@1 is not signed");
    deploy(0, "one.bin", "--sign", "ann.key");
    inPlace(one);
    command(0, "artifact", "verify", "model@1", "--trust", "1.root");
    deploy(0, "two.bin", "--sign", "ann.key");
    inPlace(two);

    // Back to the first, from the machine's own disk: signed anew it is the newest.
    assertThat(deploy(FAILED, "model@1").both()).contains("was seen here");
    inPlace(two);
    deploy(0, "model@1", "--sign", "ann.key", "--renew");
    inPlace(one);

    // From now on it takes two.
    run(
        0,
        "root",
        "rotate",
        "1.root",
        "2.root",
        "--artifact-key",
        "ann.pub",
        "--artifact-key",
        "bob.pub",
        "--artifact-threshold",
        "2",
        "--sign",
        "root-key.key");
    command(0, "root", "publish", "2.root");
    assertThat(deploy(FAILED, "two.bin", "--sign", "ann.key", "--renew").both())
        .contains("1 of the 2 signatures");
    command(0, "artifact", "sign", "model@2", "--sign", "bob.key", "--content", "two.bin");
    deploy(0, "two.bin");
    inPlace(two);
  }
}
