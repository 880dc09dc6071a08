package io.seedfall.cli;

import io.seedfall.simulator.policy.Hazards;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is not perfect about the simulated machines; which ones it hits follows from the seed. */
final class HazardOptions {
  @Option(
      names = "--slow",
      paramLabel = "SHARE:RATE",
      description = "some machines have a slower card: 2%%:0.5 is two percent at half rate")
  @Nullable SlowMachines slow;

  @Option(
      names = "--fail",
      paramLabel = "SHARE",
      converter = Converters.Share.class,
      description = "some machines die midway: 1%%")
  double failShare;

  @Option(
      names = "--join-over",
      paramLabel = "TIME",
      converter = Converters.Nanos.class,
      description = "machines are switched on at random times in so long (default: all at once)")
  long joinOverNanos;

  /** What the options say. */
  Hazards hazards() {
    if (failShare >= 1) {
      throw new CommandFailure(
          ExitCode.USAGE, "--fail: all of them (expected: less; somebody must live)");
    }
    return new Hazards(
        slow == null ? 0 : slow.share(), slow == null ? 1 : slow.rate(), failShare, joinOverNanos);
  }
}
