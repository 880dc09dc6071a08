package io.seedfall.cli;

import picocli.CommandLine.Option;

/** How a daemon writes its log. */
final class LogOptions {
  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}: json has one object a line (default: text)")
  LogSetup.Format format;

  /** From now on. */
  void apply() {
    LogSetup.format(format);
  }
}
