package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeedfallMainTest {
  @Test
  void everyCommandExplainsItselfAndItsExitCodes() {
    List<String> commands = SeedfallMain.commandNames();
    assertThat(commands).contains("status", "agents", "artifacts", "deployments", "cancel", "help");
    for (String command : commands) {
      RecordedConsole recorded = new RecordedConsole(false);
      assertThat(recorded.run(command, "--help")).as(command).isEqualTo(ExitCode.OK);
      assertThat(recorded.answer()).contains("Usage: seedfall " + command).contains("Exit codes");
      assertThat(recorded.notes()).isEmpty();
    }
  }

  @Test
  void onlyTheNamedCommandIsBuilt() {
    for (String command : SeedfallMain.commandNames()) {
      if (!command.equals("help")) {
        assertThat(built(command)).containsExactly(command);
        assertThat(built("-v", "--verbose", command, "status")).containsExactly(command);
      }
    }
  }

  @Test
  void everyCommandIsBuiltWhenNoneIsNamed() {
    String[][] without = {
      {},
      {"-v"},
      {"--help"},
      {"--version"},
      {"help"},
      {"help", "agent"},
      {"fly"},
      {"--help", "agent"}
    };
    for (String[] arguments : without) {
      assertThat(built(arguments))
          .as(String.join(" ", arguments))
          .containsExactlyElementsOf(SeedfallMain.commandNames());
    }
  }

  private static Set<String> built(String... arguments) {
    Console console = new RecordedConsole(false).console();
    return SeedfallMain.commandLine(console, SeedfallMain.needed(arguments))
        .getSubcommands()
        .keySet();
  }

  @Test
  void howManyDeploymentsAreListedEndsAtItsLimit() {
    String[] nobody = {"--coordinator", "http://127.0.0.1:1"};
    for (String command : List.of("deployments", "history")) {
      for (String bad : List.of("0", "-1", String.valueOf(LastOption.COUNT_MAX + 1))) {
        RecordedConsole recorded = new RecordedConsole(false);
        assertThat(recorded.run(command, "--last", bad, nobody[0], nobody[1]))
            .isEqualTo(ExitCode.USAGE);
        assertThat(recorded.notes()).contains("--last", String.valueOf(LastOption.COUNT_MAX));
      }
      for (String good : List.of("1", String.valueOf(LastOption.COUNT_MAX))) {
        assertThat(new RecordedConsole(false).run(command, "--last", good, nobody[0], nobody[1]))
            .isEqualTo(ExitCode.UNREACHABLE);
      }
    }
  }

  @Test
  void helpForACommandIsThatCommandsHelp() {
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(recorded.run("help", "agent")).isEqualTo(ExitCode.OK);
    assertThat(recorded.answer()).contains("Usage: seedfall agent").contains("Exit codes");
    RecordedConsole option = new RecordedConsole(false);
    assertThat(option.run("-v", "agent", "--help")).isEqualTo(ExitCode.OK);
    assertThat(option.answer()).isEqualTo(recorded.answer());
  }

  @Test
  void theProgramListsItsCommandsAndItsVersion() {
    RecordedConsole help = new RecordedConsole(false);
    assertThat(help.run("--help")).isEqualTo(ExitCode.OK);
    assertThat(help.answer()).contains("Usage: seedfall", "deployments", "cancel");
    RecordedConsole version = new RecordedConsole(false);
    assertThat(version.run("--version")).isEqualTo(ExitCode.OK);
    assertThat(version.answer()).startsWith("seedfall ");
  }

  @Test
  void nonsenseIsOneLineAndExitCodeTwo() {
    for (String[] arguments :
        new String[][] {
          {}, {"fly"}, {"status", "--fast"}, {"cancel"}, {"status", "--coordinator", "nonsense"}
        }) {
      RecordedConsole recorded = new RecordedConsole(false);
      assertThat(recorded.run(arguments)).isEqualTo(ExitCode.USAGE);
      assertThat(recorded.noteLines()).hasSize(1);
      assertThat(recorded.notes()).startsWith("seedfall: ").contains("--help");
      assertThat(recorded.answer()).isEmpty();
    }
  }

  @Test
  void whoDetachesNamesTheAgentThatSeedsInstead(@TempDir Path directory) throws IOException {
    String source = Files.writeString(directory.resolve("source"), "content").toString();
    for (String[] arguments :
        new String[][] {
          {"publish", source, "--detach"},
          {"deploy", source, "--to", "all", "--path", "p", "--detach"}
        }) {
      RecordedConsole recorded = new RecordedConsole(false);
      assertThat(recorded.run(arguments)).isEqualTo(ExitCode.USAGE);
      assertThat(recorded.noteLines()).singleElement().asString().contains("--agent-state");
    }
  }

  @Test
  void anAbsentCoordinatorIsOneLineThatSaysWhatToDoAndExitCodeThree() throws IOException {
    String address = "http://127.0.0.1:" + freePort();
    for (String command : new String[] {"status", "agents", "artifacts", "deployments"}) {
      RecordedConsole recorded = new RecordedConsole(false);
      assertThat(recorded.run(command, "--coordinator", address)).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(recorded.noteLines()).hasSize(1);
      assertThat(recorded.notes()).contains(address).contains("start it");
      assertThat(recorded.answer()).isEmpty();
    }
  }

  /** A port on which nobody listens: taken, then given back. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    }
  }
}
