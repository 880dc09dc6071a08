package io.seedfall.agent;

/**
 * When the progress of fetches is looked at again: often in a short push, where every moment
 * counts, and once a second in a long one, where a thousand agents would keep their coordinator
 * busy with it. The agent's loop owns it.
 */
public final class ProgressPace {
  /** So soon at the earliest. */
  static final long WAIT_MIN_NANOS = 200_000_000L;

  /** So late at most. */
  static final long WAIT_MAX_NANOS = 1_000_000_000L;

  /** In between: this part of the time that the youngest fetch has taken. */
  private static final int SHARE = 10;

  private long lookedNanos;
  private long pauseNanos;

  /** One by which progress is due now. */
  public ProgressPace(long nowNanos) {
    lookedNanos = nowNanos;
  }

  /** How long until progress is due, 0 when it is. */
  public long waitNanos(long nowNanos) {
    return Math.max(0, pauseNanos - (nowNanos - lookedNanos));
  }

  /** It was looked at now, and the youngest fetch is that old; 0 when there is none. */
  public void looked(long nowNanos, long youngestAgeNanos) {
    lookedNanos = nowNanos;
    pauseNanos = Math.clamp(youngestAgeNanos / SHARE, WAIT_MIN_NANOS, WAIT_MAX_NANOS);
  }
}
