package io.seedfall.cli;

import io.seedfall.control.SeedfallClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets a deployment, or all of them, go on. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Let a deployment go on; with --all every transfer of the fleet.")
final class ResumeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;
  @Mixin WhichOption which;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  ResumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    String id = which.deployment();
    try (SeedfallClient client = coordinator.client()) {
      if (id == null) {
        which.report(console, json, client.halt(false));
      } else {
        which.report(console, json, client.resume(id));
      }
      return ExitCode.OK;
    }
  }
}
