package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.SeedfallClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops a deployment. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = "Stop a running deployment. What is installed stays.")
final class CancelCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(paramLabel = "ID", description = "the deployment, as seedfall deployments lists it")
  String id;

  CancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      DeploymentView deployment = client.cancel(id);
      if (json) {
        console.json(deployment);
      } else {
        console.answer(
            "cancelled %s: %d of %d machines keep what they installed"
                .formatted(
                    deployment.id(), deployment.installedCount(), deployment.machineCount()));
      }
      return ExitCode.OK;
    }
  }
}
