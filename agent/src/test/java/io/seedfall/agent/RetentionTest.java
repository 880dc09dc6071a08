package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.plain;
import static io.seedfall.agent.AgentBench.staged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.MachinePhase;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RetentionTest {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final long DISK_BYTES = 1_000;

  @TempDir Path temporary;
  private final AtomicLong nowMillis = new AtomicLong(1_800_000_000_000L);

  /** What else lies on a disk of 1000 bytes on which each version takes one hundred. */
  private final AtomicLong otherBytes = new AtomicLong();

  private AgentBench bench;

  @BeforeEach
  void openBench() throws Exception {
    bench = new AgentBench(temporary);
  }

  @AfterEach
  void endAll() {
    bench.close();
  }

  private void start(Retention retention) throws Exception {
    bench.start(
        bench.settings().withRetention(retention),
        new Surroundings(nowMillis::get, directory -> space()));
  }

  private DiskSpace space() throws IOException {
    return new DiskSpace(
        DISK_BYTES - otherBytes.get() - 100L * bench.versions().size(), DISK_BYTES);
  }

  @Test
  void whatNobodyHasUsedForSoManyDaysIsNotKept() throws Exception {
    start(new Retention(2, 3, KeepFree.NOTHING));
    Metainfo one = bench.installed("d1", "one", "x");
    nowMillis.addAndGet(30 * DAY_MILLIS);
    Metainfo two = bench.installed("d2", "two", "x");
    nowMillis.addAndGet(3 * DAY_MILLIS);
    bench.installed("d3", "three", "y");
    assertThat(bench.versions()).as("in use until three days ago").contains(hex(one));
    nowMillis.incrementAndGet();
    bench.installed("d4", "four", "z");
    Awaitility.await().until(() -> !bench.versions().contains(hex(one)));
    assertThat(bench.versions()).contains(hex(two)).hasSize(3);
  }

  @Test
  void theOldestGoUntilThereIsRoomAndNoneThatIsInUse() throws Exception {
    start(new Retention(3, 0, KeepFree.parse("30%")));
    Metainfo one = bench.installed("d1", "one", "x");
    nowMillis.addAndGet(1_000);
    Metainfo other = bench.installed("d2", "other", "y");
    nowMillis.addAndGet(1_000);
    Metainfo otherNext = bench.installed("d3", "otherNext", "y");
    nowMillis.addAndGet(1_000);
    Metainfo two = bench.installed("d4", "two", "x");
    Metainfo waiting = bench.publishedText("waiting");
    bench.assign(staged(plain("d5", waiting, "z", bench.sourceOfText(waiting))));
    bench.reaches("d5", MachinePhase.STAGED);
    assertThat(bench.versions()).hasSize(5);

    otherBytes.set(300); // 200 bytes are free
    awaitVersions(one, otherNext, two, waiting);
    otherBytes.set(400);
    awaitVersions(otherNext, two, waiting);
    otherBytes.set(900);
    settle();
    settle();
    assertThat(bench.versions()).containsExactlyInAnyOrder(hex(otherNext), hex(two), hex(waiting));
    assertThat(hex(other)).isNotEqualTo(hex(one));
    bench.say(new CoordinatorMessage.Activate("d5"));
    assertThat(bench.ended("d5").phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  @Test
  void whatIsStagedForNobodyIsForgottenAfterAWeek() throws Exception {
    start(Retention.USUAL);
    Metainfo waiting = bench.publishedText("waiting");
    bench.assign(staged(plain("d1", waiting, "x", bench.sourceOfText(waiting))));
    bench.reaches("d1", MachinePhase.STAGED);
    nowMillis.addAndGet(Versions.STAGED_KEPT.toMillis() + 1);
    settle();
    assertThat(bench.versions()).contains(hex(waiting));
    bench.stop();
    nowMillis.addAndGet(-1);
    start(Retention.USUAL);
    settle();
    assertThat(bench.versions()).contains(hex(waiting));
    nowMillis.incrementAndGet();
    settle();
    Awaitility.await().until(() -> bench.versions().isEmpty());
  }

  @Test
  void freeSpaceIsSaidAsASizeOrAPart() {
    assertThat(KeepFree.parse("50GB")).isEqualTo(new KeepFree(50_000_000_000L, 0));
    assertThat(KeepFree.parse("20GiB")).isEqualTo(new KeepFree(20L << 30, 0));
    assertThat(KeepFree.parse("512m")).isEqualTo(new KeepFree(512_000_000L, 0));
    assertThat(KeepFree.parse("7")).isEqualTo(new KeepFree(7, 0));
    assertThat(KeepFree.parse("12.5%")).isEqualTo(new KeepFree(0, 12.5));
    assertThat(KeepFree.parse("90%").percent()).isEqualTo(KeepFree.PERCENT_MAX);
    for (String wrong : List.of("91%", "", "-1", "5x", "1e3", "100%", "999999999999PB")) {
      assertThatThrownBy(() -> KeepFree.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keep free: ");
    }
    KeepFree both = new KeepFree(200, 30);
    assertThat(both.isShort(new DiskSpace(300, 1_000))).isFalse();
    assertThat(both.isShort(new DiskSpace(299, 1_000))).isTrue();
    assertThat(both.isShort(new DiskSpace(199, 100))).isTrue();
    assertThatThrownBy(() -> new Retention(0, 0, KeepFree.NOTHING))
        .hasMessageContaining("keptVersionsMax: 0");
    assertThatThrownBy(() -> new Retention(1, -1, KeepFree.NOTHING))
        .hasMessageContaining("keptDaysMax: -1");
  }

  /** The agent looks when something happens. */
  private void awaitVersions(Metainfo... expected) {
    List<String> names = Stream.of(expected).map(RetentionTest::hex).sorted().toList();
    Awaitility.await()
        .until(() -> {
          settle();
          return bench.versions().equals(names);
        });
  }

  private void settle() throws Exception {
    bench.say(new CoordinatorMessage.CheckHealth("none", "none"));
    bench.health("none");
  }

  private static String hex(Metainfo metainfo) {
    return metainfo.infoHash().hex();
  }
}
