package io.seedfall.protocol.trust;

import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeValue;

/**
 * Some artifacts are signed by others.
 *
 * @param pattern an artifact's name, or the start of names and {@code *}
 * @param role who signs them
 */
public record Delegation(String pattern, Role role) {
  /** Checks the pattern. */
  public Delegation {
    if (!isPattern(pattern)) {
      throw new IllegalArgumentException(
          "pattern: '%s' (expected: an artifact's name, or its start and *)"
              .formatted(pattern.length() <= 200 ? pattern : pattern.substring(0, 200)));
    }
  }

  private static boolean isPattern(String pattern) {
    return Manifest.isName(
        pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern);
  }

  boolean covers(String artifact) {
    return pattern.endsWith("*")
        ? artifact.startsWith(pattern.substring(0, pattern.length() - 1))
        : artifact.equals(pattern);
  }

  static Delegation read(BencodeValue value) throws Unreadable {
    Fields fields = Fields.of(value, "keys", "pattern", "threshold");
    String pattern = fields.text("pattern");
    if (!isPattern(pattern)) {
      throw new Unreadable("pattern (expected: an artifact's name, or its start and *)");
    }
    return new Delegation(pattern, Role.read(fields));
  }

  BencodeDictionary write() {
    return role.write().put("pattern", pattern).build();
  }
}
