package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.SeedfallClient;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What was deployed where; with an id, machine by machine. */
@Command(
    name = "deployments",
    mixinStandardHelpOptions = true,
    description = "List the latest deployments, or show one with all its machines.")
final class DeploymentsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Mixin LastOption last;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "one deployment")
  @Nullable String id;

  DeploymentsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      if (id == null) {
        list(client.deployments(last.count()));
      } else {
        one(client.deployment(id));
      }
    }
    return ExitCode.OK;
  }

  private void list(List<DeploymentView> deployments) {
    if (json) {
      console.json(deployments);
      return;
    }
    TextTable table =
        new TextTable("ID", "ARTIFACT", "TO", "PATH", "STATE", ">DONE", ">FAILED", "CREATED");
    for (DeploymentView deployment : deployments) {
      table.row(
          deployment.id(),
          deployment.artifact() + "@" + deployment.version(),
          deployment.selector(),
          deployment.destination(),
          deployment.phase().name().toLowerCase(Locale.ROOT),
          deployment.installedCount() + "/" + deployment.machineCount(),
          String.valueOf(deployment.failedCount()),
          Instant.ofEpochMilli(deployment.createdMillis()).toString());
    }
    console.table(table);
  }

  private void one(DeploymentView deployment) {
    if (json) {
      console.json(deployment);
      return;
    }
    console.answer(
        "%s: %s@%s to %s at %s: %s%s"
            .formatted(
                deployment.id(),
                deployment.artifact(),
                deployment.version(),
                deployment.selector(),
                deployment.destination(),
                deployment.phase().name().toLowerCase(Locale.ROOT),
                deployment.why().isEmpty() ? "" : ", " + deployment.why()));
    console.table(MachineTable.of(deployment));
  }
}
