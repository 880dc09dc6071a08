package io.seedfall.cli;

import io.seedfall.coordinator.Coordinator;
import io.seedfall.coordinator.CoordinatorSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The daemon that knows artifacts, agents and deployments. */
@Command(
    name = "coordinator",
    mixinStandardHelpOptions = true,
    description = "Run the coordinator: it says who should have what, and who talks to whom.")
final class CoordinatorCommand implements Callable<Integer>, Daemon {
  private final Console console;

  @Mixin DaemonOptions daemon;

  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      defaultValue = "127.0.0.1:7070",
      description = "for users and agents; port 0 takes a free one (default: ${DEFAULT-VALUE})")
  InetSocketAddress listen;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description = "its database and metainfo files; made when absent")
  Path state;

  CoordinatorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    daemon.requireAllowed(listen);
    try (Lifetime lifetime = Lifetime.begin(console)) {
      Coordinator coordinator = lifetime.add(started());
      CompletableFuture<Void> ended = coordinator.ended().whenComplete((_, _) -> lifetime.stop());
      daemon.runUntilStopped(
          console,
          lifetime,
          "coordinator at",
          "http://" + ListenAddress.text(coordinator.address()));
      if (ended.isCompletedExceptionally()) {
        throw new CommandFailure(
            ExitCode.LOCAL,
            "the coordinator stopped: " + ended.exceptionNow().getMessage(),
            ended.exceptionNow());
      }
    }
    return ExitCode.OK;
  }

  private Coordinator started() {
    try {
      return Coordinator.start(new CoordinatorSettings(listen, state, daemon.insecure));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
  }
}
