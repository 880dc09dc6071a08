package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a demo: nothing, or all of it when it is to be kept. */
final class DemoEndTest {
  private static final int SIGINT_EXIT = 128 + 2;
  private static final int SIGTERM_EXIT = 128 + 15;
  private static final int MORE_INTERRUPTS_MAX = 1_000;

  /** At this rate it takes an hour: whatever happens here happens in its middle. */
  private static final String[] SLOW = {"--size", "64MiB", "--max-rate", "20kB/s"};

  private static boolean saysHowFar(String line) {
    return line.contains("/2 machines");
  }

  private static void nothingIsLeft(RunningDemo demo) throws Exception {
    assertThat(demo.childIds()).as(demo.process().both()).isEmpty();
    assertThat(demo.leftFiles()).as(demo.process().both()).isEmpty();
  }

  /** Without a word, and without anything left. */
  private static void endedInTheMiddle(RunningDemo demo, int exit, int expected) throws Exception {
    String said = demo.process().both();
    assertThat(exit).as(said).isEqualTo(expected);
    assertThat(demo.process().answer()).as(said).isEmpty();
    assertThat(demo.process().notes())
        .as(said)
        .noneMatch(line -> line.contains("reading every installed copy"))
        .noneMatch(line -> line.contains("away") || line.contains("does not answer"))
        .noneMatch(line -> line.contains("Exception") || line.contains("WARN"));
    nothingIsLeft(demo);
  }

  @Test
  void controlCEndsItAndLeavesNothing(@TempDir Path directory) throws Exception {
    try (RunningDemo demo = RunningDemo.start(directory, SLOW)) {
      demo.process().awaitNote(DemoEndTest::saysHowFar);
      assertThat(demo.childIds()).hasSize(RunningDemo.CHILDREN);
      assertThat(demo.leftFiles()).contains(demo.directory());
      demo.interrupt();
      endedInTheMiddle(demo, demo.process().awaitExit(), SIGINT_EXIT);
    }
  }

  @Test
  void controlCWhileItStartsLeavesNothing(@TempDir Path directory) throws Exception {
    try (RunningDemo demo = RunningDemo.start(directory, SLOW)) {
      demo.process().awaitNote(line -> line.startsWith("starting 2 agents"));
      demo.interrupt();
      endedInTheMiddle(demo, demo.process().awaitExit(), SIGINT_EXIT);
    }
  }

  @Test
  void controlCAgainAndAgainChangesNothing(@TempDir Path directory) throws Exception {
    try (RunningDemo demo = RunningDemo.start(directory, SLOW)) {
      demo.process().awaitNote(DemoEndTest::saysHowFar);
      demo.interrupt();
      for (int more = 0; more < MORE_INTERRUPTS_MAX && demo.process().alive(); more++) {
        demo.interruptWhatRuns();
      }
      endedInTheMiddle(demo, demo.process().awaitExit(), SIGINT_EXIT);
    }
  }

  @Test
  void sigtermToItAloneEndsItAndLeavesNothing(@TempDir Path directory) throws Exception {
    try (RunningDemo demo = RunningDemo.start(directory, SLOW)) {
      demo.process().awaitNote(DemoEndTest::saysHowFar);
      endedInTheMiddle(demo, demo.process().stop(), SIGTERM_EXIT);
    }
  }

  @Test
  void whatIsKeptGoesOnUntilTheLineThatItPrintsIsRun(@TempDir Path directory) throws Exception {
    try (RunningDemo demo = RunningDemo.start(directory, "--size", "2MiB", "--keep")) {
      SeedfallProcess process = demo.process();
      assertThat(process.awaitExit()).as(process.both()).isZero();
      assertThat(demo.childIds()).hasSize(RunningDemo.CHILDREN);
      String status = wordsAfter(process, "kept: ").replace(" seedfall status", "");
      String coordinator = status.replace("SEEDFALL_COORDINATOR=", "");
      SeedfallProcess agents =
          SeedfallProcess.start(directory, "agents", "--coordinator", coordinator);
      assertThat(agents.awaitExit()).as(agents.both()).isZero();
      assertThat(agents.both()).contains("agent-1", "agent-2");
      String hash = TestFiles.sha256(demo.directory().resolve("source.bin"));
      String copies = RunningDemo.run("sha256sum " + wordsAfter(process, "files: "));
      assertThat(copies.lines()).hasSize(2).allMatch(line -> line.startsWith(hash));
      String stop = wordsAfter(process, "to stop: ");
      for (long child : demo.childIds()) {
        assertThat(stop)
            .containsPattern("^kill .*\\b" + child + "\\b.*; until rm -rf " + demo.directory());
      }
      RunningDemo.run(stop);
      Cluster.await("every process has ended", () -> nothingRuns(demo));
      nothingIsLeft(demo);
    }
  }

  private static boolean nothingRuns(RunningDemo demo) {
    try {
      return demo.childIds().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String wordsAfter(SeedfallProcess process, String start) throws Exception {
    return process.awaitNote(line -> line.startsWith(start)).substring(start.length());
  }
}
