package io.seedfall.control;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What agents, artifacts, versions and labels may be called: one alphabet for all, safe in a file
 * name, a URL, a selector and a shell without quotes.
 */
public final class Names {
  /** The most characters of a name, a version, a label's key or its value. */
  public static final int NAME_CHARS_MAX = 128;

  /** The most labels of an agent. */
  public static final int LABELS_MAX = 64;

  private Names() {}

  /**
   * Gives {@code name} back when it is 1 to {@link #NAME_CHARS_MAX} ASCII letters, digits and
   * {@code . _ -}, the first a letter or a digit.
   *
   * @param what what it names, for the message
   * @throws IllegalArgumentException when it is not
   */
  public static String check(String what, String name) {
    if (!isName(name)) {
      String shown = name.length() <= NAME_CHARS_MAX ? name : name.substring(0, 40) + "...";
      throw new IllegalArgumentException(
          what
              + ": '"
              + shown.replaceAll("\\p{Cntrl}", "?")
              + "' (expected: 1 to "
              + NAME_CHARS_MAX
              + " letters, digits, . _ -, the first a letter or a digit)");
    }
    return name;
  }

  /** Whether {@code name} is one. */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > NAME_CHARS_MAX || !isLetterOrDigit(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  /**
   * The labels, sorted by key, when every key and value is a name.
   *
   * @throws IllegalArgumentException when one is not, or there are more than {@link #LABELS_MAX}
   */
  public static Map<String, String> checkLabels(Map<String, String> labels) {
    if (labels.size() > LABELS_MAX) {
      throw new IllegalArgumentException(
          "labels: " + labels.size() + " (expected: at most " + LABELS_MAX + ")");
    }
    TreeMap<String, String> sorted = new TreeMap<>();
    labels.forEach((key, value) -> sorted.put(check("label", key), check("label " + key, value)));
    return Collections.unmodifiableMap(sorted);
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
