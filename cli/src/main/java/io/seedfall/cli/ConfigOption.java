package io.seedfall.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --config FILE}: {@link Configuration} reads it before the command is built. */
final class ConfigOption {
  static final String NAME = "--config";

  @Option(
      names = NAME,
      paramLabel = "FILE",
      description =
          "settings, which 'seedfall config check FILE' looks at; /dev/null for none (default:"
              + " SEEDFALL_CONFIG, else /etc/seedfall/agent.toml or coordinator.toml when there)")
  @Nullable Path file;
}
