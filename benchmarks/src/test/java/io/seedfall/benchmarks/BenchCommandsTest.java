package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole benchmarks, small: real processes. */
final class BenchCommandsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int bench(String... arguments) {
    PrintStream answers = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream notes = new PrintStream(err, true, StandardCharsets.UTF_8);
    return BenchMain.run(new Console(answers, notes, false), arguments);
  }

  @Test
  void twoHostsGetTheFileAndNothingIsLeftOfTheRack(@TempDir Path directory, @TempDir Path work)
      throws Exception {
    Path json = directory.resolve("result.json");
    Path chart = directory.resolve("result.svg");
    int exit =
        bench(
            "rack",
            "--hosts",
            "2",
            "--rate",
            "50mbit",
            "--size",
            "8MiB",
            "--contenders",
            "seedfall,seedfall-get",
            "--slow",
            "2:0.5",
            "--runs",
            "1",
            "--directory",
            work.toString(),
            "--json",
            json.toString(),
            "--chart",
            chart.toString());
    assertThat(exit).as(out + "\n" + err).isEqualTo(ExitCode.OK);
    JsonNode result = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    JsonNode run = result.at("/runs/0");
    assertThat(run.at("/identical").asInt()).isEqualTo(2);
    assertThat(result.at("/runs/1/identical").asInt()).isEqualTo(2);
    assertThat(run.at("/cpuSeconds").asDouble())
        .isGreaterThan(run.at("/transferCpuSeconds").asDouble());
    assertThat(run.at("/sourceBytes").asLong()).isGreaterThan(8 << 20);
    assertThat(run.at("/peakRssBytes").asLong()).isGreaterThan(20 << 20);
    // Host 2 has half of the rate that the bound is computed with.
    assertThat(result.at("/contenders/0/ratio").asDouble()).isGreaterThan(1.8);
    assertThat(result.at("/contenders/1/ratio").asDouble()).isGreaterThan(1.8);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("CONTENDER")
        .contains("all identical");
    assertThat(chart).exists();
    assertThat(work).isEmptyDirectory();
    String prefix = "sfb" + ProcessHandle.current().pid();
    assertThat(Commands.run("ip", "netns", "list")).doesNotContain(prefix);
  }

  @Test
  void anUrgentFileIsDeployedAloneAndBesideANormalOne(@TempDir Path directory) throws Exception {
    Path json = directory.resolve("result.json");
    int exit =
        bench(
            "urgent",
            "--hosts",
            "2",
            "--rate",
            "50mbit",
            "--size",
            "4MiB",
            "--normal-size",
            "64MiB",
            "--runs",
            "1",
            "--directory",
            directory.toString(),
            "--json",
            json.toString());
    // How it compares is not asked here; it says so itself when the aim is missed.
    assertThat(exit).as(out + "\n" + err).isIn(ExitCode.OK, ExitCode.FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("URGENT ALONE").contains("times");
    JsonNode run = JsonMapper.builder().build().readTree(Files.readAllBytes(json)).at("/runs/0");
    assertThat(run.at("/aloneSeconds").asDouble()).isPositive();
    assertThat(run.at("/besideSeconds").asDouble()).isPositive();
    assertThat(run.at("/normalAheadSeconds").asDouble()).isPositive();
    String prefix = "sfb" + ProcessHandle.current().pid();
    assertThat(Commands.run("ip", "netns", "list")).doesNotContain(prefix);
  }

  @Test
  void aTreeOfSmallFilesArrivesThroughUsAndThroughTar(@TempDir Path directory) throws Exception {
    Path json = directory.resolve("result.json");
    int exit =
        bench(
            "pair",
            "--files",
            "250",
            "--size",
            "1000",
            "--runs",
            "1",
            "--directory",
            directory.toString(),
            "--json",
            json.toString());
    assertThat(exit).as(out + "\n" + err).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("250 files, ")
        .containsPattern("seedfall .* identical")
        .containsPattern("tar, nc .* identical");
    JsonNode result = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    assertThat(result.at("/files").asInt()).isEqualTo(250);
    assertThat(result.at("/bytes").asLong()).isEqualTo(250_000);
  }

  @Test
  void anAgentStartsAndIsLookedAt(@TempDir Path directory) throws Exception {
    Path json = directory.resolve("result.json");
    int exit =
        bench(
            "start", "--runs", "2", "--directory", directory.toString(), "--json", json.toString());
    assertThat(exit).as(out + "\n" + err).isEqualTo(ExitCode.OK);
    JsonNode starts = JsonMapper.builder().build().readTree(Files.readAllBytes(json)).at("/starts");
    assertThat(starts.size()).isEqualTo(2);
    for (JsonNode start : starts) {
      assertThat(start.at("/seconds").asDouble()).isPositive();
      assertThat(start.at("/idle/rssAnonBytes").asLong()).isGreaterThan(10 << 20);
    }
  }

  @Test
  void aCrowdIsGivenAnArtifactAndComesBackToACoordinatorThatWasKilled(@TempDir Path directory)
      throws Exception {
    crowd(directory, 200, 8);
  }

  @Test
  void aCrowdOfMembersDoesTheSameOverTls(@TempDir Path directory) throws Exception {
    crowd(directory, 40, 9, "--tls");
  }

  /** How long it takes is not asked here; it says so itself when an aim is missed. */
  private void crowd(Path directory, int agents, int spans, String... more) throws Exception {
    Path json = directory.resolve("result.json");
    List<String> words = new ArrayList<>(List.of("control", "--agents", "" + agents));
    words.addAll(List.of("--fetch", "2", "--directory", directory.toString()));
    words.addAll(List.of("--json", json.toString()));
    words.addAll(List.of(more));
    int exit = bench(words.toArray(new String[0]));
    assertThat(exit).as(out + "\n" + err).isIn(ExitCode.OK, ExitCode.FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("VERDICT");
    JsonNode result = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    assertThat(result.at("/agents").asInt()).isEqualTo(agents);
    assertThat(result.at("/failedMachines").asInt()).isZero();
    assertThat(result.at("/spans").size()).isEqualTo(spans);
    assertThat(result.at("/questions/0/answers").asInt()).isPositive();
    assertThat(result.at("/questions/0/failures").asInt()).isZero();
    // Each machine says Hello twice, begins twice, puts in place twice and holds twice.
    assertThat(result.at("/messagesSaid").asLong()).isGreaterThan(agents * 8L);
    assertThat(result.at("/peakRssBytes").asLong()).isGreaterThan(50 << 20);
  }

  @Test
  void nonsenseIsOneLine() {
    assertThat(bench("rack", "--hosts", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("rack", "--contenders", "rsync")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("rack", "--slow", "2")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("rack", "--hosts", "2", "--slow", "3:0.5")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("pair", "--size", "much")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("pair", "--files", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("start", "--runs", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("soak", "--pushes", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("control", "--agents", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("control", "--agents", "12000")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("control", "--fetch", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(bench("urgent", "--hosts", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(bench()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(13);
  }
}
