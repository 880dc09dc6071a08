package io.seedfall.cli;

import io.seedfall.control.SeedfallClient;
import io.seedfall.control.StatusView;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The coordinator in one look. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show the coordinator in one look.")
final class StatusCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      StatusView status = client.status();
      if (json) {
        console.json(status);
        return ExitCode.OK;
      }
      console.answer(
          "coordinator  %s, version %s".formatted(client.coordinator(), status.version()));
      console.answer("leader       " + leader(status));
      console.answer("since        " + Instant.ofEpochMilli(status.startedMillis()));
      console.answer(
          "agents       %d connected, %d known"
              .formatted(status.agentsConnected(), status.agentsKnown()));
      console.answer("artifacts    " + status.artifacts());
      console.answer("deployments  %d running".formatted(status.deploymentsRunning()));
      if (status.halted()) {
        console.answer("transfers    halted, all of them; seedfall resume --all lets them go on");
      }
      return ExitCode.OK;
    }
  }

  private static String leader(StatusView status) {
    if (status.leads()) {
      return "this one, at " + status.leader();
    }
    return status.leader().isEmpty() ? "none at this moment" : status.leader();
  }
}
