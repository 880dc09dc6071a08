package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.MachineDetail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real scripts, the bad ones too. None may take longer than its limit and a little. */
@Timeout(60)
class HookRunTest {
  private static final int LONG_SECONDS = 50;

  @TempDir Path temporary;
  private final HookOutput output = new HookOutput();
  private Path hooks;

  @BeforeEach
  void makeDirectory() throws IOException {
    hooks = Scripts.directory(temporary.resolve("hooks"));
  }

  @Test
  void itsLastLineIsWhatItSays() throws Exception {
    HookRun.Outcome outcome = run(LONG_SECONDS, "echo one", "echo two >&2", "echo", "exit 0");
    assertThat(outcome).isEqualTo(new HookRun.Outcome(true, "two"));
    assertThat(output.text()).isEqualTo("one\ntwo\n\n");
  }

  @Test
  void oneThatFailsSaysHow() throws Exception {
    assertThat(run(LONG_SECONDS, "echo 'no disk'", "exit 3"))
        .isEqualTo(new HookRun.Outcome(false, "hook h ended with 3: no disk"));
    assertThat(run(LONG_SECONDS, "kill -9 $$").why()).isEqualTo("hook h ended with 137: no disk");
  }

  @Test
  void itSeesItsEnvironmentAndNoOther() throws Exception {
    assertThat(run(LONG_SECONDS, "pwd", "env | sort", "cat").well()).isTrue();
    List<String> lines = output.text().lines().toList();
    assertThat(lines.getFirst()).isEqualTo(hooks.toString());
    assertThat(lines.stream().skip(1).map(line -> line.substring(0, line.indexOf('='))))
        .containsExactlyInAnyOrder("PATH", "PWD", "SEEDFALL_HOOK", "SEEDFALL_RUN");
    assertThat(lines).contains("SEEDFALL_HOOK=health", "PATH=" + HookRun.PATH);
  }

  @Test
  void oneThatHangsIsStoppedHoweverMuchItMinds() throws Exception {
    Path pid = temporary.resolve("pid");
    HookRun.Outcome outcome =
        run(1, "trap '' TERM INT HUP", "echo $$ >" + pid, "echo waiting", "sleep 1000");
    assertThat(outcome)
        .isEqualTo(new HookRun.Outcome(false, "hook h was stopped after 1 s: waiting"));
    assertGone(pid);
  }

  @Test
  void itsChildrenAreStoppedWithItWhereverTheyHide() throws Exception {
    Path pids = temporary.resolve("pids");
    String child = "sh -c 'echo $$ >>" + pids + "; exec sleep 1000'";
    run(
        1,
        child + " &",
        "(" + child + " &)",
        "setsid " + child + " &",
        "(setsid " + child + " &)",
        "env -i " + child + " &",
        "sleep 1000");
    assertThat(Files.readAllLines(pids)).hasSize(5);
    assertGone(pids);
  }

  @Test
  void oneThatPrintsWithoutEndIsStoppedAndItsEndIsKept() throws Exception {
    HookRun.Outcome outcome = run(1, "exec yes 0123456789");
    assertThat(outcome.why()).startsWith("hook h was stopped after 1 s: ");
    assertThat(output.text())
        .hasSizeLessThanOrEqualTo(MachineDetail.HOOK_OUTPUT_CHARS_MAX)
        .startsWith("[the end of ")
        .contains("\n0123456789\n");
  }

  @Test
  void aChildThatKeepsThePipeOpenIsNotWaitedFor() throws Exception {
    Path pid = temporary.resolve("pid");
    HookRun.Outcome outcome = run(LONG_SECONDS, "sleep 1000 &", "echo $! >" + pid, "echo started");
    assertThat(outcome).isEqualTo(new HookRun.Outcome(true, "started"));
    ProcessHandle left = handles(pid).getFirst();
    assertThat(left.isAlive()).as("a hook may start a service").isTrue();
    left.destroyForcibly();
    left.onExit().get(60, TimeUnit.SECONDS);
  }

  @Test
  void aChildThatPrintsOnWithoutEndLosesItsReader() throws Exception {
    Path pid = temporary.resolve("pid");
    HookRun.Outcome outcome = run(LONG_SECONDS, "yes &", "echo $! >" + pid, "exit 0");
    assertThat(outcome.well()).isTrue();
    assertGone(pid);
  }

  @Test
  void oneThatSignalsItsGroupDoesNotSignalTheAgent() throws Exception {
    assertThat(run(LONG_SECONDS, "kill -9 0").why()).startsWith("hook h ended with 137");
  }

  @Test
  void whatIsNoProgramCannotBeRun() throws Exception {
    Path program = Scripts.write(hooks, "h");
    Files.writeString(program, "#!/no/such/interpreter\n");
    HookRun.Outcome outcome = new HookRun("h", program, Map.of(), 1, output).run();
    assertThat(outcome.well()).isFalse();
    assertThat(outcome.why().lines()).hasSize(1);
  }

  @Test
  void anInterruptedOneLeavesNothing() throws Exception {
    Path pid = temporary.resolve("pid");
    Path program =
        Scripts.write(
            hooks, "h", "echo $$ >" + pid + ".next", "mv " + pid + ".next " + pid, "sleep 1000");
    Thread running =
        Thread.ofVirtual()
            .start(() -> {
              try {
                new HookRun("h", program, Map.of(), LONG_SECONDS, output).run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Awaitility.await().until(() -> Files.exists(pid));
    running.interrupt();
    running.join();
    assertGone(pid);
  }

  private HookRun.Outcome run(int seconds, String... lines) throws Exception {
    Path program = Scripts.write(hooks, "h", lines);
    return new HookRun("h", program, Map.of("SEEDFALL_HOOK", "health"), seconds, output).run();
  }

  private static List<ProcessHandle> handles(Path pids) throws IOException {
    return Files.readAllLines(pids).stream()
        .flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())).stream())
        .toList();
  }

  /** A process that nobody has waited for yet is dead, too. */
  private static void assertGone(Path pids) {
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(handles(pids).stream().filter(HookRunTest::isRunning)).isEmpty());
  }

  private static boolean isRunning(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }
}
