package io.seedfall.node;

import io.seedfall.protocol.SeededRandom;

/** When to announce to the local network (BEP 14). Time is an argument; no thread. */
final class LocalSchedule {
  /** From one announcement to the next. */
  static final long INTERVAL_MILLIS = 300_000;

  /**
   * Up to so much is added, so that machines that were started together do not all speak at once.
   */
  static final long JITTER_MILLIS = 30_000;

  /** However much there is to say, it is not said more often. */
  static final long PAUSE_MILLIS = 60_000;

  private final SeededRandom random;
  private long dueMillis = Long.MAX_VALUE;
  private long earliestMillis = Long.MIN_VALUE;

  LocalSchedule(SeededRandom random) {
    this.random = random;
  }

  /** When the next one is due. */
  long dueMillis() {
    return dueMillis;
  }

  /** There is a torrent more. */
  void torrentAdded(long nowMillis) {
    dueMillis = Math.min(dueMillis, Math.max(nowMillis, earliestMillis));
  }

  /** All was said. */
  void announced(long nowMillis) {
    earliestMillis = nowMillis + PAUSE_MILLIS;
    dueMillis = nowMillis + INTERVAL_MILLIS + random.nextInt((int) JITTER_MILLIS + 1);
  }
}
