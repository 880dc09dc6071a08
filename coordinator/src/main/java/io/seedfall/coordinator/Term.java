package io.seedfall.coordinator;

/**
 * One coordinator's time as leader: from when it took the lease until it lost it. Who keeps the
 * lease prolongs it and ends it; the control loop asks whether it lasts, with its own monotonic
 * clock, before it says anything. Thread-safe.
 */
final class Term {
  private final long epoch;
  private final String leader;
  private volatile long untilMillis;

  /**
   * Begins one.
   *
   * @param epoch greater than that of every leader before
   * @param leader where others reach this coordinator
   * @param untilMillis when it ends unless it is prolonged; {@link Long#MAX_VALUE} for never
   */
  Term(long epoch, String leader, long untilMillis) {
    this.epoch = epoch;
    this.leader = leader;
    this.untilMillis = untilMillis;
  }

  long epoch() {
    return epoch;
  }

  String leader() {
    return leader;
  }

  boolean isHeld(long nowMillis) {
    return nowMillis < untilMillis;
  }

  /** How long it lasts unless it is prolonged; endless when nothing ends it. */
  double secondsLeft(long nowMillis) {
    long until = untilMillis;
    if (until == Long.MAX_VALUE) {
      return Double.POSITIVE_INFINITY;
    }
    return until <= nowMillis ? 0 : (until - nowMillis) / 1e3;
  }

  /** What has ended stays so. */
  synchronized void prolong(long nowMillis, long until) {
    if (isHeld(nowMillis)) {
      untilMillis = until;
    }
  }

  synchronized void end() {
    untilMillis = Long.MIN_VALUE;
  }

  /**
   * Does nothing while it lasts.
   *
   * @throws LeadershipLost when it has ended
   */
  void require(long nowMillis) {
    if (!isHeld(nowMillis)) {
      throw new LeadershipLost("the lease of epoch " + epoch + " has run out");
    }
  }
}
