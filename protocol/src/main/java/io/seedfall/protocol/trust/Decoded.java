package io.seedfall.protocol.trust;

/** What bytes turned out to be. */
public sealed interface Decoded<T> {
  /** The only meaning that they have. */
  record Value<T>(T value) implements Decoded<T> {}

  /**
   * None: not in the one form that is accepted, or beyond a limit.
   *
   * @param reason what is wrong
   */
  record Malformed<T>(String reason) implements Decoded<T> {}
}
