package io.seedfall.node;

/**
 * The time that a swarm is told. It stands still while the transfer is paused, so that nothing
 * expires, nobody counts as slow, and everything goes on afterwards where it was. The swarm's
 * thread alone calls it.
 */
final class SwarmClock {
  private final long originNanos;
  private long stoodStillNanos;
  private long pausedAtNanos;
  private boolean paused;

  SwarmClock(long originNanos) {
    this.originNanos = originNanos;
  }

  /** Now, by {@link System#nanoTime}. */
  long nanos(long rawNanos) {
    return (paused ? pausedAtNanos : rawNanos) - originNanos - stoodStillNanos;
  }

  boolean isPaused() {
    return paused;
  }

  /** Stands still, or goes on, from now on. */
  void pause(boolean stands, long rawNanos) {
    if (stands && !paused) {
      pausedAtNanos = rawNanos;
    } else if (!stands && paused) {
      stoodStillNanos += rawNanos - pausedAtNanos;
    }
    paused = stands;
  }
}
