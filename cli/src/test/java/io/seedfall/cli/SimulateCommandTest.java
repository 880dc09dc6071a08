package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class SimulateCommandTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String[] SMALL = {
    "simulate", "--machines", "8", "--size", "4MiB", "--link", "1Gbit"
  };

  @TempDir Path folder;

  @Test
  void jsonIsOneObjectOnOneLineWithTheFieldsThatAreDocumented() {
    RecordedConsole recorded = run("--json");
    List<String> lines = recorded.answer().lines().toList();
    assertThat(lines).hasSize(1);
    assertThat(recorded.notes()).isEmpty();
    JsonNode json = MAPPER.readTree(lines.getFirst());
    assertThat(json.propertyNames())
        .containsExactly(
            "policy",
            "machines",
            "bytes",
            "pieces",
            "block_bytes",
            "seed",
            "makespan_seconds",
            "bound_seconds",
            "ratio",
            "ratio_full_rate",
            "median_seconds",
            "p99_seconds",
            "source_copies",
            "cross_rack_copies",
            "uplink_utilisation",
            "finished",
            "failed",
            "trace_hash",
            "wall_seconds",
            "peak_memory_bytes",
            "baselines");
    assertThat(json.get("policy").asString()).isEqualTo("grant");
    assertThat(json.get("machines").asInt()).isEqualTo(8);
    assertThat(json.get("bytes").asLong()).isEqualTo(4 << 20);
    assertThat(json.get("pieces").asInt()).isEqualTo(64);
    assertThat(json.get("finished").asInt()).isEqualTo(8);
    assertThat(json.get("bound_seconds").asDouble())
        .isCloseTo((4 << 20) / 125e6 * (1 + 3.0 / 64), within(1e-6));
    assertThat(json.get("ratio").asDouble())
        .isCloseTo(
            json.get("makespan_seconds").asDouble() / json.get("bound_seconds").asDouble(),
            within(1e-3));
    assertThat(json.get("trace_hash").asString()).matches("[0-9a-f]{16}");
    assertThat(json.get("peak_memory_bytes").asLong()).isGreaterThan(1 << 20);
    assertThat(json.get("baselines").propertyNames())
        .containsExactlyInAnyOrder(
            "single-server", "ten-servers", "sharded-servers", "scatter-exchange");
    assertThat(json.get("baselines").get("single-server").get("makespan_seconds").asDouble())
        .isCloseTo(8 * (4 << 20) / 125e6, within(1e-3));
  }

  @Test
  void theSameSeedGivesTheSameLineAndRunsGoOnWithTheNextSeeds() {
    List<String> one = withoutCosts(run("--json", "--seed", "4", "--slow", "25%:0.5"));
    List<String> two =
        withoutCosts(run("--json", "--seed", "3", "--runs", "2", "--slow", "25%:0.5"));
    assertThat(two).hasSize(2);
    assertThat(two.get(1)).isEqualTo(one.getFirst());
    assertThat(two.get(0)).isNotEqualTo(one.getFirst());
  }

  private static List<String> withoutCosts(RecordedConsole recorded) {
    return recorded
        .answer()
        .lines()
        .map(line -> line.replaceAll("\"(wall_seconds|peak_memory_bytes)\":[0-9.E-]+,", ""))
        .toList();
  }

  @Test
  void thePolicyThatWasAskedForStandsAboveTheOtherWays() {
    for (String policy :
        new String[] {
          "grant",
          "bittorrent",
          "chain",
          "trees",
          "single-server",
          "ten-servers",
          "sharded-servers",
          "scatter-exchange"
        }) {
      RecordedConsole recorded = run("--policy", policy);
      List<String> lines = recorded.answer().lines().toList();
      assertThat(lines.getFirst())
          .isEqualTo(
              "4.19 MB in 64 pieces of 64 KiB to 8 machines with 1 Gbit/s cards, 75 us apart");
      assertThat(lines.get(2)).startsWith("POLICY").contains("MAKESPAN", "RATIO", "SOURCE SENT");
      assertThat(lines.get(3)).startsWith(policy + " ");
      assertThat(recorded.answer())
          .contains("\nsingle-server ", "\nten-servers ", "\nsharded-servers ")
          .contains("\nscatter-exchange ", "8 finished, 0 failed");
    }
  }

  @Test
  void racksAreShownWithWhatEnteredThem() {
    RecordedConsole recorded =
        run("--racks", "2", "--oversubscription", "4", "--policy", "chain", "--json");
    JsonNode json = MAPPER.readTree(recorded.answer());
    assertThat(json.get("cross_rack_copies").asDouble()).isCloseTo(1, within(1e-6));
    assertThat(run("--racks", "2", "--oversubscription", "4", "--policy", "chain").answer())
        .contains("in 2 racks with 1 Gbit/s uplinks")
        .contains("INTO A RACK");
  }

  @Test
  void aRateIsWrittenAsTcDoesOrWithACapital() {
    String answer = run("--link", "100mbit", "--source-link", "1gbit").answer();
    assertThat(answer).contains("with 100 Mbit/s cards");
    assertThat(run("--link", "100Mbit", "--source-link", "1Gbit").answer().lines().limit(1))
        .isEqualTo(answer.lines().limit(1).toList());
  }

  @Test
  void hazardsAreCounted() {
    JsonNode json =
        MAPPER.readTree(
            run(
                    "--policy",
                    "trees",
                    "--fail",
                    "25%",
                    "--slow",
                    "25%:0.5",
                    "--join-over",
                    "10ms",
                    "--source-link",
                    "500Mbit",
                    "--latency",
                    "10us",
                    "--json")
                .answer());
    assertThat(json.get("failed").asInt()).isEqualTo(2);
    assertThat(json.get("finished").asInt()).isEqualTo(6);
    assertThat(json.get("ratio_full_rate").asDouble())
        .isLessThanOrEqualTo(json.get("ratio").asDouble());
    double sourceSeconds = (4 << 20) / 62.5e6;
    assertThat(json.get("bound_seconds").asDouble())
        .isBetween(sourceSeconds, sourceSeconds + 0.010 + 0.002);
  }

  @Test
  void everyWrongValueIsOneLineAndExitCodeTwo() {
    String[][] wrong = {
      {"--machines", "0", "1 to 100000"},
      {"--machines", "100001", "1 to 100000"},
      {"--machines", "many", "--machines"},
      {"--size", "0", "at least one byte"},
      {"--size", "5XB", "not a size: 5XB"},
      {"--size", "99999TB", "larger with --piece-size"},
      {"--link", "40", "not a rate: 40"},
      {"--piece-size", "3MB", "a power of two, 16KiB to 64MiB"},
      {"--piece-size", "8KiB", "a power of two"},
      {"--racks", "0", "1 to 8 machines"},
      {"--racks", "9", "1 to 8 machines"},
      {"--oversubscription", "4", "say how many --racks"},
      {"--latency", "75", "not a time: 75"},
      {"--latency", "2h", "at most 1h"},
      {"--slow", "2%", "2%:0.5"},
      {"--slow", "2%:0", "2%:0.5"},
      {"--slow", "2%:1.1", "2%:0.5"},
      {"--slow", "x:0.5", "2%:0.5"},
      {"--fail", "1", "not a share: 1"},
      {"--fail", "101%", "not a share: 101%"},
      {"--fail", "100%", "somebody must live"},
      {"--join-over", "soon", "not a time: soon"},
      {"--source-link", "0bit", "not a rate: 0bit"},
      {"--policy", "luck", "grant, bittorrent, chain, trees, single-server"},
      {"--seed", "x", "--seed"},
      {"--runs", "0", "1 to 10000"},
      {"--plot", "picture.gif", ".svg or .png"},
    };
    for (String[] option : wrong) {
      RecordedConsole recorded = new RecordedConsole(false);
      int code = recorded.run(with(option[0], option[1]));
      assertThat(code).as(String.join(" ", option)).isEqualTo(ExitCode.USAGE);
      assertThat(recorded.noteLines()).as(String.join(" ", option)).hasSize(1);
      assertThat(recorded.notes()).startsWith("seedfall: ").contains(option[2]);
      assertThat(recorded.answer()).isEmpty();
    }
  }

  @Test
  void oversubscriptionBelowOneIsRefused() {
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(recorded.run(with("--racks", "2", "--oversubscription", "0.5")))
        .isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("1 or more");
  }

  @Test
  void thePlotIsAPictureOfTheKindThatItsNameSays() throws IOException {
    Path svg = folder.resolve("runs.svg");
    Path png = folder.resolve("runs.png");
    assertThat(run("--policy", "trees", "--plot", svg.toString()).answer())
        .contains("drawn to " + svg);
    run("--policy", "trees", "--plot", png.toString());
    assertThat(Files.readString(svg)).startsWith("<?xml").contains("<svg").endsWith("</svg>\n");
    var image = ImageIO.read(png.toFile());
    assertThat(image.getWidth()).isEqualTo(1_000);
    assertThat(image.getHeight()).isEqualTo(880);
  }

  @Test
  void aPlotInAFolderThatIsNotThereIsRefusedBeforeTheRun() {
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(recorded.run(with("--plot", folder.resolve("nowhere/runs.svg").toString())))
        .isEqualTo(ExitCode.LOCAL);
    assertThat(recorded.noteLines()).hasSize(1);
  }

  private static RecordedConsole run(String... options) {
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(recorded.run(with(options))).as(recorded.notes()).isEqualTo(ExitCode.OK);
    return recorded;
  }

  /** The small experiment; an option that is named again replaces its value. */
  private static String[] with(String... options) {
    List<String> arguments = new ArrayList<>(List.of(SMALL));
    for (int i = 0; i < options.length; i++) {
      int at = options[i].startsWith("--") ? arguments.indexOf(options[i]) : -1;
      if (at >= 0) {
        arguments.subList(at, at + 2).clear();
      }
    }
    arguments.addAll(List.of(options));
    return arguments.toArray(new String[0]);
  }
}
