package io.seedfall.cli;

import io.seedfall.control.CapRequest;
import io.seedfall.control.Selector;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose bytes a cap counts: one of three. */
final class CapTarget {
  @Option(
      names = "--agents",
      paramLabel = "SELECTOR",
      required = true,
      description = "each of these agents: all, or role=search,zone!=b")
  @Nullable Selector agents;

  @Option(
      names = "--zone",
      paramLabel = "NAME",
      required = true,
      description = "the uplink of this zone, by the label zone of its machines")
  @Nullable String zone;

  @Option(
      names = "--rack",
      paramLabel = "NAME",
      required = true,
      description = "the uplink of this rack, by the label rack of its machines")
  @Nullable String rack;

  /** What to ask for; a rate of 0 lifts the cap. */
  CapRequest request(long bytesPerSecond) {
    try {
      return agents != null
          ? new CapRequest(agents.toString(), bytesPerSecond)
          : new CapRequest(place(), bytesPerSecond, true);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private String place() {
    return Selector.parse(zone != null ? "zone=" + zone : "rack=" + rack).toString();
  }
}
