package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.HistoryView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a fleet relies on, with real processes: waves, gates, staging, ways back, standing still.
 */
final class DeploymentsTest {
  private static final long BYTES = 4 << 20;
  private static final long SLOW_BYTES = 24 << 20;
  private static final String PLACE = "m/current";

  /** How often the coordinator is killed; ten times as often in {@code ./check --full}. */
  private static final int KILLS = 5 * Integer.getInteger("seeds.factor", 1);

  private final Path directory;
  private final Path hooks;
  private final Cluster cluster;

  DeploymentsTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.hooks = Files.createDirectories(directory.resolve("hooks"));
    this.cluster = Cluster.start(directory);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private void agents(int count, String... more) throws IOException, InterruptedException {
    for (int agent = 1; agent <= count; agent++) {
      cluster.agent(agent, more);
    }
  }

  private String[] withHooks() {
    return new String[] {"--hooks", hooks.toString(), "--hook-seconds", "3"};
  }

  private void hook(String name, String script) throws IOException {
    Path file = hooks.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Another version of the same artifact, by its seed. */
  private Path version(long seed, long bytes) throws IOException {
    Path at = Files.createDirectories(directory.resolve("v" + seed)).resolve("model");
    return TestFiles.random(at, bytes, seed);
  }

  private SeedfallProcess deploy(Path what, String... more) throws IOException {
    String[] command = new String[6 + more.length];
    System.arraycopy(
        new String[] {"deploy", what.toString(), "--to", "all", "--path", PLACE}, 0, command, 0, 6);
    System.arraycopy(more, 0, command, 6, more.length);
    return cluster.command(command);
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

  private DeploymentView newest() throws ControlException {
    return cluster.client().deployment(cluster.client().deployments().getFirst().id());
  }

  private DeploymentView awaitNewest(String what, Predicate<DeploymentView> fits) {
    return cluster.awaitDeployment(what, fits);
  }

  // ---- gates ------------------------------------------------------------------------------

  @Test
  void aWaveWhoseHealthHookSaysNoIsTakenBackAndTheOthersNeverBegin() throws Exception {
    hook("ready", "echo \"version $SEEDFALL_VERSION\"; [ \"$SEEDFALL_VERSION\" != 2 ]");
    agents(3, withHooks());
    Path good = version(1, BYTES);
    deployed(good);
    SeedfallProcess bad =
        deploy(
            version(2, BYTES),
            "--waves",
            "1,100%",
            "--health",
            "ready",
            "--on-failure",
            "roll-back");
    assertThat(bad.awaitExit()).isEqualTo(1);
    assertThat(bad.both()).contains("was taken back").contains("version 2");
    DeploymentView back = awaitNewest("version 1 is back", d -> d.phase() == DeploymentPhase.DONE);
    assertThat(back.version()).isEqualTo("1");
    assertInPlace(good, 1, 2, 3);
    String failed = back.id().replace("-back", "");
    assertThat(cluster.client().history(failed, ""))
        .filteredOn(change -> change.phase().equals("INSTALLED"))
        .as("only the first wave began")
        .hasSize(1);
    SeedfallProcess explained = cluster.command("explain", failed);
    assertThat(explained.awaitExit()).isZero();
    assertThat(explained.both()).contains("rolled_back").contains("brings back model@1");
  }

  @Test
  void aHookThatHangsOrFloodsItsOutputFailsItsMachineInTime() throws Exception {
    hook("hang", "sleep 600 & sleep 600");
    hook("flood", "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
    agents(1, withHooks());
    SeedfallProcess hanging = deploy(version(1, BYTES), "--pre-install", "hang");
    assertThat(hanging.awaitExit()).isEqualTo(1);
    assertThat(newest().machines().getFirst().why()).contains("hang").contains("3 s");
    assertThat(cluster.root(1).resolve(PLACE)).doesNotExist();
    SeedfallProcess flooding = deploy(version(2, BYTES), "--post-install", "flood");
    assertThat(flooding.awaitExit()).isEqualTo(1);
    assertThat(newest().machines().getFirst().why()).contains("flood");
    assertThat(cluster.root(1).resolve(PLACE)).as("nothing was there before").doesNotExist();
    assertThat(cluster.client().machine(newest().id(), "a1").detail().hookOutput())
        .contains("xxxx");
  }

  @Test
  void aPostInstallHookThatFailsBringsBackWhatWasThere() throws Exception {
    hook("after", "[ \"$SEEDFALL_VERSION\" = 1 ] || { echo no good; exit 3; }");
    agents(1, withHooks());
    Path good = version(1, BYTES);
    deployed(good, "--post-install", "after");
    assertThat(deploy(version(2, BYTES), "--post-install", "after").awaitExit()).isEqualTo(1);
    assertThat(newest().machines().getFirst().why()).contains("after").contains("no good");
    assertInPlace(good, 1);
  }

  @Test
  void itIsDoneWithItsQuorumThoughADiskIsFull() throws Exception {
    agents(2);
    cluster.agent(3);
    Files.createDirectories(cluster.root(3).resolve(PLACE)); // a directory is in the way of a file
    Path model = version(1, BYTES);
    deployed(model, "--quorum", "60%", "--max-failed", "1");
    DeploymentView done = newest();
    assertThat(done.why()).contains("2 of 3 machines installed it");
    assertInPlace(model, 1, 2);
  }

  // ---- staging ----------------------------------------------------------------------------

  @Test
  void stagedBytesSwitchWhenTheyAreActivatedAlsoAfterARestart() throws Exception {
    agents(2);
    SeedfallProcess restarted = cluster.agent(3);
    Path old = version(1, BYTES);
    deployed(old);
    Path next = version(2, BYTES);
    SeedfallProcess staging = deploy(next, "--stage");
    assertThat(staging.awaitExit()).as(staging.both()).isZero();
    assertThat(staging.both()).contains("seedfall activate");
    assertInPlace(old, 1, 2, 3);
    restarted.kill();
    cluster.agent(3);
    awaitNewest("all are staged again", d -> d.stagedCount() == 3);
    cluster.restartCoordinator();
    SeedfallProcess activate = cluster.command("activate", newest().id());
    assertThat(activate.awaitExit()).as(activate.both()).isZero();
    assertInPlace(next, 1, 2, 3);
    SeedfallProcess back = cluster.command("rollback", newest().id());
    assertThat(back.awaitExit()).as(back.both()).isZero();
    assertInPlace(old, 1, 2, 3);
    assertThat(newest().machines())
        .as("machines keep what was there before")
        .allMatch(machine -> machine.bytesFromHolders() + machine.bytesFromPeers() == 0);
  }

  // ---- who gets it ------------------------------------------------------------------------

  @Test
  void whoeverJoinsLaterOrIsAwayOrChangesItsLabelsGetsWhatItShouldHave() throws Exception {
    cluster.agent(1, "--label", "tier=x");
    SeedfallProcess away = cluster.agent(2, "--label", "tier=x");
    SeedfallProcess other = cluster.agent(3, "--label", "tier=y");
    Path model = version(1, BYTES);
    away.kill();
    SeedfallProcess deploy =
        cluster.command(
            "deploy", model.toString(), "--to", "tier=x", "--path", PLACE, "--quorum", "50%");
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    cluster.agent(2, "--label", "tier=x");
    awaitNewest("the one that was away", d -> d.installedCount() == 2);
    other.kill();
    cluster.agent(3, "--label", "tier=x");
    awaitNewest("the one with another label", d -> d.installedCount() == 3);
    cluster.agent(4, "--label", "tier=x");
    awaitNewest("the one that is new", d -> d.installedCount() == 4);
    assertInPlace(model, 1, 2, 3, 4);
  }

  // ---- standing still ---------------------------------------------------------------------

  @Test
  void aPausedDeploymentAndAHaltedFleetStandStillAndGoOn() throws Exception {
    agents(2);
    Path model = version(1, SLOW_BYTES);
    SeedfallProcess deploy = deploy(model, "--machine-rate", "3MB/s");
    String id = awaitNewest("bytes move", d -> d.bytesDone() > SLOW_BYTES / 16).id();
    assertThat(cluster.command("pause", id).awaitExit()).isZero();
    assertStandsStill(id);
    assertThat(cluster.command("resume", id).awaitExit()).isZero();
    long before = newest().bytesDone();
    awaitNewest("it goes on", d -> d.bytesDone() > before);
    assertThat(cluster.command("pause", "--all").awaitExit()).isZero();
    assertStandsStill(id);
    assertThat(cluster.command("resume", "--all").awaitExit()).isZero();
    assertThat(cluster.command("pace", id, "--priority", "urgent").awaitExit()).isZero();
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    assertInPlace(model, 1, 2);
  }

  @Test
  void theUplinkOfAZoneAndADeploymentInSumHaveCapsThatAreLiftedWhileItRuns() throws Exception {
    cluster.agent(1, "--label", "zone=a");
    cluster.agent(2, "--label", "zone=a");
    assertThat(cluster.command("cap", "set", "--zone", "a", "--rate", "2MB/s").awaitExit())
        .isZero();
    long begunNanos = System.nanoTime();
    Path model = version(1, SLOW_BYTES);
    SeedfallProcess deploy = deploy(model, "--total-rate", "1500kB/s");
    String id = awaitNewest("bytes move", d -> d.bytesDone() > SLOW_BYTES / 8).id();
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    assertThat(newest().bytesDone()).isLessThan((long) (1_500_000 * seconds) + 1_000_000);
    assertThat(cluster.command("pace", id).awaitExit()).isZero();
    SeedfallProcess list = cluster.command("cap", "list", "--json");
    assertThat(list.awaitExit()).isZero();
    assertThat(list.both())
        .contains("\"selector\":\"zone=a\",\"bytesPerSecond\":2000000,\"uplink\":true");
    awaitNewest("more bytes move", d -> d.bytesDone() > SLOW_BYTES / 4);
    assertThat(cluster.command("cap", "clear", "--zone", "a").awaitExit()).isZero();
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    assertInPlace(model, 1, 2);
  }

  @Test
  void aCapOfTheAgentsHoldsThemBackUntilItIsLiftedAlsoOverARestartOfTheCoordinator()
      throws Exception {
    agents(2);
    assertThat(cluster.command("cap", "set", "--agents", "all", "--rate", "1MB/s").awaitExit())
        .isZero();
    long begunNanos = System.nanoTime();
    Path model = version(1, SLOW_BYTES);
    SeedfallProcess deploy = deploy(model);
    awaitNewest("bytes move", d -> d.bytesDone() > SLOW_BYTES / 16);
    cluster.restartCoordinator();
    awaitNewest("more bytes move", d -> d.bytesDone() > SLOW_BYTES / 8);
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    assertThat(newest().bytesDone()).isLessThan((long) (2 * 1_000_000 * seconds) + 1_000_000);
    SeedfallProcess list = cluster.command("cap", "list", "--json");
    assertThat(list.awaitExit()).isZero();
    assertThat(list.both()).contains("\"selector\":\"all\",\"bytesPerSecond\":1000000");
    assertThat(cluster.command("cap", "clear", "--agents", "all").awaitExit()).isZero();
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    assertInPlace(model, 1, 2);
  }

  /** What is under way may still come; then nothing does. */
  private void assertStandsStill(String id) {
    long[] last = {-1};
    Awaitility.await("it stands still")
        .atMost(Cluster.PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          long now = cluster.client().deployment(id).bytesDone();
          boolean still = now == last[0] && now < 2 * SLOW_BYTES;
          last[0] = now;
          return still;
        });
  }

  // ---- a coordinator that is killed -------------------------------------------------------

  @Test
  void aCoordinatorKilledAtAnyMomentLosesNothingAndDoesNothingTwice() throws Exception {
    agents(3);
    Random random = new Random(5);
    Path[] versions = {version(1, BYTES), version(2, BYTES)};
    for (int number = 0; number < versions.length; number++) {
      SeedfallProcess publisher =
          cluster.command(
              "publish", versions[number].toString(), "--name", "model" + number, "--json");
      publisher.awaitAddress();
    }
    for (int kill = 0; kill < KILLS; kill++) {
      int number = kill % 2;
      Cluster.await(
          "whoever holds them is back",
          () -> cluster.client().artifacts().stream().allMatch(held -> held.fullCopies() > 0));
      SeedfallProcess deploy =
          cluster.command(
              "deploy", "model" + number, "--to", "all", "--path", PLACE, "--waves", "1,2,3");
      int made = kill + 1;
      Cluster.await(
          "it is made, or refused",
          () -> !deploy.alive() || cluster.client().deployments().size() == made);
      assertThat(deploy.alive() || cluster.client().deployments().size() == made)
          .as(deploy.both())
          .isTrue();
      int machines = random.nextInt(3);
      awaitNewest("a moment", d -> d.installedCount() >= machines || d.phase().isFinal());
      cluster.restartCoordinator();
      assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
      DeploymentView done = newest();
      assertThat(done.phase()).isEqualTo(DeploymentPhase.DONE);
      assertThat(done.machines()).allMatch(m -> m.phase() == MachinePhase.INSTALLED);
      assertInPlace(versions[number], 1, 2, 3);
      for (MachineView machine : done.machines()) {
        assertThat(cluster.client().history(done.id(), machine.agent()))
            .filteredOn(change -> !change.agent().isEmpty())
            .extracting(HistoryView::phase)
            .as("%s of %s, once", machine.agent(), done.id())
            .containsOnlyOnce("INSTALLED");
      }
    }
    List<DeploymentView> all = cluster.client().deployments();
    assertThat(all).as("every one was made once").hasSize(KILLS);
  }
}
