package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.simulator.ScenarioFile;
import io.seedfall.simulator.ScenarioFileException;
import io.seedfall.simulator.ScenarioRun;
import io.seedfall.simulator.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simulate --scenario} and {@code simulate --fuzz}. */
final class ScenarioRunsTest {
  private static final String SCENARIO =
      """
      title = "two receivers"
      seeds = [3, 4]
      [topology]
      receivers = 2
      link = "100Mbit"
      latency = "100us"
      [workload]
      size = "1MiB"
      piece_size = "64KiB"
      [bounds]
      ratio_max = %s
      """;

  private final RecordedConsole recorded = new RecordedConsole(false);

  private int run(Path directory, String toml, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("two.toml"), toml);
    String[] arguments = new String[3 + more.length];
    arguments[0] = "simulate";
    arguments[1] = "--scenario";
    arguments[2] = file.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return recorded.run(arguments);
  }

  @Test
  void everySeedOfTheFileIsRun(@TempDir Path directory) throws IOException {
    assertThat(run(directory, SCENARIO.formatted("2.0"))).isEqualTo(ExitCode.OK);
    assertThat(recorded.answer()).contains("two receivers", "seed 3 holds", "seed 4 holds");
  }

  @Test
  void aSeedOnTheCommandLineTakesTheirPlace(@TempDir Path directory) throws IOException {
    assertThat(run(directory, SCENARIO.formatted("2.0"), "--seed", "9")).isEqualTo(ExitCode.OK);
    assertThat(recorded.answer()).contains("seed 9 holds").doesNotContain("seed 3");
  }

  @Test
  void whatDoesNotHoldIsNamedAndTheExitCodeSaysSo(@TempDir Path directory) throws IOException {
    assertThat(run(directory, SCENARIO.formatted("1.0"))).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer()).contains("seed 3 BREAKS", "ratio_max: 1.", "expected: <= 1.0");
  }

  @Test
  void jsonIsOneLineForEachRun(@TempDir Path directory) throws IOException {
    assertThat(run(directory, SCENARIO.formatted("1.0"), "--json")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer().lines()).hasSize(2).allMatch(line -> line.startsWith("{"));
    assertThat(recorded.answer()).contains("\"passed\":false", "\"broken\":[\"ratio_max");
  }

  @Test
  void aFileThatIsWrongIsOneLineWithTheKey(@TempDir Path directory) throws IOException {
    assertThat(run(directory, "colour = 1\n" + SCENARIO.formatted("2.0")))
        .isEqualTo(ExitCode.USAGE);
    assertThat(recorded.noteLines()).hasSize(1);
    assertThat(recorded.notes()).contains("two.toml: colour: unknown key");
  }

  @Test
  void whatTheScenarioSaysItselfIsNotTakenFromTheCommandLine(@TempDir Path directory)
      throws IOException {
    assertThat(run(directory, SCENARIO.formatted("2.0"), "--machines", "5"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(recorded.run("simulate", "--fuzz", "1", "--runs", "2")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.run("simulate", "--fuzz", "1", "--fail", "1%")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes())
        .contains(
            "--machines: does not go with --scenario",
            "--runs: does not go with --fuzz",
            "--fail: does not go with --fuzz");
  }

  @Test
  void whatASoakFindsIsASeedAndAScenarioThatCanBeRun(@TempDir Path directory)
      throws IOException, ScenarioFileException {
    ScenarioFile drawn = ScenarioFile.parse("drawn", SCENARIO.formatted("1.0"));
    Soak.Finding finding =
        new Soak.Finding(41, new ScenarioRun.Breach("ratio_max", "ratio_max: 2"), drawn, drawn);
    Soak.Report report = new Soak.Report(new Soak.Count(40, 2, 7, 9), finding);
    new ScenarioRuns(recorded.console(), false).report(report);
    List<String> lines = recorded.answer().lines().toList();
    assertThat(lines)
        .startsWith(
            "seeds 40 to 41: 2 scenarios, 7 machines, 9 faults",
            "seed 41 BREAKS ratio_max: 2",
            "made smaller, for --scenario FILE --seed 41:");
    String toml = String.join("\n", lines.subList(3, lines.size()));
    assertThat(run(directory, toml, "--seed", "41")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer()).contains("seed 41 BREAKS: ");
  }

  @Test
  void aSoakThatFindsNothingSaysWhatItLookedAt() {
    Soak.Report report = new Soak.Report(new Soak.Count(40, 2, 7, 9), null);
    new ScenarioRuns(recorded.console(), true).report(report);
    new ScenarioRuns(recorded.console(), false).report(report);
    assertThat(recorded.answer().lines())
        .containsExactly(
            "{\"first_seed\":40,\"seeds\":2,\"machines\":7,\"faults\":9,"
                + "\"broken_seed\":null,\"broken\":null,\"scenario\":null}",
            "seeds 40 to 41: 2 scenarios, 7 machines, 9 faults: nothing broke");
  }

  @Test
  void aSoakHasALeastAndAMostTime() {
    assertThat(recorded.run("simulate", "--fuzz", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.run("simulate", "--fuzz", "10081")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("--fuzz: 0 (expected: 1 to 10080)", "--fuzz: 10081");
    assertThat(recorded.run("simulate", "--fuzz", "1", "--scenario", "f"))
        .isEqualTo(ExitCode.USAGE);
  }
}
