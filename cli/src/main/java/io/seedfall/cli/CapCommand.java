package io.seedfall.cli;

import io.seedfall.control.CapRequest;
import io.seedfall.control.CapView;
import io.seedfall.control.ControlException;
import io.seedfall.control.SeedfallClient;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What agents may move at most, changed while they run. */
@Command(
    name = "cap",
    mixinStandardHelpOptions = true,
    description = "Limit what agents move, all their transfers together, while they run.")
final class CapCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  CapCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which one: set, list or clear?");
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Set the cap of each of the agents that a selector matches, or of what all machines of a",
        "zone or rack move together over its uplink: to and from others, not among themselves.",
        "It counts for those that join later too. Of several caps that match an agent the least",
        "counts, and its own --max-rate."
      })
  Integer set(
      @Mixin CoordinatorOption coordinator,
      @ArgGroup(multiplicity = "1") CapTarget target,
      @Option(
              names = "--rate",
              paramLabel = "RATE",
              required = true,
              converter = Converters.BytesPerSecond.class,
              description = "each way: 100MB/s, 2Gbit")
          long bytesPerSecond,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws ControlException {
    return change(coordinator, target.request(bytesPerSecond), json);
  }

  @Command(
      name = "clear",
      mixinStandardHelpOptions = true,
      description = "Lift the cap that was set for these.")
  Integer clear(
      @Mixin CoordinatorOption coordinator,
      @ArgGroup(multiplicity = "1") CapTarget target,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws ControlException {
    return change(coordinator, target.request(0), json);
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "List the caps.")
  Integer list(
      @Mixin CoordinatorOption coordinator,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws ControlException {
    try (SeedfallClient client = coordinator.client()) {
      return shown(client.caps(), json);
    }
  }

  private int change(CoordinatorOption coordinator, CapRequest request, boolean json)
      throws ControlException {
    try (SeedfallClient client = coordinator.client()) {
      return shown(client.cap(request), json);
    }
  }

  private int shown(List<CapView> caps, boolean json) {
    if (json) {
      console.json(caps);
      return ExitCode.OK;
    }
    TextTable table = new TextTable("OF", ">AT MOST, EACH WAY");
    for (CapView cap : caps) {
      table.row(
          (cap.uplink() ? "the uplink of " : "each of ") + cap.selector(),
          Quantity.rateText((double) cap.bytesPerSecond()));
    }
    console.table(table);
    return ExitCode.OK;
  }
}
