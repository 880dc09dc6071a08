package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SeedfallMainTest {
  @Test
  void everyCommandExplainsItselfAndItsExitCodes() {
    Set<String> commands =
        SeedfallMain.commandLine(new RecordedConsole(false).console()).getSubcommands().keySet();
    assertThat(commands).contains("status", "agents", "artifacts", "deployments", "cancel", "help");
    for (String command : commands) {
      RecordedConsole recorded = new RecordedConsole(false);
      assertThat(recorded.run(command, "--help")).as(command).isEqualTo(ExitCode.OK);
      assertThat(recorded.answer()).contains("Usage: seedfall " + command).contains("Exit codes");
      assertThat(recorded.notes()).isEmpty();
    }
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
