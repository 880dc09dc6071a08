package io.seedfall.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One setting of a daemon: made of an option, so that what can be said on the command line can be
 * said in the file and in the environment, too.
 *
 * @param option says everything else
 */
record Setting(OptionSpec option) {
  /**
   * What stands between several values of one setting. An option that can be repeated splits at it,
   * and nobody writes it into a value.
   */
  static final String BETWEEN = "\n";

  private static final String PREFIX = "SEEDFALL_";

  /** Refuses, as a bug, an option that could not be told in all three places. */
  Setting {
    if (option.isMultiValue() && !option.splitRegex().equals(BETWEEN)) {
      throw new IllegalStateException(
          option.longestName() + ": split = Setting.BETWEEN is missing");
    }
    if (isSwitch(option) && !(option.negatable() && option.fallbackValue().equals("true"))) {
      throw new IllegalStateException(
          option.longestName() + ": negatable and fallbackValue = \"true\" are missing");
    }
  }

  /** All settings of a command, in the order of its help. */
  static List<Setting> of(CommandSpec command) {
    return command.options().stream()
        .filter(option -> !option.inherited() && !option.usageHelp() && !option.versionHelp())
        .filter(option -> !option.longestName().equals(ConfigOption.NAME))
        .map(Setting::new)
        .sorted(Comparator.comparing(Setting::key))
        .toList();
  }

  /** Its name in the file: that of the option. */
  String key() {
    return option.longestName().replaceFirst("^--", "");
  }

  /** Its name in the environment. */
  String variable() {
    return PREFIX + key().toUpperCase(Locale.ROOT).replace('-', '_');
  }

  boolean isSwitch() {
    return isSwitch(option);
  }

  private static boolean isSwitch(OptionSpec option) {
    return option.type() == boolean.class;
  }

  boolean isTable() {
    return option.isMultiValue() && Map.class.isAssignableFrom(option.type());
  }

  /** The value in the form in which the option takes it; in the environment commas separate. */
  String ofEnvironment(String value) {
    return option.isMultiValue() ? value.replace(",", BETWEEN) : value;
  }

  /** What a person reads of a value: nothing that only its owner should see. */
  String shown(String value) {
    String hidden = value.replaceAll("(?i)(password=)[^&\\s]*", "$1(hidden)");
    return hidden.replaceAll("://[^/@\\s]*@", "://(hidden)@").replace(BETWEEN, ", ");
  }

  /** The one that is spelt most like that; {@code settings} is not empty. */
  static Setting nearest(List<Setting> settings, String key) {
    return settings.stream()
        .min(Comparator.comparingInt(setting -> distance(setting.key(), key)))
        .orElseThrow();
  }

  /** How many letters are to be changed, put in or left out (Levenshtein). */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
