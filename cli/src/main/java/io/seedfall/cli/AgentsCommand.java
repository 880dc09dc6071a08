package io.seedfall.cli;

import io.seedfall.control.AgentView;
import io.seedfall.control.SeedfallClient;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The machines that the coordinator knows. */
@Command(
    name = "agents",
    mixinStandardHelpOptions = true,
    description = "List the machines that the coordinator knows.")
final class AgentsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  AgentsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    List<AgentView> agents;
    try (SeedfallClient client = coordinator.client()) {
      agents = client.agents();
    }
    if (json) {
      console.json(agents);
      return ExitCode.OK;
    }
    TextTable table =
        new TextTable("NAME", "KIND", "STATE", "ADDRESS", ">FREE", "LAST SEEN", "LABELS");
    for (AgentView agent : agents) {
      table.row(
          agent.name(),
          agent.kind().name().toLowerCase(Locale.ROOT),
          agent.connected() ? "connected" : "away",
          agent.endpoint(),
          agent.freeBytes() < 0 ? "-" : Quantity.bytesText(agent.freeBytes()),
          agent.lastSeenMillis() < 0
              ? "-"
              : Instant.ofEpochMilli(agent.lastSeenMillis()).toString(),
          agent.labels().entrySet().stream()
              .map(label -> label.getKey() + "=" + label.getValue())
              .collect(Collectors.joining(",")));
    }
    console.table(table);
    return ExitCode.OK;
  }
}
