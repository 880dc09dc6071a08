package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings by file, environment and flag. */
final class ConfigurationTest {
  @TempDir private Path directory;
  private RecordedConsole recorded = new RecordedConsole(false);

  @BeforeEach
  void nothingIsSaid() {
    recorded = new RecordedConsole(false);
  }

  @Test
  void theFlagGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    Path file = file("agent.toml", "name = 'f'\nstate = '/f'\nmax-rate = '1MB/s'\ninsecure = true");
    Map<String, String> environment =
        Map.of("SEEDFALL_NAME", "e", "SEEDFALL_STATE", "/e", "SEEDFALL_TRUST", "");
    int exit =
        recorded.run(
            new Origins(environment, directory),
            "config",
            "show",
            "agent",
            "--",
            "--name",
            "g",
            "--no-insecure");
    assertThat(exit).isEqualTo(ExitCode.OK);
    assertThat(line("name")).endsWith("g --name");
    assertThat(line("state")).endsWith("/e SEEDFALL_STATE");
    assertThat(line("max-rate")).endsWith("1MB/s " + file);
    assertThat(line("insecure")).endsWith("false --insecure");
    assertThat(line("keep-versions")).endsWith("2 default");
    assertThat(line("trust")).endsWith("- default");
    assertThat(line("coordinator")).endsWith(CoordinatorOption.DEFAULT + " default");
  }

  @Test
  void whatCanBeRepeatedIsAListInTheFileAndHasCommasInTheEnvironment() throws IOException {
    file(
        "agent.toml",
        """
        root = ["/srv", "data=/d, and more"]
        label = { role = "search", rack = 'a"b"' }
        """);
    show(Map.of(), "agent");
    assertThat(line("root")).contains("/srv, data=/d, and more");
    assertThat(line("label")).contains("role=search, rack=a\"b\"");
    nothingIsSaid();
    show(Map.of("SEEDFALL_LABEL", "role=web,rack=r1"), "agent");
    assertThat(line("label")).endsWith("role=web, rack=r1 SEEDFALL_LABEL");
  }

  @Test
  void aFileThatIsNamedTakesThePlaceOfTheMachines() throws IOException {
    file("agent.toml", "name = 'usual'");
    Path other = file("other.toml", "name = 'other'");
    show(Map.of(), "agent");
    assertThat(line("name")).contains("usual");
    for (List<String> flags :
        List.of(List.of("--config", other.toString()), List.of("--config=" + other))) {
      nothingIsSaid();
      show(
          Map.of("SEEDFALL_CONFIG", "/nowhere"),
          "agent",
          Stream.concat(Stream.of("--"), flags.stream()).toArray(String[]::new));
      assertThat(line("name")).contains("other");
    }
    nothingIsSaid();
    show(Map.of("SEEDFALL_CONFIG", "/dev/null"), "agent");
    assertThat(line("name")).endsWith("- default");
    nothingIsSaid();
    assertThat(show(Map.of("SEEDFALL_CONFIG", "/nowhere"), "agent")).isEqualTo(ExitCode.LOCAL);
    assertThat(recorded.notes()).contains("/nowhere");
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearestOne() throws IOException {
    Path file = file("coordinator.toml", "lisen = '127.0.0.1:0'\ndatabse-password = 'hush'");
    assertThat(run(Map.of(), "coordinator", "--state", directory.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(recorded.noteLines()).hasSize(1);
    assertThat(recorded.notes())
        .contains(file.toString(), "'lisen'", "'listen'", "'database-password-file'")
        .doesNotContain("hush");
  }

  @Test
  void aValueThatIsRefusedSaysWhereItStands() throws IOException {
    Path file = file("agent.toml", "max-rate = 'fast'");
    assertThat(run(Map.of(), "agent")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("--max-rate", "fast", "in " + file);
    nothingIsSaid();
    assertThat(run(Map.of("SEEDFALL_MAX_RATE", "slow"), "agent")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("slow", "in SEEDFALL_MAX_RATE");
    nothingIsSaid();
    assertThat(run(Map.of(), "agent", "--max-rate", "never")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("never").doesNotContain(file.toString());
  }

  @Test
  void checkingNamesEverythingThatIsWrong() throws IOException {
    file(
        "agent.toml",
        """
        coordinator = "nonsense"
        insecure = "yes"
        name = ["a", "b"]
        keep_days = 3
        label = 5
        hook-seconds = 1979-05-27
        """);
    assertThat(run(Map.of(), "config", "check")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer())
        .contains("coordinator", "nonsense")
        .contains("insecure: expected true or false")
        .contains("name: expected text or a number")
        .contains("'keep_days' (did you mean 'keep-days'?)")
        .contains("label: expected a table, or a list of KEY=VALUE")
        .contains("--hook-seconds", "not an int");
    assertThat(recorded.answer().lines()).hasSize(6);
    nothingIsSaid();
    file("agent.toml", "name = 'a1'\nroot = '/srv'\n[state]\nx = 1");
    assertThat(run(Map.of(), "config", "check", "--json")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer()).contains("\"fine\":false", "state: expected");
  }

  @Test
  void checkingSeesWhatDoesNotFitTogether() throws IOException {
    Path both = file("coordinator.toml", "state = '/s'\ndatabase = 'jdbc:postgresql://h/d?user=u'");
    assertThat(run(Map.of(), "config", "check", both.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer()).contains("one of the two");
    nothingIsSaid();
    Path unnamed = file("agent.toml", "root = '/srv'\nstate = '/s'");
    assertThat(run(Map.of(), "config", "check", unnamed.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer()).contains("--name");
    nothingIsSaid();
    Path fine = file("my-agent.toml", "name = 'a1'\nroot = '/srv'\nstate = '/s'");
    assertThat(run(Map.of(), "config", "check", fine.toString())).isEqualTo(ExitCode.OK);
    assertThat(recorded.answer()).contains("fine");
  }

  @Test
  void whatIsNoTomlIsSaidWithItsLineAndTheLengthEndsAtItsLimit() throws IOException {
    Path file = file("agent.toml", "name = 'a'\nname = 'b'");
    assertThat(run(Map.of(), "config", "check", file.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.answer()).contains("line 2").contains("not TOML");
    for (int more : new int[] {0, 1}) {
      nothingIsSaid();
      String head = "name = 'a'\nroot = '/srv'\nstate = '/s'\n#";
      file("agent.toml", head + "x".repeat(SettingsFile.BYTES_MAX - head.length() + more));
      assertThat(run(Map.of(), "config", "check"))
          .isEqualTo(more == 0 ? ExitCode.OK : ExitCode.FAILED);
    }
  }

  @Test
  void withoutAFileThereIsNothingToCheckAndANameMustSayWhose() throws IOException {
    assertThat(run(Map.of(), "config", "check")).isEqualTo(ExitCode.LOCAL);
    Path file = file("x.toml", "");
    assertThat(run(Map.of(), "config", "check", file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("--for");
    assertThat(run(Map.of(), "config", "check", "--for", "fly")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aPasswordIsNeverShown() throws IOException {
    file("coordinator.toml", "database = 'jdbc:postgresql://joe:hush@h/d?password=hush&x=1'");
    assertThat(show(Map.of(), "coordinator")).isEqualTo(ExitCode.OK);
    assertThat(recorded.answer()).contains("(hidden)", "x=1").doesNotContain("hush");
  }

  @Test
  void initTakesWhatItHasInCommonWithTheCoordinator() throws IOException {
    Path state = directory.resolve("made");
    file("coordinator.toml", "listen = '127.0.0.1:0'\nstate = '" + state + "'");
    Path credentials = directory.resolve("credentials.json");
    assertThat(run(Map.of(), "coordinator", "init", "--credentials", credentials.toString()))
        .as(recorded.notes())
        .isEqualTo(ExitCode.OK);
    assertThat(state.resolve("identity")).isDirectory();
  }

  @Test
  void helpNeedsNoFile() throws IOException {
    file("agent.toml", "this is nothing");
    assertThat(run(Map.of(), "agent", "--help")).isEqualTo(ExitCode.OK);
  }

  @Test
  void lettersThatDifferAreCounted() {
    assertThat(Setting.distance("", "abc")).isEqualTo(3);
    assertThat(Setting.distance("listen", "listen")).isZero();
    assertThat(Setting.distance("lisen", "listen")).isEqualTo(1);
    assertThat(Setting.distance("kitten", "sitting")).isEqualTo(3);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private int run(Map<String, String> environment, String... arguments) {
    return recorded.run(new Origins(environment, directory), arguments);
  }

  private int show(Map<String, String> environment, String daemon, String... more) {
    String[] arguments = Arrays.copyOf(new String[] {"config", "show", daemon}, 3 + more.length);
    System.arraycopy(more, 0, arguments, 3, more.length);
    return run(environment, arguments);
  }

  private String line(String key) {
    return recorded
        .answer()
        .lines()
        .filter(line -> line.startsWith(key + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(key + " in " + recorded.answer() + recorded.notes()))
        .replaceAll(" +", " ");
  }
}
