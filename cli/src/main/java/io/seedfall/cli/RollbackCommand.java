package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.RollbackRequest;
import io.seedfall.control.SeedfallClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a deployment back. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Bring back the version that was in place before a deployment, and wait until it is there.",
      "Machines keep it, so that nothing has to be sent."
    })
final class RollbackCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print lines of JSON")
  boolean json;

  @Option(
      names = "--to-version",
      paramLabel = "V",
      defaultValue = "",
      description = "another version of the same artifact than the one before")
  String toVersion;

  @Parameters(paramLabel = "ID", description = "the deployment, as seedfall deployments lists it")
  String id;

  RollbackCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    RollbackRequest request;
    try {
      request = new RollbackRequest(toVersion, RolloutOptions.by());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    try (SeedfallClient client = coordinator.client()) {
      DeploymentView back = client.rollBack(id, request);
      DeploymentWatch watch = new DeploymentWatch(client, console, json, () -> null);
      return watch.report(watch.follow(back.id()));
    }
  }
}
