package io.seedfall.control;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling from a least to a most, each wait a random one
 * between its half and its whole, so that a thousand agents do not come back in one moment.
 */
public final class Backoff {
  private final int minMillis;
  private final int maxMillis;
  private final RandomGenerator random;
  private int nextMillis;

  /**
   * Begins with the least.
   *
   * @param random the jitter
   */
  public Backoff(int minMillis, int maxMillis, RandomGenerator random) {
    this.minMillis = minMillis;
    this.maxMillis = maxMillis;
    this.random = random;
    this.nextMillis = minMillis;
  }

  /** The wait before the next attempt; the one after it is longer. */
  public long waitMillis() {
    long wait = jittered(nextMillis);
    nextMillis = (int) Math.min(maxMillis, 2L * nextMillis);
    return wait;
  }

  /** A wait around a length of its own, which does not grow. */
  public long jittered(int millis) {
    return random.nextLong(millis / 2L, millis + 1L);
  }

  /** It worked: start over from the least. */
  public void reset() {
    nextMillis = minMillis;
  }
}
