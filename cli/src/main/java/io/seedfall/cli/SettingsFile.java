package io.seedfall.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * What a file of settings says, and what is wrong with it.
 *
 * @param values by key, in the form in which the options take them
 * @param problems one line each; empty when the file is fine as far as it can be seen without
 *     converting values
 */
record SettingsFile(Map<String, String> values, List<String> problems) {
  /** The most bytes of a file. */
  static final int BYTES_MAX = 64 << 10;

  /** Reads TOML; /dev/null is a file that says nothing. */
  static SettingsFile read(Path file, List<Setting> settings) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    }
    if (bytes.length > BYTES_MAX) {
      return broken("more than " + BYTES_MAX + " bytes: no file of settings");
    }
    JsonNode tree;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      tree = new TomlMapper().readTree(text);
    } catch (CharacterCodingException _) {
      return broken("not UTF-8");
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String where = at == null ? "" : "line " + at.getLineNr() + ": ";
      return broken(where + "not TOML: " + e.getOriginalMessage());
    }
    Map<String, String> values = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    tree.properties()
        .forEach(entry -> {
          String key = entry.getKey();
          Setting setting = known(settings, key);
          if (setting == null) {
            problems.add(
                "unknown key '%s' (did you mean '%s'?)"
                    .formatted(TextTable.printable(key), Setting.nearest(settings, key).key()));
            return;
          }
          try {
            values.put(key, value(setting, entry.getValue()));
          } catch (IllegalArgumentException e) {
            problems.add(key + ": " + e.getMessage());
          }
        });
    return new SettingsFile(values, problems);
  }

  private static SettingsFile broken(String why) {
    return new SettingsFile(Map.of(), List.of(why));
  }

  private static @Nullable Setting known(List<Setting> settings, String key) {
    return settings.stream().filter(setting -> setting.key().equals(key)).findFirst().orElse(null);
  }

  private static String value(Setting setting, JsonNode node) {
    if (setting.isSwitch()) {
      if (!node.isBoolean()) {
        throw expected("true or false");
      }
      return node.asString();
    }
    if (setting.isTable() && node.isObject()) {
      List<String> pairs = new ArrayList<>();
      node.properties()
          .forEach(pair -> pairs.add(pair.getKey() + "=" + text(pair.getValue(), "text")));
      return String.join(Setting.BETWEEN, pairs);
    }
    if (setting.option().isMultiValue()) {
      String wanted = setting.isTable() ? "a table, or a list of KEY=VALUE" : "a list, or text";
      if (!node.isArray()) {
        return element(setting, node, wanted);
      }
      List<String> texts = new ArrayList<>();
      node.forEach(each -> texts.add(element(setting, each, wanted)));
      return String.join(Setting.BETWEEN, texts);
    }
    return text(node, "text or a number");
  }

  private static String element(Setting setting, JsonNode node, String wanted) {
    String text = text(node, wanted);
    if (setting.isTable() && text.indexOf('=') < 1) {
      throw expected(wanted);
    }
    return text;
  }

  private static String text(JsonNode node, String wanted) {
    if (!node.isString() && !node.isNumber()) {
      throw expected(wanted);
    }
    String text = node.asString();
    if (text.isEmpty() || !TextTable.printable(text).equals(text)) {
      throw expected("at least one character, on one line");
    }
    return text;
  }

  private static IllegalArgumentException expected(String what) {
    return new IllegalArgumentException("expected " + what);
  }
}
