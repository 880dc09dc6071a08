package io.seedfall.simulator;

import io.seedfall.protocol.Units;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One table of a scenario file. Every key that is read is noted; {@link #close} refuses the others,
 * so that a misspelt key never passes for one that was left out.
 */
final class ScenarioTable {
  private final String file;
  private final String name;
  private final @Nullable JsonNode node;
  private final LinkedHashSet<String> known = new LinkedHashSet<>();

  ScenarioTable(String file, String name, @Nullable JsonNode node) throws ScenarioFileException {
    this.file = file;
    this.name = name;
    this.node = node;
    if (node != null && !node.isObject()) {
      throw new ScenarioFileException(file, name, "not a table");
    }
  }

  boolean has(String key) {
    known.add(key);
    return node != null && node.get(key) != null;
  }

  String text(String key, @Nullable String otherwise) throws ScenarioFileException {
    JsonNode value = value(key);
    if (value == null) {
      return required(key, otherwise);
    }
    if (!value.isString()) {
      throw refused(key, "not a text: " + value);
    }
    return value.stringValue();
  }

  boolean flag(String key, boolean otherwise) throws ScenarioFileException {
    JsonNode value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw refused(key, "%s (expected: true or false)".formatted(value));
    }
    return value.booleanValue();
  }

  /** A whole number within bounds. */
  int count(String key, int least, int most, @Nullable Integer otherwise)
      throws ScenarioFileException {
    JsonNode value = value(key);
    return value == null ? required(key, otherwise) : within(key, value, least, most);
  }

  private int within(String key, JsonNode value, int least, int most) throws ScenarioFileException {
    if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > most) {
      throw refused(key, "%s (expected: a number in %d..%d)".formatted(value, least, most));
    }
    return value.intValue();
  }

  /** Numbers of machines, one or several. */
  List<Integer> counts(String key, int least, int most, int lengthMax)
      throws ScenarioFileException {
    JsonNode value = value(key);
    List<Integer> counts = new ArrayList<>();
    if (value == null || !value.isArray() || value.isEmpty() || value.size() > lengthMax) {
      throw refused(key, "expected: a list of 1..%d numbers".formatted(lengthMax));
    }
    for (JsonNode one : value) {
      counts.add(within(key, one, least, most));
    }
    return counts;
  }

  List<Long> longs(String key, List<Long> otherwise, int lengthMax) throws ScenarioFileException {
    JsonNode value = value(key);
    if (value == null) {
      return otherwise;
    }
    List<Long> longs = new ArrayList<>();
    if (!value.isArray() || value.isEmpty() || value.size() > lengthMax) {
      throw refused(key, "expected: a list of 1..%d numbers".formatted(lengthMax));
    }
    for (JsonNode one : value) {
      if (!one.isIntegralNumber() || !one.canConvertToLong()) {
        throw refused(key, "not a whole number: " + one);
      }
      longs.add(one.longValue());
    }
    return longs;
  }

  double number(String key, double otherwise) throws ScenarioFileException {
    JsonNode value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber() || value.doubleValue() < 0) {
      throw refused(key, value + " (expected: a number >= 0)");
    }
    return value.doubleValue();
  }

  long bytes(String key, long least, long most, @Nullable Long otherwise)
      throws ScenarioFileException {
    return quantity(key, least, most, otherwise, Units::bytes);
  }

  long rate(String key, long least, long most, @Nullable Long otherwise)
      throws ScenarioFileException {
    return quantity(key, least, most, otherwise, Units::bytesPerSecond);
  }

  long nanos(String key, long least, long most, @Nullable Long otherwise)
      throws ScenarioFileException {
    return quantity(key, least, most, otherwise, Units::nanos);
  }

  private long quantity(
      String key, long least, long most, @Nullable Long otherwise, ToLongFunction<String> units)
      throws ScenarioFileException {
    if (value(key) == null) {
      return required(key, otherwise);
    }
    long amount;
    try {
      amount = units.applyAsLong(text(key, null));
    } catch (IllegalArgumentException wrong) {
      throw refused(key, String.valueOf(wrong.getMessage()));
    }
    if (amount < least || amount > most) {
      throw refused(
          key, "%s (expected: %d..%d in base units)".formatted(text(key, null), least, most));
    }
    return amount;
  }

  /** A word for a constant: {@code power-off} for {@code POWER_OFF}. */
  <E extends Enum<E>> E word(String key, Class<E> kind, @Nullable E otherwise)
      throws ScenarioFileException {
    if (value(key) == null) {
      return required(key, otherwise);
    }
    String text = text(key, null);
    List<String> words = new ArrayList<>();
    for (E constant : kind.getEnumConstants()) {
      if (word(constant).equals(text)) {
        return constant;
      }
      words.add(word(constant));
    }
    throw refused(key, "%s (expected: %s)".formatted(text, String.join(", ", words)));
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A table in this one; an empty one when it is left out. */
  ScenarioTable table(String key) throws ScenarioFileException {
    return new ScenarioTable(file, path(key), value(key));
  }

  /** The tables of a list. */
  List<ScenarioTable> tables(String key, int lengthMax) throws ScenarioFileException {
    JsonNode value = value(key);
    List<ScenarioTable> tables = new ArrayList<>();
    if (value == null) {
      return tables;
    }
    if (!value.isArray() || value.size() > lengthMax) {
      throw refused(key, "expected: at most %d tables [[%s]]".formatted(lengthMax, key));
    }
    for (JsonNode one : value) {
      tables.add(new ScenarioTable(file, "%s[%d]".formatted(path(key), tables.size()), one));
    }
    return tables;
  }

  /** Refuses every key that nobody asked for. */
  void close() throws ScenarioFileException {
    if (node == null) {
      return;
    }
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        throw refused(key, "unknown key (known: %s)".formatted(String.join(", ", known)));
      }
    }
  }

  ScenarioFileException refused(String key, String why) {
    return new ScenarioFileException(file, path(key), why);
  }

  private String path(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private @Nullable JsonNode value(String key) {
    return has(key) && node != null ? node.get(key) : null;
  }

  private <T> T required(String key, @Nullable T otherwise) throws ScenarioFileException {
    if (otherwise == null) {
      throw refused(key, "missing");
    }
    return otherwise;
  }
}
