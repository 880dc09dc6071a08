package io.seedfall.node;

import java.util.concurrent.TimeUnit;

/**
 * What the peer of a connection may.
 *
 * @param mayTake whether it may be sent content
 * @param sinceNanos when it was let in, by {@link System#nanoTime}
 * @param forNanos for how long
 */
record Permit(boolean mayTake, long sinceNanos, long forNanos) {
  /** Everything, for ever: of a peer in the clear. */
  static final Permit ALL = new Permit(true, 0, Long.MAX_VALUE);

  /** From now on. */
  static Permit of(boolean mayTake, long forMillis) {
    return new Permit(mayTake, System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(forMillis));
  }

  /** Whether the connection has to end. */
  boolean isOver(long nowNanos) {
    return forNanos != Long.MAX_VALUE && nowNanos - sinceNanos >= forNanos;
  }
}
