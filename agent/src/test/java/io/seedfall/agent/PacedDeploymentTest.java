package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.paced;
import static io.seedfall.agent.AgentBench.plain;
import static io.seedfall.agent.AgentBench.staged;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Pace;
import io.seedfall.control.Priority;
import io.seedfall.control.UplinkShare;
import io.seedfall.node.NodeCaps;
import io.seedfall.node.TransferPace;
import io.seedfall.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PacedDeploymentTest {
  private static final int BYTES = 4_000_000;
  private static final Pace PAUSED = new Pace(Priority.NORMAL, 0, true);

  @TempDir Path temporary;
  private AgentBench bench;
  private Path file;
  private Metainfo metainfo;

  @BeforeEach
  void startAgent() throws Exception {
    bench = new AgentBench(temporary);
    bench.start(bench.settings());
    file = TestSource.randomFile(temporary.resolve("model.bin"), BYTES, 1);
    metainfo = bench.published(file);
  }

  @AfterEach
  void endAll() {
    bench.close();
  }

  @Test
  void aPausedDeploymentFetchesNothingUntilItGoesOn() throws Exception {
    Neighbour source = bench.source(metainfo, file, 0);
    bench.assign(paced(plain("d1", metainfo, "x", source), PAUSED));
    otherInstalled("d2", 1_000_000);
    assertThat(bench.saidAgain(paced(plain("d1", metainfo, "x", source), PAUSED)).bytesDone())
        .isZero();
    bench.say(new CoordinatorMessage.PaceChanged("d1", Pace.FREE));
    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(report.detail().millis().get("connecting"))
        .isGreaterThanOrEqualTo(report.detail().millis().get("receiving"));
  }

  @Test
  void aDeploymentThatIsPausedOnItsWayGoesOnWhereItWas() throws Exception {
    Neighbour source = bench.source(metainfo, file, 2_000_000);
    bench.assign(plain("d1", metainfo, "x", source));
    awaitBytes("d1", 500_000);
    bench.say(new CoordinatorMessage.PaceChanged("d1", PAUSED));
    long before = otherWhilePaused("d1");
    assertThat(before).isLessThan(BYTES);
    bench.say(new CoordinatorMessage.PaceChanged("d1", Pace.FREE));
    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(report.bytesFromHolders()).isEqualTo(BYTES);
  }

  @Test
  void aHaltStopsAllTransfersAndLetsInstallsFinish() throws Exception {
    Metainfo here = bench.publishedText("here");
    bench.assign(staged(plain("d0", here, "y", bench.sourceOfText(here))));
    bench.reaches("d0", MachinePhase.STAGED);
    bench.assign(plain("d1", metainfo, "x", bench.source(metainfo, file, 2_000_000)));
    awaitBytes("d1", 500_000);
    bench.say(new CoordinatorMessage.Halt(true));
    bench.say(new CoordinatorMessage.Activate("d0"));
    assertThat(bench.ended("d0").phase()).isEqualTo(MachinePhase.INSTALLED);
    Metainfo late = bench.publishedText("late");
    bench.assign(plain("d2", late, "z", bench.sourceOfText(late)));
    bench.next("d2");
    bench.reconnect();
    bench.say(new CoordinatorMessage.Halt(true));
    bench.say(new CoordinatorMessage.Halt(false));
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.ended("d1").bytesFromHolders()).isEqualTo(BYTES);
  }

  @Test
  void aCoordinatorThatSaysNothingOfAHaltHasLiftedIt() throws Exception {
    bench.say(new CoordinatorMessage.Halt(true));
    Metainfo late = bench.publishedText("late");
    bench.assign(plain("d2", late, "z", bench.sourceOfText(late)));
    bench.next("d2");
    bench.reconnect();
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  @Test
  void aCapHoldsAndTheFastestOfSeveralDeploymentsCounts() throws Exception {
    Neighbour source = bench.source(metainfo, file, 0);
    long startedNanos = System.nanoTime();
    bench.assign(
        paced(plain("d1", metainfo, "x", source), new Pace(Priority.LOW, 1_000_000, false)));
    MachineReport report = awaitBytes("d1", 1_000_000);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    assertThat(report.bytesDone()).isLessThan((long) (seconds * 1_000_000) + 500_000);
    bench.assign(plain("d2", metainfo, "y", source));
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  @Test
  void anAgentsCapHoldsForAllItsTransfersAndIsKeptOverARestart() throws Exception {
    long startedNanos = System.nanoTime();
    bench.say(cap(1_000_000));
    bench.assign(plain("d1", metainfo, "x", bench.source(metainfo, file, 0)));
    Path other = TestSource.randomFile(temporary.resolve("other"), BYTES, 2);
    Metainfo second = bench.published(other);
    bench.assign(plain("d2", second, "y", bench.source(second, other, 0)));
    MachineReport one = awaitBytes("d1", 500_000);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    assertThat(one.bytesDone()).isLessThan((long) (seconds * 1_000_000) + 500_000);
    assertThat(bench.kept().caps()).isEqualTo(NodeCaps.inAll(1_000_000));
    bench.say(cap(-1)); // which says nothing
    bench.reconnect(); // this coordinator has none
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.kept().caps()).isEqualTo(NodeCaps.NONE);
  }

  private static CoordinatorMessage cap(long bytesPerSecond) {
    return new CoordinatorMessage.Cap(bytesPerSecond, UplinkShare.OPEN, UplinkShare.OPEN);
  }

  @Test
  void aShareOfAnUplinkHoldsForPeersInOtherZonesAndIsKept() throws Exception {
    long startedNanos = System.nanoTime();
    UplinkShare share = new UplinkShare(2_000_000, 1_000_000);
    bench.say(new CoordinatorMessage.Cap(0, share, UplinkShare.OPEN));
    bench.assign(plain("d1", metainfo, "x", bench.source(metainfo, file, 0)));
    MachineReport one = awaitBytes("d1", 1_000_000);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    assertThat(one.bytesDone()).isLessThan((long) (seconds * 1_000_000) + 500_000);
    assertThat(bench.kept().caps().zone()).isEqualTo(new NodeCaps.Share(2_000_000, 1_000_000));
    bench.say(new CoordinatorMessage.Cap(0, new UplinkShare(-1, 0), UplinkShare.OPEN));
    bench.say(cap(0));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.kept().caps()).isEqualTo(NodeCaps.NONE);
  }

  @Test
  void aShareOfADeploymentHoldsForWhatComesInAndIsLifted() throws Exception {
    Neighbour source = bench.source(metainfo, file, 0);
    long startedNanos = System.nanoTime();
    Pace pace = new Pace(Priority.NORMAL, 0, false, 1_000_000);
    bench.assign(paced(plain("d1", metainfo, "x", source), pace));
    MachineReport report = awaitBytes("d1", 1_000_000);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    assertThat(report.bytesDone()).isLessThan((long) (seconds * 1_000_000) + 500_000);
    bench.say(new CoordinatorMessage.PaceChanged("d1", Pace.FREE));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  private MachineReport awaitBytes(String id, long bytes) throws Exception {
    MachineReport report = bench.next(id);
    while (report.bytesDone() < bytes) {
      assertThat(report.phase().isFinal()).isFalse();
      report = bench.next(id);
    }
    return report;
  }

  /** What the paused one had when another was fetched; nothing more came meanwhile. */
  private long otherWhilePaused(String id) throws Exception {
    otherInstalled("settling", 2_000_000); // what was asked for comes
    long before = bench.saidAgain(paced(plain(id, metainfo, "x"), PAUSED)).bytesDone();
    otherInstalled("other", 2_000_000);
    assertThat(bench.saidAgain(paced(plain(id, metainfo, "x"), PAUSED)).bytesDone())
        .isEqualTo(before);
    return before;
  }

  private void otherInstalled(String id, int bytes) throws Exception {
    Path other = TestSource.randomFile(temporary.resolve(id), bytes, id.length());
    Metainfo content = bench.published(other);
    bench.assign(plain(id, content, id, bench.source(content, other, 1_000_000)));
    assertThat(bench.ended(id).phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  /* --------------- Which pace counts --------------- */

  @Test
  void theFastestOfThoseAtWorkCountsElseWhatWasSaidLast() {
    Paces paces = new Paces();
    assertThat(paces.current(id -> true)).isEqualTo(Pace.FREE);
    paces.say("d1", new Pace(Priority.LOW, 100, false));
    paces.say("d2", new Pace(Priority.HIGH, 50, false));
    paces.say("d3", PAUSED);
    assertThat(paces.current(id -> true)).isEqualTo(new Pace(Priority.HIGH, 100, false));
    assertThat(paces.current(Set.of("d1", "d3")::contains))
        .isEqualTo(new Pace(Priority.LOW, 100, false));
    assertThat(paces.current(Set.of("d3")::contains)).isEqualTo(PAUSED);
    assertThat(paces.current(id -> false)).isEqualTo(PAUSED);
    paces.saySeed(Pace.FREE);
    assertThat(paces.current(Set.of("d3")::contains)).isEqualTo(Pace.FREE);
    paces.forgetSeed();
    paces.forget("d3");
    assertThat(paces.current(id -> false).priority()).isEqualTo(Priority.HIGH);
  }

  @Test
  void theWordToSeedSaysNothingAboutWhatComesIn() {
    Paces paces = new Paces();
    paces.saySeed(Pace.FREE);
    paces.say("d1", new Pace(Priority.LOW, 0, false, 7));
    paces.say("d2", new Pace(Priority.LOW, 0, false, 8));
    assertThat(paces.current("d1"::equals)).isEqualTo(new Pace(Priority.NORMAL, 0, false, 7));
    assertThat(paces.current(Set.of("d1", "d2")::contains).receivedBytesPerSecond()).isEqualTo(8);
  }

  @Test
  void soManyPacesAreRememberedAndNoMore() {
    Paces paces = new Paces();
    for (int i = 0; i < Paces.PACES_MAX; i++) {
      paces.say("d" + i, i == 0 ? Pace.FREE : PAUSED);
    }
    assertThat(paces.current(id -> true)).isEqualTo(Pace.FREE);
    paces.say("more", PAUSED);
    assertThat(paces.current(id -> true)).isEqualTo(PAUSED);
  }

  @Test
  void aPriorityIsAWeightAndALowOneTellsTheNetwork() {
    assertThat(Paces.ofTransfer(Pace.FREE, false)).isEqualTo(TransferPace.FREE);
    assertThat(Paces.ofTransfer(new Pace(Priority.LOW, 7, false), false))
        .isEqualTo(new TransferPace(1, 7, false, true));
    assertThat(Paces.ofTransfer(new Pace(Priority.URGENT, 0, false), true))
        .isEqualTo(new TransferPace(256, 0, true, false));
    assertThat(Paces.ofTransfer(new Pace(Priority.NORMAL, 7, false, 8), false))
        .isEqualTo(new TransferPace(4, 7, false, false, 8));
  }

  @Test
  void aHaltIsInDoubtForAMomentAfterAWelcome() {
    HaltWord halt = new HaltWord();
    halt.welcomed(0);
    assertThat(halt.waitNanos(0)).isEqualTo(Long.MAX_VALUE);
    halt.said(true);
    halt.welcomed(10);
    halt.lapse(9 + HaltWord.DOUBT_NANOS);
    assertThat(halt.isHalted()).isTrue();
    halt.lapse(10 + HaltWord.DOUBT_NANOS);
    assertThat(halt.isHalted()).isFalse();
    halt.said(true);
    halt.welcomed(10);
    halt.said(true);
    halt.lapse(11 + HaltWord.DOUBT_NANOS);
    assertThat(halt.isHalted()).isTrue();
  }
}
