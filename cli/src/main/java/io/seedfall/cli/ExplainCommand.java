package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.HistoryView;
import io.seedfall.control.MachineDetailView;
import io.seedfall.control.MachineView;
import io.seedfall.control.SeedfallClient;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the time went, and who fed whom. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Say where the time of a deployment went.",
      "With a machine: what it waited for, and who sent it what."
    })
final class ExplainCommand implements Callable<Integer> {
  /** So many of the slowest machines are shown. */
  private static final int SLOWEST_SHOWN = 10;

  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(index = "0", paramLabel = "ID", description = "the deployment")
  String id;

  @Parameters(index = "1", arity = "0..1", paramLabel = "AGENT", description = "one machine")
  @Nullable String agent;

  ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      DeploymentView view = client.deployment(id);
      if (agent == null) {
        deployment(view, client.history(id, ""));
      } else {
        machine(view, client.machine(id, agent), client.history(id, agent));
      }
      return ExitCode.OK;
    }
  }

  private void deployment(DeploymentView view, List<HistoryView> changes) {
    if (json) {
      console.json(view);
      return;
    }
    console.answer(
        "%s: %s@%s to %s at %s, asked for by %s"
            .formatted(
                view.id(),
                view.artifact(),
                view.version(),
                view.selector(),
                view.destination(),
                view.by().isEmpty() ? "somebody" : view.by()));
    for (HistoryView change : changes) {
      if (change.agent().isEmpty()) {
        console.answer(after(view, change) + line(change));
      }
    }
    long fromSource = view.machines().stream().mapToLong(MachineView::bytesFromHolders).sum();
    long fromPeers = view.machines().stream().mapToLong(MachineView::bytesFromPeers).sum();
    long reused = view.machines().stream().mapToLong(MachineView::bytesReused).sum();
    console.answer(
        "machines received %s from the source and %s from each other, and had %s already"
            .formatted(
                Quantity.bytesText(fromSource),
                Quantity.bytesText(fromPeers),
                Quantity.bytesText(reused)));
    List<MachineView> slowest =
        view.machines().stream()
            .sorted(Comparator.comparingLong(MachineView::elapsedMillis).reversed())
            .limit(SLOWEST_SHOWN)
            .toList();
    console.answer("the slowest (seedfall explain " + view.id() + " AGENT says why):");
    console.table(MachineTable.of(slowest));
  }

  private void machine(DeploymentView view, MachineDetailView machine, List<HistoryView> changes) {
    if (json) {
      console.json(machine);
      return;
    }
    console.answer(
        "%s of %s: %s%s"
            .formatted(
                machine.machine().agent(),
                view.id(),
                machine.machine().phase().name().toLowerCase(Locale.ROOT),
                machine.machine().why().isEmpty() ? "" : ", " + machine.machine().why()));
    for (HistoryView change : changes) {
      if (!change.agent().isEmpty()) {
        console.answer(after(view, change) + line(change));
      }
    }
    if (machine.detail().millis().isEmpty()) {
      console.answer("it says where its time went when it has ended");
      return;
    }
    TextTable spans = new TextTable("SPENT ON", ">TIME");
    machine
        .detail()
        .millis()
        .forEach((span, millis) -> spans.row(span, Quantity.timeText(Duration.ofMillis(millis))));
    console.table(spans);
    TextTable senders = new TextTable("FED BY", ">BYTES");
    machine.detail().bytesFrom().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(sender -> senders.row(sender.getKey(), Quantity.bytesText(sender.getValue())));
    if (machine.machine().bytesReused() > 0) {
      senders.row("(had it)", Quantity.bytesText(machine.machine().bytesReused()));
    }
    console.table(senders);
    if (!machine.detail().hookOutput().isEmpty()) {
      console.answer("its hooks printed:");
      console.answer(machine.detail().hookOutput().stripTrailing());
    }
  }

  private static String after(DeploymentView view, HistoryView change) {
    long millis = Math.max(0, change.atMillis() - view.createdMillis());
    return "%10s  ".formatted("+" + Quantity.timeText(Duration.ofMillis(millis)));
  }

  private static String line(HistoryView change) {
    return change.phase().toLowerCase(Locale.ROOT)
        + (change.why().isEmpty() ? "" : ": " + change.why());
  }
}
