package io.seedfall.control;

/** What came of listening to events for a while. */
public sealed interface Heard<T> {
  /** Something changed. */
  record Changed<T>(T change) implements Heard<T> {}

  /** Events were missed; the next change says how it is now. */
  record Missed<T>(String why) implements Heard<T> {}

  /** Nothing yet. */
  record Nothing<T>() implements Heard<T> {}

  /** The stream is over, and nothing more will come of it: open another one, or ask. */
  record Ended<T>(String why) implements Heard<T> {}
}
