package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.SeedfallClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Switches to what a deployment has staged. */
@Command(
    name = "activate",
    mixinStandardHelpOptions = true,
    description = {
      "Put in place what a deployment has staged, on all machines at once or wave by wave,",
      "and wait until it is there."
    })
final class ActivateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print lines of JSON")
  boolean json;

  @Parameters(paramLabel = "ID", description = "the deployment, as seedfall deployments lists it")
  String id;

  ActivateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      DeploymentView activated = client.activate(id);
      DeploymentWatch watch = new DeploymentWatch(client, console, json, () -> null);
      return watch.report(watch.follow(activated.id()));
    }
  }
}
