package io.seedfall.control;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where content goes on a machine: a path inside the root that the machine's own configuration
 * allows. Refused, never repaired: what is not plainly inside is not taken.
 *
 * @param path {@code /} between its parts, none before the first and none after the last
 */
public record Destination(String path) {
  /** The most bytes of a destination in UTF-8. */
  public static final int PATH_BYTES_MAX = 1_024;

  /** The most bytes of one part in UTF-8: what Linux file systems take. */
  public static final int PART_BYTES_MAX = 255;

  /** Checks the path. */
  public Destination {
    if (path.startsWith("/")) {
      throw refused(
          path,
          "a path inside each agent's root, so without the leading /; the root is the agent's");
    }
    if (utf8Bytes(path) > PATH_BYTES_MAX) {
      throw refused(path, "at most " + PATH_BYTES_MAX + " bytes");
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty()) {
        throw refused(path, "a path like models/current.bin, no empty part");
      }
      if (part.equals(".") || part.equals("..")) {
        throw refused(path, "a path without . and .. parts");
      }
      if (utf8Bytes(part) > PART_BYTES_MAX) {
        throw refused(path, "at most " + PART_BYTES_MAX + " bytes in each part");
      }
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      throw refused(path, "a path without control characters");
    }
  }

  /**
   * Parses it.
   *
   * @throws IllegalArgumentException when it is not plainly inside a root; the message says why
   */
  public static Destination parse(String path) {
    return new Destination(path);
  }

  /** The parts of the path, at least one. */
  public List<String> parts() {
    return List.of(path.split("/", -1));
  }

  @Override
  public String toString() {
    return path;
  }

  private static int utf8Bytes(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining();
    } catch (CharacterCodingException e) {
      throw refused(text, "Unicode text (it holds half a surrogate pair)");
    }
  }

  private static IllegalArgumentException refused(String path, String expected) {
    String shown = path.length() <= 80 ? path : path.substring(0, 80) + "...";
    return new IllegalArgumentException(
        "destination: '" + shown.replaceAll("\\p{Cntrl}", "?") + "' (expected: " + expected + ")");
  }
}
