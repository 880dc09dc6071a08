package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.looking;
import static io.seedfall.agent.AgentBench.plain;
import static io.seedfall.agent.AgentBench.staged;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.FileAttributes;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.Neighbour;
import io.seedfall.node.Repair;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Repairs beside all else that an agent does. */
@Timeout(120)
final class RepairedVersionTest {
  private static final int BYTES = 20 * TestSource.PIECE_BYTES;
  private static final int ROTTEN_AT = 5 * TestSource.PIECE_BYTES;

  /** A pass in a tenth of a second. */
  private static final long FAST = 10 * Rehash.PASS_BYTES_MIN;

  @TempDir Path temporary;
  private final AtomicLong nowMillis = new AtomicLong(1_800_000_000_000L);
  private final AtomicBoolean full = new AtomicBoolean();
  private AgentBench bench;
  private Path file;
  private Metainfo metainfo;

  @BeforeEach
  void startAgent() throws Exception {
    bench = new AgentBench(temporary);
    bench.start(
        bench.settings().withRehash(FAST).withRetention(new Retention(2, 3, KeepFree.parse("30%"))),
        new Surroundings(nowMillis::get, _ -> new DiskSpace(full.get() ? 1 : 1_000, 1_000)));
    file = TestSource.randomFile(temporary.resolve("model.bin"), BYTES, 1);
    metainfo = bench.published(file);
  }

  @AfterEach
  void endAll() {
    bench.close();
  }

  private Neighbour source() throws IOException {
    return bench.source(metainfo, file, 0);
  }

  private void installed(String id, String where, Neighbour... from) throws Exception {
    bench.assign(plain(id, metainfo, where, from));
    assertThat(bench.ended(id).phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  /** Installed from a source that is gone. */
  private void installedFromNobodyWhoIsThere(String id, String where) throws Exception {
    try (TestSource source = TestSource.of(metainfo, file, 0)) {
      installed(id, where, new Neighbour("s", source.endpoint(), true));
    }
  }

  private Path version() {
    return bench.root.resolve(".seedfall/versions/" + metainfo.infoHash());
  }

  private Path kept() {
    return VersionStore.contentBelow(version(), metainfo);
  }

  private void rot() throws IOException {
    RehashTest.rot(kept(), ROTTEN_AT);
  }

  private void awaitUnderWay() {
    Awaitility.await().until(() -> Repair.isUnderWay(metainfo, version()));
  }

  private void awaitRepaired() {
    Awaitility.await()
        .untilAsserted(() -> {
          assertThat(kept()).hasSameBinaryContentAs(file);
          assertThat(Repair.isUnderWay(metainfo, version())).isFalse();
        });
  }

  /** The agent has seen to everything that was said before. */
  private void settle() throws Exception {
    bench.say(new CoordinatorMessage.CheckHealth("none", "none"));
    bench.health("none");
  }

  /** It has had so many occasions to do what it must not. */
  private void settleFor(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      settle();
    }
  }

  @Test
  void aHaltedAgentRepairsNothingUntilItGoesOn() throws Exception {
    installed("d1", "x", source());
    bench.say(new CoordinatorMessage.Halt(true));
    settle();
    rot();
    byte[] rotten = Files.readAllBytes(kept());
    awaitUnderWay();
    settleFor(500);
    assertThat(kept()).hasBinaryContent(rotten);
    bench.say(new CoordinatorMessage.Halt(false));
    awaitRepaired();
    assertThat(bench.root.resolve("x")).hasSameBinaryContentAs(file);
  }

  @Test
  void whatIsInPlaceStaysWhileItIsRepairedHoweverOldItIsAndHoweverLittleRoomThereIs()
      throws Exception {
    installedFromNobodyWhoIsThere("d1", "x");
    rot();
    awaitUnderWay();
    nowMillis.addAndGet(Duration.ofDays(30).toMillis());
    full.set(true);
    settleFor(50);
    assertThat(version()).isDirectory();
    installed("d2", "y", source());
    awaitRepaired();
    assertThat(bench.root.resolve("x")).hasSameBinaryContentAs(file);
    assertThat(bench.root.resolve("y")).hasSameBinaryContentAs(file);
  }

  @Test
  void whatIsNotInPlaceGoesWhenItIsTooOldAlsoWhileItIsRepaired() throws Exception {
    installedFromNobodyWhoIsThere("d1", "x");
    bench.installed("d2", "next", "x");
    rot();
    awaitUnderWay();
    settle();
    assertThat(version()).isDirectory();
    nowMillis.addAndGet(Duration.ofDays(30).toMillis());
    Awaitility.await()
        .until(() -> {
          settle();
          return !Files.exists(version());
        });
  }

  @Test
  void linksAreRepairedAndCopiesAreLeftAsTheyAre() throws Exception {
    Neighbour source = source();
    installed("d1", "link", source);
    bench.assign(
        looking(
            plain("d2", metainfo, "copy", source), new FileAttributes("", "", "640", 0, Map.of())));
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    Path copy = bench.root.resolve("copy");
    VersionStore store = VersionStore.open(bench.root);
    assertThat(store.isLinkedAt(bench.root.resolve("link"), metainfo)).isTrue();
    assertThat(store.isLinkedAt(copy, metainfo)).isFalse();
    RehashTest.rot(copy, ROTTEN_AT);
    byte[] rottenCopy = Files.readAllBytes(copy);
    rot();
    awaitRepaired();
    assertThat(bench.root.resolve("link")).hasSameBinaryContentAs(file);
    assertThat(copy).hasBinaryContent(rottenCopy);
    // As the log says.
    bench.assign(
        looking(
            plain("d3", metainfo, "copy", source), new FileAttributes("", "", "640", 0, Map.of())));
    assertThat(bench.ended("d3").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(copy).hasSameBinaryContentAs(file);
  }

  @Test
  void whatIsStagedIsLaidReadyAnewWhenItsVersionIsWholeAgain() throws Exception {
    try (TestSource source = TestSource.of(metainfo, file, 0)) {
      bench.assign(staged(plain("d1", metainfo, "x", new Neighbour("s", source.endpoint(), true))));
      bench.reaches("d1", MachinePhase.STAGED);
    }
    rot();
    while (bench.next("d1").phase() == MachinePhase.STAGED) {
      // it is still to be found
    }
    bench.say(new CoordinatorMessage.Activate("d1"));
    settle();
    assertThat(bench.root.resolve("x")).doesNotExist();
    bench.assign(staged(plain("d1", metainfo, "x", source())));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasSameBinaryContentAs(file);
  }
}
