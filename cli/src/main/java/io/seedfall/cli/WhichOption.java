package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.StatusView;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One deployment, or everything. */
final class WhichOption {
  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "the deployment, as seedfall deployments lists it")
  @Nullable String id;

  @Option(names = "--all", description = "all transfers of the fleet, at once")
  boolean all;

  /** Its id; null for everything. */
  @Nullable String deployment() {
    if (all == (id != null)) {
      throw new CommandFailure(ExitCode.USAGE, "name a deployment, or --all of them");
    }
    return id;
  }

  void report(Console console, boolean json, DeploymentView view) {
    if (json) {
      console.json(view);
    } else {
      console.answer(
          "%s is %s: %d of %d machines have it"
              .formatted(
                  view.id(),
                  view.paused() ? "paused" : view.phase().name().toLowerCase(Locale.ROOT),
                  view.installedCount(),
                  view.machineCount()));
    }
  }

  void report(Console console, boolean json, StatusView status) {
    if (json) {
      console.json(status);
    } else {
      console.answer(
          status.halted()
              ? "all transfers stand still, also on machines that join; seedfall resume --all"
                  + " lets them go on"
              : "transfers go on");
    }
  }
}
