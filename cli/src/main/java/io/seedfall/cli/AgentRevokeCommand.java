package io.seedfall.cli;

import io.seedfall.control.SeedfallClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends the membership of a machine. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description =
        "End what an agent may do, from this moment on: its session is cut, its certificate and"
            + " tokens are good for nothing.")
final class AgentRevokeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Parameters(paramLabel = "NAME", description = "of the agent")
  String name;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  AgentRevokeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      client.revokeAgent(name);
    }
    if (json) {
      console.json(new Revoked("agent", name));
      return ExitCode.OK;
    }
    console.note("agent " + name + " is revoked");
    return ExitCode.OK;
  }
}
