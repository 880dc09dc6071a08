package io.seedfall.swarm;

/**
 * How long neighbours take to answer a grant, smoothed as TCP smooths round trips (RFC 6298), and
 * how long it is worth to wait for an answer: a few times that. On a slow link whose queues are
 * full an answer takes as long as the queues are, and a grant that is withdrawn meanwhile costs a
 * piece.
 */
final class AnswerTimes {
  /** The patience before the first answer (RFC 6298, section 2). */
  static final long FIRST_NANOS = 1_000_000_000L;

  private final long minNanos;
  private final long maxNanos;
  private long smoothedNanos;
  private long deviationNanos;
  private boolean measured;

  AnswerTimes(long minNanos, long maxNanos) {
    this.minNanos = minNanos;
    this.maxNanos = maxNanos;
  }

  /** An answer came. */
  void took(long nanos) {
    if (measured) {
      deviationNanos += (Math.abs(nanos - smoothedNanos) - deviationNanos) / 4;
      smoothedNanos += (nanos - smoothedNanos) / 8;
    } else {
      measured = true;
      smoothedNanos = nanos;
      deviationNanos = nanos / 2;
    }
  }

  /** How long to wait for the next. */
  long patienceNanos() {
    long patience = measured ? 4 * (smoothedNanos + 4 * deviationNanos) : FIRST_NANOS;
    return Math.clamp(patience, minNanos, maxNanos);
  }
}
