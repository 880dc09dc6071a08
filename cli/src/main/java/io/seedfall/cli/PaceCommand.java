package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.PaceRequest;
import io.seedfall.control.Priority;
import io.seedfall.control.SeedfallClient;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes how fast a deployment moves. */
@Command(
    name = "pace",
    mixinStandardHelpOptions = true,
    description = "Change the priority and the rate of a running deployment.")
final class PaceCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Option(
      names = "--priority",
      paramLabel = "P",
      defaultValue = "normal",
      description = "share beside others: low, normal, high, urgent (default: ${DEFAULT-VALUE})")
  Priority priority;

  @Option(
      names = "--machine-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "at most so much on each machine and each way (default: no limit)")
  long machineBytesPerSecond;

  @Option(
      names = "--total-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "all machines together receive at most so much (default: no limit)")
  long totalBytesPerSecond;

  @Parameters(paramLabel = "ID", description = "the deployment, as seedfall deployments lists it")
  String id;

  PaceCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PaceRequest request;
    try {
      request = new PaceRequest(priority, machineBytesPerSecond, totalBytesPerSecond);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    try (SeedfallClient client = coordinator.client()) {
      DeploymentView view = client.pace(id, request);
      if (json) {
        console.json(view);
      } else {
        console.answer(
            "%s goes on with priority %s%s%s"
                .formatted(
                    view.id(),
                    priority.name().toLowerCase(Locale.ROOT),
                    machineBytesPerSecond == 0
                        ? ""
                        : ", at most "
                            + Quantity.rateText((double) machineBytesPerSecond)
                            + " on each machine",
                    totalBytesPerSecond == 0
                        ? ""
                        : ", at most "
                            + Quantity.rateText((double) totalBytesPerSecond)
                            + " on all together"));
      }
      return ExitCode.OK;
    }
  }
}
