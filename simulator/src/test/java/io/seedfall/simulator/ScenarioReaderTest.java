package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scenario file may say, and with which words anything else is refused. */
final class ScenarioReaderTest {
  private static final String TOPOLOGY =
      """
      title = "t"
      [topology]
      receivers = 4
      link = "100Mbit"
      latency = "100us"
      [workload]
      size = "1MiB"
      piece_size = "64KiB"
      """;

  private static ScenarioFile parse(String toml) throws ScenarioFileException {
    return ScenarioFile.parse("f.toml", toml);
  }

  private static void refused(String toml, String message) {
    assertThatThrownBy(() -> parse(toml))
        .isInstanceOf(ScenarioFileException.class)
        .message()
        .startsWith("f.toml: ")
        .contains(message)
        .doesNotContain("\n");
  }

  private static String fault(String lines) {
    return TOPOLOGY + "[[faults]]\n" + lines;
  }

  @Test
  void theLeastFileNamesReceiversLinkLatencyAndSize() throws ScenarioFileException {
    ScenarioFile file = parse(TOPOLOGY);
    assertThat(file.topology().receivers()).isEqualTo(4);
    assertThat(file.topology().linkBytesPerSecond()).isEqualTo(12_500_000);
    assertThat(file.workload()).isEqualTo(new ScenarioFile.Workload(1 << 20, 64 << 10, 1));
    assertThat(file.seeds()).containsExactly(1L);
    assertThat(file.machineCount()).isEqualTo(5);
    ScenarioRun run = file.run(1);
    assertThat(run.isPassed()).isTrue();
  }

  @Test
  void anUnknownKeyIsRefusedByNameWhereverItStands() {
    refused("colour = 1\n" + TOPOLOGY, "colour: unknown key (known: title, seeds");
    refused(TOPOLOGY.replace("latency", "delay"), "topology.latency: missing");
    refused(TOPOLOGY + "speed = 1", "workload.speed: unknown key (known: size, piece_size, files)");
    refused(
        fault("at = \"1s\"\ndo = \"kill\"\nmachine = 1\nloud = true"), "faults[0].loud: unknown");
    refused(TOPOLOGY + "[bounds]\nratio = 1", "bounds.ratio: unknown key");
    refused(fault("at = \"1s\"\ndo = \"kill\"\nmachine = 1\njournal = true"), "faults[0].journal");
  }

  @Test
  void whatIsNoTomlIsRefusedInOneLine() {
    refused("title = ", "not TOML");
    refused("title = \"a\"\ntitle = \"b\"", "not TOML");
  }

  @Test
  void valuesAreRefusedWithWhatWasExpected() {
    refused(TOPOLOGY.replace("100Mbit", "fast"), "topology.link: not a rate: fast");
    refused(TOPOLOGY.replace("\"100us\"", "100"), "topology.latency: not a text: 100");
    refused(TOPOLOGY.replace("64KiB", "65KiB"), "workload.piece_size: expected: a power of two");
    refused(fault("do = \"kill\"\nmachine = 1"), "exactly one of at, one_copy_out and when");
    refused(fault("at = \"1s\"\none_copy_out = \"1s\"\ndo = \"kill\"\nmachine = 1"), "exactly one");
    refused(fault("at = \"1s\"\ndo = \"explode\"\nmachine = 1"), "expected: kill, power-off");
    refused(fault("at = \"1s\"\ndo = \"partition\"\nmachines = []\nlasts = \"1s\""), "machines");
    refused(fault("at = \"1s\"\ndo = \"partition\"\nmachines = [1]\nlasts = \"1us\""), "lasts");
    refused(TOPOLOGY + "[[extras]]\nrole = \"source\"", "extras[0].role");
    refused(TOPOLOGY + "[checkers]\nfinish = \"core\"", "checkers.finish");
    refused(TOPOLOGY.replace("latency", "racks = 2\nlatency"), "racks and rack_link belong");
  }

