package io.seedfall.node;

/**
 * Tells whether one direction of the link is used up, so that it makes sense to hold somebody back.
 *
 * <p>When the rate is known, from a cap or from the card, that is so while bytes move at nearly
 * that rate. When it is not, the gauge believes that the link can do what it was seen to do in its
 * best second. It may believe too little, when whoever could use more is held back; so for one
 * second now and then it holds back nobody, and sees. That is done less often when it shows
 * nothing.
 *
 * <p>Not thread-safe: its {@link FairShare} locks it. Time is an argument.
 */
final class LinkGauge {
  /** The part of the rate from which on the link counts as used up. */
  static final double USED_UP = 0.95;

  /** The same when the rate is what was seen: it is not that exact. */
  static final double USED_UP_AS_SEEN = 0.85;

  /** So long at least it counts as used up after bytes have moved at its rate. */
  static final long AHEAD_MIN_NANOS = 4_000_000L;

  /** So long it may have been idle without that being made up for. */
  static final long BEHIND_NANOS = 20_000_000L;

  /** The length of what is measured. */
  static final long SECOND_NANOS = 1_000_000_000L;

  /** Between two looks at what the link can do, in seconds, doubling. */
  static final int LOOKS_APART_MIN = 2;

  static final int LOOKS_APART_MAX = 32;

  /** A look that shows so much more was worth it. */
  private static final double WORTH_IT = 1.1;

  /** What is forgotten in each second in which several transfers were at work. */
  private static final double FORGETTING = 0.99;

  private double knownBytesPerSecond;
  private double seenBytesPerSecond;
  private long freeAtNanos;
  private boolean looking;
  private int lookIn = LOOKS_APART_MIN;
  private int looksApart = LOOKS_APART_MIN;

  /** A gauge for a link of that rate, 0 when it is not known. */
  LinkGauge(long bytesPerSecond) {
    this.knownBytesPerSecond = bytesPerSecond;
  }

  /** Another rate of the link, 0 when it is not known; what was seen is seen anew. */
  void known(long bytesPerSecond) {
    if (bytesPerSecond != knownBytesPerSecond) {
      knownBytesPerSecond = bytesPerSecond;
      seenBytesPerSecond = 0;
      freeAtNanos = 0;
      looking = false;
      lookIn = LOOKS_APART_MIN;
      looksApart = LOOKS_APART_MIN;
    }
  }

  /** Bytes have moved. */
  void moved(long bytes, long nowNanos) {
    double rate = usedUpBytesPerSecond();
    if (rate > 0) {
      long aheadNanos =
          Math.max(AHEAD_MIN_NANOS, (long) (2 * FairShare.LEAD_BYTES_MIN * 1e9 / rate));
      long begin = Math.max(freeAtNanos, nowNanos - BEHIND_NANOS);
      freeAtNanos = Math.min(begin + (long) (bytes * 1e9 / rate), nowNanos + aheadNanos);
    }
  }

  /** Whether it is used up now. */
  boolean isUsedUp(long nowNanos) {
    return !looking && freeAtNanos > nowNanos;
  }

  /** Whether it holds back nobody now, to see what the link can do. */
  boolean isLooking() {
    return looking;
  }

  /** The rate from which on it counts as used up, 0 when nothing is known. */
  double usedUpBytesPerSecond() {
    return knownBytesPerSecond > 0
        ? USED_UP * knownBytesPerSecond
        : USED_UP_AS_SEEN * seenBytesPerSecond;
  }

  /**
   * So much has moved in about a second.
   *
   * @param contended whether several transfers were at work
   */
  void measured(long bytes, long nanos, boolean contended) {
    if (knownBytesPerSecond > 0) {
      return;
    }
    double rate = nanos < 2 * SECOND_NANOS ? bytes * 1e9 / nanos : 0; // else it was idle meanwhile
    if (looking) {
      looking = false;
      boolean worthIt = rate > WORTH_IT * seenBytesPerSecond;
      looksApart = worthIt ? LOOKS_APART_MIN : Math.min(LOOKS_APART_MAX, 2 * looksApart);
      lookIn = looksApart;
    } else if (contended) {
      lookIn--;
      looking = lookIn <= 0;
    }
    double remembered = contended ? FORGETTING * seenBytesPerSecond : seenBytesPerSecond;
    seenBytesPerSecond = Math.max(rate, remembered);
  }
}
