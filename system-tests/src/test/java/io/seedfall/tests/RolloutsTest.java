package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.HistoryView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who begins when, what comes back and what gives way: with real processes, as users ask for it.
 */
final class RolloutsTest {
  private static final long BYTES = 4 << 20;
  private static final long SLOW_BYTES = 24 << 20;
  private static final String PLACE = "m/current";

  private final Path directory;
  private final Cluster cluster;

  RolloutsTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.cluster = Cluster.start(directory);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private Path version(long seed, long bytes) throws IOException {
    Path at = Files.createDirectories(directory.resolve("v" + seed)).resolve("model");
    return TestFiles.random(at, bytes, seed);
  }

  private SeedfallProcess deploy(Path what, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("deploy", what.toString(), "--to", "role=test", "--path", PLACE));
    words.addAll(List.of(more));
    return cluster.command(words.toArray(new String[0]));
  }

  private void deployed(Path what, String... more) throws Exception {
    SeedfallProcess deploy = deploy(what, more);
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
  }

  private void assertInPlace(Path what, int... agents) throws IOException {
    for (int agent : agents) {
      assertThat(TestFiles.sha256(cluster.root(agent).resolve(PLACE)))
          .as("agent %d", agent)
          .isEqualTo(TestFiles.sha256(what));
    }
  }

  private DeploymentView newest() throws Exception {
    return cluster.client().deployment(cluster.client().deployments().getFirst().id());
  }

  /** Received from anybody; what a machine had already does not count. */
  private static long received(MachineView machine) {
    return machine.bytesFromHolders() + machine.bytesFromPeers();
  }

  // ---- who begins when ----------------------------------------------------------------------

  @Test
  void zonesBeginOneAfterTheOther() throws Exception {
    cluster.agent(1, "--label", "zone=b");
    cluster.agent(2, "--label", "zone=a");
    cluster.agent(3, "--label", "zone=c");
    cluster.agent(4, "--label", "zone=a");
    Path model = version(1, BYTES);
    deployed(model, "--wave-by", "zone", "--soak", "1s");
    assertInPlace(model, 1, 2, 3, 4);
    List<String> order =
        cluster.client().history(newest().id(), "").stream()
            .filter(change -> change.phase().equals("INSTALLED"))
            .map(HistoryView::agent)
            .toList();
    assertThat(order).hasSize(4);
    assertThat(order.subList(0, 2)).containsExactlyInAnyOrder("a2", "a4");
    assertThat(order.subList(2, 4)).containsExactly("a1", "a3");
  }

  @Test
  void onceIsForThoseWhoAreThere() throws Exception {
    cluster.agent(1);
    Path model = version(1, BYTES);
    deployed(model, "--once");
    cluster.agent(2);
    Path other = version(2, BYTES);
    SeedfallProcess next =
        cluster.command("deploy", other.toString(), "--to", "all", "--path", "m/other");
    assertThat(next.awaitExit()).as(next.both()).isZero();
    assertThat(cluster.root(2).resolve("m/other")).as("it is at work").exists();
    assertThat(cluster.root(2).resolve(PLACE)).doesNotExist();
  }

  @Test
  void whatIsNotDoneByItsDeadlineHasFailedAndNamesWhoIsMissing() throws Exception {
    cluster.agent(1);
    SeedfallProcess away = cluster.agent(2);
    away.kill();
    SeedfallProcess late = deploy(version(1, BYTES), "--deadline", "5s");
    assertThat(late.awaitExit()).as(late.both()).isEqualTo(1);
    assertThat(late.both()).contains("a2");
    assertThat(newest().phase()).isEqualTo(DeploymentPhase.FAILED);
    assertThat(newest().why()).contains("its time is up");
    cluster.agent(2);
    cluster.awaitDeployment("whoever was away gets it all the same", d -> d.installedCount() == 2);
  }

  // ---- what comes back ----------------------------------------------------------------------

  @Test
  void anyVersionThatMachinesKeepComesBackWithoutAByte() throws Exception {
    cluster.agent(1, "--keep-versions", "3");
    cluster.agent(2, "--keep-versions", "3");
    Path[] versions = {version(1, BYTES), version(2, BYTES), version(3, BYTES)};
    for (Path version : versions) {
      deployed(version);
    }
    SeedfallProcess back = cluster.command("rollback", newest().id());
    assertThat(back.awaitExit()).as(back.both()).isZero();
    assertInPlace(versions[1], 1, 2);
    assertThat(newest().machines()).allMatch(machine -> received(machine) == 0);
    SeedfallProcess further = cluster.command("rollback", newest().id(), "--to-version", "1");
    assertThat(further.awaitExit()).as(further.both()).isZero();
    assertInPlace(versions[0], 1, 2);
    assertThat(newest().machines()).allMatch(machine -> received(machine) == 0);
    SeedfallProcess unknown = cluster.command("rollback", newest().id(), "--to-version", "9");
    assertThat(unknown.awaitExit()).isEqualTo(4);
    assertThat(unknown.both()).contains("9");
  }

  // ---- what gives way -----------------------------------------------------------------------

  @Test
  void aNewerVersionTakesThePlaceOfARunningOneAndKeepsWhatBothShare() throws Exception {
    cluster.agent(1);
    cluster.agent(2);
    Path old = version(1, SLOW_BYTES);
    Path next = Files.createDirectories(directory.resolve("v2")).resolve("model");
    Files.copy(old, next);
    try (RandomAccessFile file = new RandomAccessFile(next.toFile(), "rw")) {
      file.write(TestFiles.sha256(old).getBytes(StandardCharsets.US_ASCII));
    }
    SeedfallProcess running = deploy(old, "--machine-rate", "3MB/s");
    DeploymentView before =
        cluster.awaitDeployment("half of it is there", d -> d.bytesDone() > SLOW_BYTES);
    deployed(next);
    assertInPlace(next, 1, 2);
    assertThat(running.awaitExit()).as(running.both()).isEqualTo(1);
    DeploymentView superseded = cluster.client().deployment(before.id());
    assertThat(superseded.machines())
        .allMatch(machine -> machine.phase() == MachinePhase.CANCELLED)
        .allMatch(machine -> machine.why().contains("superseded by " + idOfNewest()));
    assertThat(newest().machines())
        .allMatch(machine -> machine.phase() == MachinePhase.INSTALLED)
        .allMatch(machine -> machine.bytesReused() > SLOW_BYTES / 4)
        .allMatch(machine -> received(machine) + machine.bytesReused() >= SLOW_BYTES);
    SeedfallProcess explained = cluster.command("explain", before.id());
    assertThat(explained.awaitExit()).isZero();
    assertThat(explained.both()).contains("superseded");
  }

  private String idOfNewest() {
    try {
      return newest().id();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
