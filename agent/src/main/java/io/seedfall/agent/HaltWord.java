package io.seedfall.agent;

/**
 * Whether the fleet's transfers stand still. A coordinator says so after every Welcome, while they
 * do; one that says nothing has lifted it while we were away. It is given a moment, so that an
 * agent that comes back does not move for the blink of an eye. Time is an argument; one thread.
 */
final class HaltWord {
  /** How long after its Welcome a coordinator may say that the halt still holds. */
  static final long DOUBT_NANOS = 2_000_000_000L;

  private boolean halted;
  private boolean doubted;
  private long doubtedSinceNanos;

  boolean isHalted() {
    return halted;
  }

  /** The coordinator says so. */
  void said(boolean word) {
    halted = word;
    doubted = false;
  }

  /** A coordinator welcomed us: what was said before may be old. */
  void welcomed(long nowNanos) {
    doubted = halted;
    doubtedSinceNanos = nowNanos;
  }

  /** How long until {@link #lapse} is due, the longest time when it is not. */
  long waitNanos(long nowNanos) {
    return doubted ? Math.max(0, DOUBT_NANOS - (nowNanos - doubtedSinceNanos)) : Long.MAX_VALUE;
  }

  /** Nobody confirmed it in time. */
  void lapse(long nowNanos) {
    if (waitNanos(nowNanos) == 0) {
      said(false);
    }
  }
}
