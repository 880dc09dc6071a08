package io.seedfall.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What file and environment say for one command line; flags go before both, the environment before
 * the file. Picocli asks it for every option that no flag gave.
 */
final class Configuration implements IDefaultValueProvider {
  /**
   * One value.
   *
   * @param text in the form in which the option takes it
   * @param from the file, or the variable
   */
  record Value(String text, String from) {}

  private final Map<String, Value> values;

  Configuration(Map<String, Value> values) {
    this.values = Map.copyOf(values);
  }

  /** What file and environment say of that setting; null for nothing. */
  @Nullable Value value(String key) {
    return values.get(key);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    Value value = values.get(option.longestName().replaceFirst("^--", ""));
    return value == null ? null : value.text();
  }

  /**
   * Looks at a command line, and when its command has settings, reads them for it.
   *
   * @throws CommandFailure in one line, when the file cannot be read or is not good
   */
  static void attach(CommandLine line, Origins origins, String... arguments) {
    ParseResult leaf;
    try {
      leaf = line.parseArgs(arguments);
    } catch (ParameterException _) {
      return; // whoever runs it says what is wrong
    }
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    CommandSpec spec = leaf.commandSpec();
    CommandSpec daemon = daemon(spec);
    if (daemon == null || leaf.isUsageHelpRequested()) {
      return;
    }
    List<Setting> settings = Setting.of(daemon);
    OptionSpec config = leaf.matchedOption(ConfigOption.NAME);
    Path named = config == null ? null : config.getValue();
    spec.defaultValueProvider(read(daemon.name(), settings, origins, named));
  }

  /** The daemon whose settings a command takes: its own, or those of whom it prepares. */
  private static @Nullable CommandSpec daemon(CommandSpec spec) {
    if (spec.userObject() instanceof Daemon) {
      return spec;
    }
    return spec.userObject() instanceof CoordinatorInitCommand ? spec.parent() : null;
  }

  private static Configuration read(
      String daemon, List<Setting> settings, Origins origins, @Nullable Path named) {
    String variable = origins.environment().get(Origins.CONFIG_VARIABLE);
    Path file = named;
    if (file == null && variable != null && !variable.isEmpty()) {
      file = Path.of(variable);
    }
    if (file == null && Files.exists(origins.usualFile(daemon))) {
      file = origins.usualFile(daemon);
    }
    Map<String, Value> values = new HashMap<>();
    if (file != null) {
      values.putAll(ofFile(file, settings));
    }
    values.putAll(ofEnvironment(settings, origins.environment()));
    return new Configuration(values);
  }

  private static Map<String, Value> ofFile(Path file, List<Setting> settings) {
    SettingsFile read;
    try {
      read = SettingsFile.read(file, settings);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot read the settings in " + file + ": " + LocalTrouble.words(e), e);
    }
    if (!read.problems().isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s: %s".formatted(file, String.join("; ", read.problems())));
    }
    Map<String, Value> values = new HashMap<>();
    read.values().forEach((key, text) -> values.put(key, new Value(text, file.toString())));
    return values;
  }

  private static Map<String, Value> ofEnvironment(
      List<Setting> settings, Map<String, String> environment) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (Setting setting : settings) {
      String text = environment.get(setting.variable());
      if (text != null && !text.isEmpty()) {
        values.put(setting.key(), new Value(setting.ofEnvironment(text), setting.variable()));
      }
    }
    return values;
  }

  /** Where a value came from that was refused; empty when it came from the command line. */
  static String whence(ParameterException refused) {
    if (refused.getArgSpec() instanceof OptionSpec option
        && refused.getCommandLine().getDefaultValueProvider() instanceof Configuration read) {
      Value value = read.value(option.longestName().replaceFirst("^--", ""));
      return value == null ? "" : " in " + value.from();
    }
    return "";
  }
}
