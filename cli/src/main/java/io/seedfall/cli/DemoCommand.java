package io.seedfall.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything once, on this machine, so that anybody can see it. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Show everything on this machine: a coordinator and agents as separate processes on"
          + " 127.0.0.x, a deployment through the swarm, and every copy verified.",
      "It runs without TLS, on loopback only, and ends everything it started.",
      "Its files are in a directory of their own below TMPDIR (default: /tmp)."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int AGENTS_MAX = 100;

  private final Console console;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "8",
      description = "how many agents, 1 to " + AGENTS_MAX + " (default: ${DEFAULT-VALUE})")
  int agents;

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description = "deploy this file or directory (default: a file of random bytes)")
  @Nullable Path file;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = Converters.Bytes.class,
      defaultValue = "1GiB",
      description = "size of the random file (default: ${DEFAULT-VALUE})")
  long sizeBytes;

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "at most so much each way for the source and each agent (default: no limit)")
  long maxBytesPerSecond;

  @Option(names = "--keep", description = "leave everything running, and say where it is")
  boolean keep;

  @Option(names = "--json", description = "print lines of JSON")
  boolean json;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (agents < 1 || agents > AGENTS_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE, "--agents: %d (expected: 1 to %d)".formatted(agents, AGENTS_MAX));
    }
    try (Lifetime lifetime = Lifetime.begin(console)) {
      return new Demo(console, json, lifetime, agents, maxBytesPerSecond, keep)
          .run(file, sizeBytes);
    }
  }
}
