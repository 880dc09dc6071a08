package io.seedfall.cli;

import picocli.CommandLine.Option;

/** How much of a long list is shown. */
final class LastOption {
  /** More would be no list that somebody reads. */
  static final int COUNT_MAX = 10_000;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "100",
      description = "of deployments list the latest so many (default: ${DEFAULT-VALUE})")
  int last;

  /** How many, checked. */
  int count() {
    if (last < 1 || last > COUNT_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE, "--last: %d (expected: 1 to %d)".formatted(last, COUNT_MAX));
    }
    return last;
  }
}
