package io.seedfall.control;

import java.util.Base64;

/**
 * A document with its signatures, as {@code io.seedfall.protocol.trust} reads it.
 *
 * @param document its bytes in base64
 */
public record SignedDocument(String document) {
  /** The most bytes of one. */
  public static final int BYTES_MAX = 32 << 10;

  /** The most characters of one: four for three bytes. */
  public static final int CHARS_MAX = (BYTES_MAX + 2) / 3 * 4;

  /** These bytes. */
  public static SignedDocument of(byte[] bytes) {
    return new SignedDocument(Base64.getEncoder().encodeToString(bytes));
  }

  /**
   * The bytes.
   *
   * @throws IllegalArgumentException when that is no base64, or too much
   */
  public byte[] bytes() {
    if (document.length() > CHARS_MAX) {
      throw new IllegalArgumentException(
          "document: %d characters (expected: at most %d)".formatted(document.length(), CHARS_MAX));
    }
    try {
      return Base64.getDecoder().decode(document);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("document (expected: base64)", e);
    }
  }
}
