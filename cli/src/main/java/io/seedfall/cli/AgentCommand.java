package io.seedfall.cli;

import io.seedfall.agent.Agent;
import io.seedfall.agent.AgentSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The daemon of a machine. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description =
        "Run the daemon of a machine: it fetches, installs and seeds what is deployed to it.")
final class AgentCommand implements Callable<Integer>, Daemon {
  private final Console console;

  @Mixin CoordinatorOption coordinator;
  @Mixin DaemonOptions daemon;

  @Option(names = "--name", required = true, description = "unique among the agents")
  String name;

  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      description =
          "where other machines fetch from it; port 0 takes a free one"
              + " (default: a free port where this machine reaches the coordinator from)")
  @Nullable InetSocketAddress listen;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      required = true,
      description = "everything is installed inside it, and nothing outside")
  Path root;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description = "what it remembers; made when absent")
  Path state;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "for selectors; can be repeated")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "at most so much each way: 100MB/s, 1Gbit (default: no limit)")
  long maxBytesPerSecond;

  @Option(
      names = "--link-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "what the network card does, from which windows follow (default: not known)")
  long linkBytesPerSecond;

  @Option(
      names = "--keep-versions",
      paramLabel = "N",
      defaultValue = "" + AgentSettings.KEPT_VERSIONS_DEFAULT,
      description = "versions kept for each destination (default: ${DEFAULT-VALUE})")
  int keptVersionsMax;

  @Option(
      names = "--rehash-rate",
      paramLabel = "RATE",
      defaultValue = "4MB/s",
      converter = Converters.BytesPerSecondOrNone.class,
      description =
          "how fast kept versions are read again, to find and repair what has rotted;"
              + " 0 turns it off (default: ${DEFAULT-VALUE})")
  long rehashBytesPerSecond;

  AgentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    AgentSettings settings = settings();
    try (Lifetime lifetime = Lifetime.begin(console)) {
      Agent agent = lifetime.add(started(settings));
      AtomicReference<@Nullable IllegalStateException> bug = new AtomicReference<>();
      Thread.ofVirtual().name("agent-end").start(() -> awaitEnd(agent, lifetime, bug));
      daemon.runUntilStopped(
          console, lifetime, "agent " + name + " at", ListenAddress.text(agent.listenAddress()));
      IllegalStateException found = bug.get();
      if (found != null) {
        throw found;
      }
    }
    return ExitCode.OK;
  }

  private AgentSettings settings() {
    URI at = coordinator.checked();
    InetSocketAddress reached = ListenAddress.orTowards(at, listen, daemon.insecure);
    try {
      return new AgentSettings(
          at,
          name,
          reached,
          root,
          state,
          labels,
          maxBytesPerSecond,
          linkBytesPerSecond,
          keptVersionsMax,
          rehashBytesPerSecond,
          Randomness.seed());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Agent started(AgentSettings settings) {
    try {
      return Agent.start(settings);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** An agent that ends by itself does so by a bug. */
  private static void awaitEnd(
      Agent agent, Lifetime lifetime, AtomicReference<@Nullable IllegalStateException> bug) {
    try {
      agent.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      bug.set(e);
    }
    lifetime.stop();
  }
}
