package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real processes in a real control group. */
final class ControlGroupTest {
  @Test
  void theTimeOfProcessesThatHaveEndedIsCountedWithTheirChildren() {
    try (ControlGroup group = ControlGroup.make()) {
      double before = group.cpuSeconds();
      List<String> command = new ArrayList<>(group.inside());
      command.addAll(
          List.of("sh", "-c", "sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'; true"));
      assertThat(Commands.attempt(command).exit()).isZero();
      assertThat(group.cpuSeconds() - before).isPositive();
      assertThat(group.processes()).isEmpty();
    }
  }

  @Test
  void everyProcessOfTheGroupEndsWithItAlsoOneThatDetached() throws Exception {
    ControlGroup group = ControlGroup.make();
    List<String> command = new ArrayList<>(group.inside());
    command.addAll(List.of("sh", "-c", "setsid sleep 1000 & sleep 1000 & echo up; wait"));
    Process shell = new ProcessBuilder(command).start();
    assertThat(shell.inputReader().readLine()).isEqualTo("up");
    List<ProcessHandle> all =
        group.processes().stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
    assertThat(all).hasSizeGreaterThanOrEqualTo(3);
    group.close();
    assertThat(group.processes()).isEmpty();
    assertThat(shell.waitFor()).isNotZero();
  }

  @Test
  void nothingStartsInAGroupThatIsClosed() {
    ControlGroup group = ControlGroup.make();
    group.close();
    List<String> command = new ArrayList<>(group.inside());
    command.addAll(List.of("echo", "started"));
    Commands.Outcome outcome = Commands.attempt(command);
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.output()).doesNotContain("started");
  }

  @Test
  void theLargestProcessIsSeen() throws Exception {
    try (ControlGroup group = ControlGroup.make()) {
      List<String> command = new ArrayList<>(group.inside());
      command.addAll(List.of("sh", "-c", "echo up; read line"));
      Process shell = new ProcessBuilder(command).start();
      assertThat(shell.inputReader().readLine()).isEqualTo("up");
      MemoryPeak peak = MemoryPeak.watching(group);
      peak.close();
      assertThat(peak.rssBytes()).isGreaterThanOrEqualTo(peak.rssAnonBytes()).isPositive();
      shell.outputWriter().close();
      shell.waitFor();
    }
  }
}
