package io.seedfall.simulator;

/** When a {@link Fault} strikes. */
public sealed interface Trigger {
  /** At that time. */
  record At(long nanos) implements Trigger {}

  /** So long after every piece was verified by somebody other than the source. */
  record OneCopyOut(long delayNanos) implements Trigger {}

  /** As soon as the machine has verified so many pieces. */
  record PiecesVerified(int machine, int pieces) implements Trigger {}
}
