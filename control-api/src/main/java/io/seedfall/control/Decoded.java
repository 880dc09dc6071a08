package io.seedfall.control;

/** What came of reading JSON: bytes from others never throw. */
public sealed interface Decoded<T> {
  /** It was a {@code T}. */
  record Value<T>(T value) implements Decoded<T> {}

  /**
   * It was a message of a type that this program does not know: said by a newer program, and to be
   * passed over.
   */
  record UnknownType<T>(String type) implements Decoded<T> {}

  /** It was not; {@code why} says where and how, in one line. */
  record Malformed<T>(String why) implements Decoded<T> {}
}
