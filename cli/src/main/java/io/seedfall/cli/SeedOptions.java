package io.seedfall.cli;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command that publishes a path names it and seeds it. */
final class SeedOptions {
  @Option(names = "--name", description = "name of the artifact (default: that of the file)")
  @Nullable String name;

  @Option(
      names = "--artifact-version",
      paramLabel = "V",
      defaultValue = "",
      description = "its version (default: the next number)")
  String version;

  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      description =
          "where machines fetch it from; port 0 takes a free one"
              + " (default: a free port where this machine reaches the coordinator from)")
  @Nullable InetSocketAddress listen;

  @Option(names = "--insecure", description = "listen on an address that others can reach")
  boolean insecure;

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "send at most so much: 100MB/s, 1Gbit (default: no limit)")
  long maxBytesPerSecond;

  @Option(
      names = "--detach",
      description = "do not stay: with --agent-state the agent of this machine seeds it")
  boolean detach;

  @Option(
      names = "--agent-state",
      paramLabel = "DIR",
      description = "the state directory of the agent of this machine")
  @Nullable Path agentState;

  /** Where to listen: what was given, or the address that others are likely to reach. */
  InetSocketAddress listenAddress(URI coordinator) {
    return ListenAddress.orTowards(coordinator, listen, insecure);
  }

  /** The name given, or the one that the file has. */
  String nameFor(Path source) {
    return name == null ? Publication.nameFor(source) : name;
  }

  /** The agent to hand it to; null when this process seeds. */
  @Nullable Path handOverTo() {
    if (detach && agentState == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--detach needs an agent that seeds instead: name its state directory with --agent-state");
    }
    return detach ? agentState : null;
  }
}
