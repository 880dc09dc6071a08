package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.plain;
import static io.seedfall.agent.AgentBench.staged;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.Assignment;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.protocol.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedDeploymentTest {
  private static final int BYTES = 1_000_000;

  @TempDir Path temporary;
  private AgentBench bench;

  @BeforeEach
  void startAgent() throws Exception {
    bench = new AgentBench(temporary);
    bench.start(bench.settings());
  }

  @AfterEach
  void endAll() {
    bench.close();
  }

  @Test
  void aStagedVersionIsInPlaceOnlyWhenItIsActivated() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("model.bin"), BYTES, 1);
    Metainfo metainfo = bench.published(file);
    Neighbour source = bench.source(metainfo, file, 0);
    bench.assign(staged(plain("d1", metainfo, "models/current", source)));

    MachineReport report = bench.reaches("d1", MachinePhase.STAGED);
    assertThat(report.bytesDone()).isEqualTo(BYTES);
    assertThat(report.detail()).isEqualTo(MachineDetail.NONE);
    assertThat(bench.root.resolve("models")).doesNotExist();
    assertThat(bench.prepared()).hasSize(1);

    bench.say(new CoordinatorMessage.Activate("d1"));
    report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("models/current")).hasSameBinaryContentAs(file);
    assertThat(report.detail().millis())
        .containsOnlyKeys(
            "learning", "checking", "connecting", "receiving", "syncing", "staged", "installing");
    assertThat(report.detail().millis().values().stream().mapToLong(Long::longValue).sum())
        .isBetween(report.elapsedMillis() - 10, report.elapsedMillis());
    assertThat(report.detail().bytesFrom())
        .containsOnlyKeys(source.endpoint())
        .containsValue((long) BYTES);
    assertThat(bench.prepared()).isEmpty();
  }

  @Test
  void whatIsActivatedBeforeItIsStagedIsInstalledAtOnce() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("model.bin"), BYTES, 1);
    Metainfo metainfo = bench.published(file);
    bench.assign(staged(plain("d1", metainfo, "x")));
    bench.next("d1");
    bench.say(new CoordinatorMessage.Activate("d1"));
    bench.say(
        new CoordinatorMessage.Neighbours(
            "d1", java.util.List.of(bench.source(metainfo, file, 0))));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasSameBinaryContentAs(file);
  }

  @Test
  void whatWasActivatedWhileTheConnectionWasBrokenIsInstalledWithTheNextAssignment()
      throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("model.bin"), BYTES, 1);
    Metainfo metainfo = bench.published(file);
    Assignment plain = plain("d1", metainfo, "x", bench.source(metainfo, file, 0));
    bench.assign(staged(plain));
    bench.reaches("d1", MachinePhase.STAGED);
    bench.reconnect();
    bench.assign(plain);
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasSameBinaryContentAs(file);
  }

  @Test
  void aLaterAttemptIsBegunAnewWhenTheOneBeforeHasEnded() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("model.bin"), BYTES, 1);
    Metainfo metainfo = bench.published(file);
    Files.createDirectories(bench.root.resolve("x")); // in the way of a file
    Assignment first = plain("d1", metainfo, "x", bench.source(metainfo, file, 0));
    bench.assign(first);
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.FAILED);
    Files.delete(bench.root.resolve("x"));
    bench.assign(first);
    assertThat(bench.ended("d1").phase()).as("the same attempt").isEqualTo(MachinePhase.FAILED);
    bench.assign(AgentBench.attempt(first, 2));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    Files.delete(bench.root.resolve("x"));
    bench.assign(AgentBench.attempt(first, 3));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasSameBinaryContentAs(file);
  }

  @Test
  void aRestartedAgentIsStagedAgainWithoutFetching() throws Exception {
    Metainfo metainfo = bench.publishedText("staged");
    Assignment assignment = staged(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)));
    bench.assign(assignment);
    bench.reaches("d1", MachinePhase.STAGED);

    bench.restart(UnaryOperator.identity());
    assertThat(bench.prepared()).isEmpty();
    assertThat(bench.hello().holdings()).containsExactly(metainfo.infoHash().hex());
    assertThat(bench.hello().installed()).isEmpty();
    // Whatever else is installed meanwhile, it stays.
    bench.installed("d2", "two", "y");
    bench.installed("d3", "three", "y");
    bench.installed("d4", "four", "y");
    assertThat(bench.versions()).contains(metainfo.infoHash().hex());

    bench.assign(staged(plain("d1", metainfo, "x")));
    MachineReport report = bench.reaches("d1", MachinePhase.STAGED);
    assertThat(report.bytesDone()).isEqualTo(6);
    assertThat(report.bytesFromHolders()).isZero();
    bench.say(new CoordinatorMessage.Activate("d1"));
    report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(report.detail().millis()).doesNotContainKeys("connecting", "receiving");
    assertThat(bench.root.resolve("x")).hasContent("staged");
  }

  @Test
  void whatIsWithdrawnWhileItIsStagedIsGone() throws Exception {
    bench.installed("d0", "before", "x");
    Metainfo metainfo = bench.publishedText("staged");
    bench.assign(staged(plain("d1", metainfo, "x", bench.sourceOfText(metainfo))));
    bench.reaches("d1", MachinePhase.STAGED);
    bench.say(new CoordinatorMessage.Withdraw("d1", "somebody said so"));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.CANCELLED);
    Awaitility.await()
        .until(() ->
            bench.prepared().isEmpty() && !bench.versions().contains(metainfo.infoHash().hex()));
    bench.say(new CoordinatorMessage.Activate("d1"));
    bench.say(new CoordinatorMessage.Withdraw("d1", "again"));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.CANCELLED);
    assertThat(bench.root.resolve("x")).hasContent("before");
  }

  @Test
  void whatIsWithdrawnAfterARestartIsGone() throws Exception {
    Metainfo metainfo = bench.publishedText("staged");
    bench.assign(staged(plain("d1", metainfo, "x", bench.sourceOfText(metainfo))));
    bench.reaches("d1", MachinePhase.STAGED);
    bench.restart(UnaryOperator.identity());
    bench.say(new CoordinatorMessage.Withdraw("d1", "somebody said so"));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.CANCELLED);
    Awaitility.await().until(() -> bench.versions().isEmpty());
  }

  @Test
  void aNewerDeploymentTakesThePlaceOfAStagedOne() throws Exception {
    Metainfo metainfo = bench.publishedText("staged");
    bench.assign(staged(plain("d1", metainfo, "x", bench.sourceOfText(metainfo))));
    bench.reaches("d1", MachinePhase.STAGED);
    bench.installed("d2", "newer", "x");
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.CANCELLED);
    bench.say(new CoordinatorMessage.Activate("d1"));
    bench.installed("d3", "other", "y");
    assertThat(bench.root.resolve("x")).hasContent("newer");
  }

  @Test
  void aStagedVersionThatIsDamagedIsFetchedAnew() throws Exception {
    Metainfo metainfo = bench.publishedText("staged");
    Neighbour source = bench.sourceOfText(metainfo);
    bench.assign(staged(plain("d1", metainfo, "x", source)));
    bench.reaches("d1", MachinePhase.STAGED);
    Files.writeString(
        bench.root.resolve(".seedfall/versions/" + metainfo.infoHash() + "/content/staged"),
        "damaged");
    // Somebody else's check finds it out.
    bench.assign(plain("d2", metainfo, "y", source));
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    bench.reaches("d1", MachinePhase.FETCHING);
    bench.reaches("d1", MachinePhase.STAGED);
    bench.say(new CoordinatorMessage.Activate("d1"));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasContent("staged");
  }

  @Test
  void theHelloSaysWhatIsInPlaceTheNewestFirst() throws Exception {
    Metainfo one = bench.installed("d1", "one", "x");
    Metainfo two = bench.installed("d2", "two", "deep/y");
    bench.installed("d3", "three", "z");
    Metainfo four = bench.publishedText("four");
    bench.assign(staged(plain("d4", four, "x", bench.sourceOfText(four))));
    bench.reaches("d4", MachinePhase.STAGED);
    Files.delete(bench.root.resolve("z"));

    bench.restart(UnaryOperator.identity());
    assertThat(bench.hello().installed())
        .containsEntry("x", one.infoHash().hex())
        .containsEntry("deep/y", two.infoHash().hex())
        .hasSize(2);
  }
}
