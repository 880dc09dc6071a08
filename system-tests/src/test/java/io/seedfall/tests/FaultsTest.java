package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong at users' hands: each a clear line, an exit code, and nothing half-written. */
final class FaultsTest {
  private static final int FAILED = 1;
  private static final int UNREACHABLE = 3;
  private static final int REFUSED = 4;
  private static final int LOCAL = 5;

  private final Path directory;
  private final Cluster cluster;

  FaultsTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.cluster = Cluster.start(directory);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private static void failsWith(SeedfallProcess process, int exitCode, String... words)
      throws InterruptedException {
    assertThat(process.awaitExit()).as(process.both()).isEqualTo(exitCode);
    String last = process.notes().getLast();
    assertThat(last).contains(words);
    assertThat(process.both()).doesNotContain("\tat ").doesNotContain("Exception");
  }

  private Path file(long bytes) throws IOException {
    return TestFiles.random(directory.resolve("payload.bin"), bytes, 1);
  }

  @Test
  void aMissingSourceIsOneLine() throws Exception {
    String missing = directory.resolve("nothing-here").toString();
    failsWith(
        cluster.command("deploy", missing, "--to", "all", "--path", "p"), LOCAL, "nothing-here");
    failsWith(cluster.command("publish", missing), LOCAL, "nothing-here");
  }

  @Test
  void aSourceThatIsNoFileIsOneLine() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("link"), directory.resolve("elsewhere"));
    failsWith(cluster.command("publish", tree.toString()), LOCAL, "link");
  }

  @Test
  void aSelectorThatMatchesNobodyIsOneLine() throws Exception {
    cluster.agent(1);
    failsWith(
        cluster.command("deploy", file(1000).toString(), "--to", "role=nobody", "--path", "p.bin"),
        REFUSED,
        "role=nobody");
  }

  @Test
  void anUnknownArtifactIsOneLine() throws Exception {
    cluster.agent(1);
    failsWith(
        cluster.command("deploy", "nosuch", "--to", "all", "--path", "p.bin"), REFUSED, "nosuch");
  }

  @Test
  void anArtifactThatNobodyHoldsIsOneLine() throws Exception {
    cluster.agent(1);
    SeedfallProcess publish =
        cluster.command("publish", file(1000).toString(), "--name", "gone", "--json");
    publish.awaitAddress();
    publish.stop();
    failsWith(cluster.command("deploy", "gone", "--to", "all", "--path", "p.bin"), REFUSED, "gone");
  }

  @Test
  void aDestinationThatCannotBeIsSaidByTheMachineAndFailsTheDeployment() throws Exception {
    cluster.agent(1);
    Files.writeString(cluster.root(1).resolve("models"), "a file where a directory is needed");
    SeedfallProcess deploy =
        cluster.command(
            "deploy", file(100_000).toString(), "--to", "all", "--path", "models/p.bin");
    assertThat(deploy.awaitExit()).as(deploy.both()).isEqualTo(FAILED);
    assertThat(deploy.both()).contains("a1").contains("models").doesNotContain("\tat ");
    assertThat(cluster.root(1).resolve("models")).hasContent("a file where a directory is needed");
  }

  @Test
  void aDiskThatIsTooSmallIsSaidWithFiguresBeforeTheFirstByte() throws Exception {
    Path root = Files.createDirectories(cluster.root(1));
    run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", root.toString());
    try {
      SeedfallProcess agent = cluster.agent(1);
      SeedfallProcess deploy =
          cluster.command("deploy", file(8 << 20).toString(), "--to", "all", "--path", "p.bin");
      assertThat(deploy.awaitExit()).as(deploy.both()).isEqualTo(FAILED);
      assertThat(deploy.both()).contains("a1").containsIgnoringCase("space");
      assertThat(root.resolve("p.bin")).doesNotExist();
      agent.kill();
    } finally {
      run("umount", "-l", root.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
        .as(String.join(" ", command))
        .isZero();
  }

  @Test
  void aSourceThatChangesWhileItIsSeededStopsWithItsReason() throws Exception {
    Path file = file(1 << 20);
    SeedfallProcess publish = cluster.command("publish", file.toString(), "--json");
    publish.awaitAddress();
    Files.writeString(file, "something else", StandardOpenOption.TRUNCATE_EXISTING);
    failsWith(publish, LOCAL, "changed while it was seeded");
  }

  @Test
  void aTakenPortIsOneLine() throws Exception {
    String address = cluster.client().coordinator().getAuthority();
    failsWith(
        SeedfallProcess.start(
            directory,
            "coordinator",
            "--listen",
            address,
            "--state",
            directory.resolve("other").toString()),
        LOCAL,
        address.substring(address.lastIndexOf(':') + 1));
  }

  @Test
  void aCoordinatorThatIsAwayIsOneLine() throws Exception {
    URI away = cluster.client().coordinator();
    cluster.close();
    failsWith(
        SeedfallProcess.start(directory, "status", "--coordinator", away.toString()),
        UNREACHABLE,
        String.valueOf(away.getPort()));
  }

  @Test
  void anAddressThatOthersCanReachNeedsInsecure() throws Exception {
    SeedfallProcess coordinator =
        SeedfallProcess.start(
            directory,
            "coordinator",
            "--listen",
            "0.0.0.0:0",
            "--state",
            directory.resolve("open").toString());
    assertThat(coordinator.awaitExit()).isNotZero();
    assertThat(coordinator.both()).contains("--insecure");
  }
}
