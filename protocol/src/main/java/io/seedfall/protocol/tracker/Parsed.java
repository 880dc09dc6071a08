package io.seedfall.protocol.tracker;

/** What bytes or text from a stranger turned out to be. */
public sealed interface Parsed<T> {
  /**
   * Understood.
   *
   * @param value what was said
   */
  record Valid<T>(T value) implements Parsed<T> {}

  /**
   * Not understood.
   *
   * @param reason what is wrong, in words
   */
  record Malformed<T>(String reason) implements Parsed<T> {}
}
