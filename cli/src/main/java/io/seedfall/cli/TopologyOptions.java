package io.seedfall.cli;

import io.seedfall.simulator.policy.Topology;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The simulated network. */
final class TopologyOptions {
  @Option(
      names = "--link",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      defaultValue = "40Gbit",
      description =
          "rate of a machine's card, each way: 100mbit, 5GB/s (default: ${DEFAULT-VALUE})")
  long linkBytesPerSecond;

  @Option(
      names = "--source-link",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "rate of the source's card (default: that of the others)")
  @Nullable Long sourceBytesPerSecond;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      converter = Converters.Nanos.class,
      defaultValue = "75us",
      description = "one way between two machines (default: ${DEFAULT-VALUE})")
  long oneWayNanos;

  @Option(
      names = "--racks",
      paramLabel = "N",
      description = "machines stand in so many racks, the source outside (default: no racks)")
  @Nullable Integer racks;

  @Option(
      names = "--oversubscription",
      paramLabel = "X",
      description =
          "what a rack's machines could send, by what its uplink carries; 4 for 4:1 (default: 1)")
  @Nullable Double oversubscription;

  /** What the options say, for so many machines. */
  Topology topology(int machines) {
    if (racks != null && (racks < 1 || racks > machines)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--racks: %d (expected: 1 to %d machines)".formatted(racks, machines));
    }
    if (oversubscription != null && racks == null) {
      throw new CommandFailure(
          ExitCode.USAGE, "--oversubscription is that of racks' uplinks: say how many --racks");
    }
    if (oversubscription != null && !(oversubscription >= 1 && oversubscription <= 1_000_000)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--oversubscription: %s (expected: 1 or more; 4 for 4:1)".formatted(oversubscription));
    }
    return new Topology(
        linkBytesPerSecond,
        sourceBytesPerSecond == null ? linkBytesPerSecond : sourceBytesPerSecond,
        oneWayNanos,
        racks == null ? 0 : racks,
        oversubscription == null ? 1 : oversubscription);
  }
}
