package io.seedfall.agent;

import java.util.random.RandomGenerator;

/**
 * When the progress of fetches is looked at again: often in a short push, where every moment
 * counts, and once a second in a long one, where a thousand agents would keep their coordinator
 * busy with it. A coordinator of more agents asks for longer pauses; those are random ones between
 * half and the whole of that, because all agents begin at once. The agent's loop owns it.
 */
public final class ProgressPace {
  /** So soon at the earliest. */
  static final long WAIT_MIN_NANOS = 200_000_000L;

  /** So late at most. */
  static final long WAIT_MAX_NANOS = 1_000_000_000L;

  /** Longer pauses than this nobody may ask for. */
  static final int ASKED_MILLIS_MAX = 60_000;

  /** In between: this part of the time that the youngest fetch has taken. */
  private static final int SHARE = 10;

  private final RandomGenerator random;
  private long lookedNanos;
  private long pauseNanos;
  private long askedNanos;

  /** One by which progress is due now. */
  public ProgressPace(long nowNanos, RandomGenerator random) {
    this.lookedNanos = nowNanos;
    this.random = random;
  }

  /** The coordinator asks for pauses of about so long, 0 when it asks for none. */
  public void asked(int millis) {
    askedNanos = 1_000_000L * Math.clamp(millis, 0, ASKED_MILLIS_MAX);
  }

  /** How long until progress is due, 0 when it is. */
  public long waitNanos(long nowNanos) {
    return Math.max(0, pauseNanos - (nowNanos - lookedNanos));
  }

  /** It was looked at now, and the youngest fetch is that old; 0 when there is none. */
  public void looked(long nowNanos, long youngestAgeNanos) {
    lookedNanos = nowNanos;
    pauseNanos =
        Math.max(
            Math.clamp(youngestAgeNanos / SHARE, WAIT_MIN_NANOS, WAIT_MAX_NANOS),
            random.nextLong(askedNanos / 2, askedNanos + 1));
  }
}