  @Test
  void everyLimitIsRefusedJustBeyondItAndNotJustBelow() throws ScenarioFileException {
    int most = ScenarioReader.RECEIVERS_MAX;
    parse(TOPOLOGY.replace("receivers = 4", "receivers = " + most));
    refused(TOPOLOGY.replace("receivers = 4", "receivers = " + (most + 1)), "1..10000");
    parse(fault("at = \"1s\"\ndo = \"kill\"\nmachine = 4"));
    refused(fault("at = \"1s\"\ndo = \"kill\"\nmachine = 5"), "faults[0].machine: 5");
    parse(fault("when = { machine = 1, pieces = 16 }\ndo = \"kill\"\nmachine = 4"));
    refused(fault("when = { machine = 1, pieces = 17 }\ndo = \"kill\"\nmachine = 4"), "pieces: 17");
    String extras = "[[extras]]\nrole = \"liar\"\ncount = ";
    parse(TOPOLOGY + extras + ScenarioReader.EXTRAS_MAX);
    refused(TOPOLOGY + extras + (ScenarioReader.EXTRAS_MAX + 1), "extras[0].count");
    refused(TOPOLOGY + extras + ScenarioReader.EXTRAS_MAX + "\n" + extras + "1", "more than 1000");
    parse(fault("at = \"1d\"\ndo = \"kill\"\nmachine = 4"));
    refused(fault("at = \"1.1d\"\ndo = \"kill\"\nmachine = 4"), "faults[0].at");
    String seeds = "seeds = [" + "1,".repeat(ScenarioReader.SEEDS_MAX - 1);
    parse(seeds + "1]\n" + TOPOLOGY);
    refused(seeds + "1,1]\n" + TOPOLOGY, "seeds: expected: a list of 1..1000");
    String tables = "[[machines]]\nnumbers = [1]\n";
    parse(TOPOLOGY + tables.repeat(ScenarioReader.TABLES_MAX));
    refused(TOPOLOGY + tables.repeat(ScenarioReader.TABLES_MAX + 1), "at most 10000 tables");
    String small = TOPOLOGY.replace("64KiB", "16KiB");
    parse(small.replace("1MiB", "16GiB"));
    refused(small.replace("1MiB", "17179869185"), "at most 1048576 pieces");
    parse(TOPOLOGY + "files = " + ScenarioReader.FILES_MAX + "\n");
    refused(TOPOLOGY + "files = " + (ScenarioReader.FILES_MAX + 1) + "\n", "workload.files");
    parse(TOPOLOGY.replace("64KiB", "64MiB").replace("1MiB", "1TiB"));
    refused(TOPOLOGY.replace("64KiB", "64MiB").replace("1MiB", "1.1TiB"), "workload.size");
    parse("#".repeat(ScenarioReader.TEXT_CHARACTERS_MAX - TOPOLOGY.length() - 1) + "\n" + TOPOLOGY);
    refused(
        "#".repeat(ScenarioReader.TEXT_CHARACTERS_MAX - TOPOLOGY.length()) + "\n" + TOPOLOGY,
        "longer than");
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path directory) {
    assertThatThrownBy(() -> ScenarioFile.read(directory.resolve("none.toml")))
        .isInstanceOf(ScenarioFileException.class)
        .hasMessage("none.toml: no such file");
  }

  @Test
  void bytesThatAreNoTextAreRefused(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("bytes.toml"), new byte[] {(byte) 0xff, 0, 1});
    assertThatThrownBy(() -> ScenarioFile.read(file))
        .isInstanceOf(ScenarioFileException.class)
        .hasMessage("bytes.toml: not UTF-8");
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException, ScenarioFileException {
    for (Path path : ScenarioFilesTest.files()) {
      ScenarioFile file = ScenarioFile.read(path);
      assertThat(parse(file.toml())).isEqualTo(file);
    }
    Seeds.check(
        200,
        random -> {
          ScenarioFile drawn = ScenarioDraw.draw(random.nextLong());
          try {
            assertThat(parse(drawn.toml())).isEqualTo(drawn);
          } catch (ScenarioFileException refused) {
            throw new AssertionError(drawn.toml(), refused);
          }
        });
  }

  @Test
  void boundsThatDoNotHoldAreNamed() throws ScenarioFileException {
    ScenarioRun run =
        parse(TOPOLOGY + "[bounds]\nratio_max = 1.0\nfinished_min = 5\nbans_min = 1").run(1);
    assertThat(run.broken())
        .extracting(ScenarioRun.Breach::name)
        .containsExactly("ratio_max", "finished_min", "bans_min");
    assertThat(run.broken().get(1).what()).contains("4").contains("expected: >= 5");
  }

  @Test
  void aCheckerThatEndsTheRunIsNamed() throws ScenarioFileException {
    ScenarioRun run = parse(fault("at = \"0ms\"\ndo = \"kill\"\nmachine = 0")).run(1);
    assertThat(run.result()).isNull();
    assertThat(run.broken())
        .extracting(ScenarioRun.Breach::name)
        .containsExactly(Ending.EVERYONE_FINISHES);
  }
}
