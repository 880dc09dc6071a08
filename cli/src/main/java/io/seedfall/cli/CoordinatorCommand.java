package io.seedfall.cli;

import io.seedfall.coordinator.Coordinator;
import io.seedfall.coordinator.CoordinatorSettings;
import io.seedfall.coordinator.Database;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
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
  @Mixin DatabaseOptions database;
  @Mixin IdentityOption identity;
  @Mixin LogOptions logs;

  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      defaultValue = "127.0.0.1:7070",
      description = "for users and agents; port 0 takes a free one (default: ${DEFAULT-VALUE})")
  InetSocketAddress listen;

  @Option(
      names = "--advertise",
      paramLabel = "ADDR:PORT",
      description =
          "where other machines reach it, for agents and users whom another coordinator sends"
              + " here (default: where it listens)")
  @Nullable InetSocketAddress advertise;

  @Option(
      names = "--tracker",
      paramLabel = "ADDR:PORT",
      description =
          "serve a BitTorrent tracker there for any client, HTTP and UDP (default: no tracker)")
  @Nullable InetSocketAddress tracker;

  CoordinatorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    logs.apply();
    Database where = database.database(System.getenv());
    Path directory = identity.existing(where);
    if (directory == null) {
      daemon.requireAllowed(listen);
    }
    if (tracker != null) {
      daemon.requireAllowed(tracker);
    }
    try (Lifetime lifetime = Lifetime.begin(console)) {
      Coordinator coordinator = lifetime.add(started(where, directory));
      CompletableFuture<Void> ended = coordinator.ended().whenComplete((_, _) -> lifetime.stop());
      InetSocketAddress at = coordinator.trackerAddress();
      daemon.runUntilStopped(
          console,
          lifetime,
          "coordinator at",
          (directory == null ? "http://" : "https://") + ListenAddress.text(coordinator.address()),
          at == null ? null : ListenAddress.text(at));
      if (ended.isCompletedExceptionally()) {
        throw new CommandFailure(
            ExitCode.LOCAL,
            "the coordinator stopped: " + ended.exceptionNow().getMessage(),
            ended.exceptionNow());
      }
    }
    return ExitCode.OK;
  }

  @Override
  public void requireSound() {
    settings(database.database(System.getenv()), identity.directory);
  }

  private CoordinatorSettings settings(Database where, @Nullable Path directory) {
    try {
      return new CoordinatorSettings(listen, where, daemon.insecure, advertise, tracker, directory);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--" + e.getMessage(), e);
    }
  }

  private Coordinator started(Database where, @Nullable Path directory) {
    CoordinatorSettings settings = settings(where, directory);
    try {
      return Coordinator.start(settings);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
  }
}
