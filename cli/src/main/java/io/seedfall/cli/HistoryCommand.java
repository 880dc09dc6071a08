package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.HistoryView;
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

/** What happened, when and why. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Show who deployed what where and when; with an id every change and its reason.")
final class HistoryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Mixin LastOption last;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Option(
      names = "--agent",
      paramLabel = "NAME",
      defaultValue = "",
      description = "of one machine only")
  String agent;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "one deployment")
  @Nullable String id;

  HistoryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      if (id == null) {
        deployments(client.deployments(last.count()));
      } else {
        changes(client.history(id, agent));
      }
      return ExitCode.OK;
    }
  }

  private void deployments(List<DeploymentView> deployments) {
    if (json) {
      console.json(deployments);
      return;
    }
    TextTable table = new TextTable("WHEN", "ID", "BY", "WHAT", "TO", "PATH", "HOW IT WENT");
    for (DeploymentView view : deployments.reversed()) {
      table.row(
          Instant.ofEpochMilli(view.createdMillis()).toString(),
          view.id(),
          view.by(),
          view.artifact() + "@" + view.version(),
          view.selector(),
          view.destination(),
          view.phase().name().toLowerCase(Locale.ROOT)
              + (view.why().isEmpty() ? "" : ", " + view.why()));
    }
    console.table(table);
  }

  private void changes(List<HistoryView> changes) {
    if (json) {
      console.json(changes);
      return;
    }
    TextTable table = new TextTable("WHEN", "WHO", "BECAME", "WHY");
    for (HistoryView change : changes) {
      table.row(
          Instant.ofEpochMilli(change.atMillis()).toString(),
          change.agent().isEmpty() ? "(deployment)" : change.agent(),
          change.phase().toLowerCase(Locale.ROOT),
          change.why());
    }
    console.table(table);
  }
}
