package io.seedfall.cli;

import io.seedfall.control.SeedfallClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets a deployment, or all of them, stand still. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description = "Let a deployment stand still; with --all every transfer of the fleet.")
final class PauseCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;
  @Mixin WhichOption which;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  PauseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    String id = which.deployment();
    try (SeedfallClient client = coordinator.client()) {
      if (id == null) {
        which.report(console, json, client.halt(true));
      } else {
        which.report(console, json, client.pause(id));
      }
      return ExitCode.OK;
    }
  }
}
