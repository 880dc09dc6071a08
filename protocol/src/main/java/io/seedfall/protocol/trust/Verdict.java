package io.seedfall.protocol.trust;

/** What came of looking at a signed document. */
public sealed interface Verdict<T> {
  /** It is believed. */
  record Accepted<T>(T value) implements Verdict<T> {}

  /**
   * It is not.
   *
   * @param why in one line, for people, with what to do
   */
  record Refused<T>(Refusal refusal, String why) implements Verdict<T> {}
}
