package io.seedfall.node;

import io.seedfall.protocol.tracker.AnnounceEvent;
import io.seedfall.protocol.tracker.AnnounceResponse;

/**
 * When a torrent is announced under one of its names, and as what (BEP 3). Time is an argument.
 *
 * <pre>
 *   STARTED, until somebody answers --> nothing, once an interval --> COMPLETED, once, if it was
 *                                                                     not complete at the begin
 * </pre>
 *
 * <p>Between the least interval and the interval it is announced again only while nobody is
 * connected. When no tracker answers, the pause doubles from {@link #PAUSE_MILLIS_MIN} to {@link
 * #PAUSE_MILLIS_MAX}.
 */
final class AnnounceSchedule {
  /** The pause after the first round in which no tracker answered. */
  static final long PAUSE_MILLIS_MIN = 15_000;

  /** The longest pause. */
  static final long PAUSE_MILLIS_MAX = 15 * 60_000;

  /** The least interval, whatever a tracker says. */
  static final long INTERVAL_MILLIS_MIN = 5_000;

  private boolean started;
  private boolean complete;
  private boolean completionUnsaid;
  private int failures;
  private long dueMillis;
  private long earliestMillis;

  /**
   * Due at once.
   *
   * @param completeAtBegin whether there is nothing to fetch
   */
  AnnounceSchedule(boolean completeAtBegin, long nowMillis) {
    this.complete = completeAtBegin;
    this.dueMillis = nowMillis;
    this.earliestMillis = nowMillis;
  }

  /** As what it is announced next. */
  AnnounceEvent event() {
    if (!started) {
      return AnnounceEvent.STARTED;
    }
    return completionUnsaid ? AnnounceEvent.COMPLETED : AnnounceEvent.NONE;
  }

  /**
   * When that is due.
   *
   * @param lonely whether it is incomplete and nobody is connected
   */
  long dueMillis(boolean lonely) {
    return lonely ? earliestMillis : dueMillis;
  }

  /** Whether a tracker knows of it. */
  boolean isStarted() {
    return started;
  }

  /**
   * Everything is there: said once, however often this is called, and at once unless trackers do
   * not answer.
   */
  void completed(long nowMillis) {
    if (!complete) {
      complete = true;
      completionUnsaid = true;
      if (failures == 0) {
        dueMillis = nowMillis;
        earliestMillis = nowMillis;
      }
    }
  }

  /** A tracker answered what was said with {@code event}. */
  void answered(AnnounceEvent event, AnnounceResponse.Peers answer, long nowMillis) {
    started = true;
    failures = 0;
    if (event == AnnounceEvent.COMPLETED) {
      completionUnsaid = false;
    }
    long interval = Math.max(INTERVAL_MILLIS_MIN, answer.intervalSeconds() * 1_000L);
    long least = answer.minIntervalSeconds() * 1_000L;
    dueMillis = nowMillis + interval;
    earliestMillis =
        nowMillis + (least == 0 ? interval : Math.clamp(least, INTERVAL_MILLIS_MIN, interval));
    if (completionUnsaid) { // it came while this was on its way
      dueMillis = nowMillis;
      earliestMillis = nowMillis;
    }
  }

  /** No tracker answered. */
  void failed(long nowMillis) {
    long pause = PAUSE_MILLIS_MIN << Math.min(failures, 10);
    failures++;
    dueMillis = nowMillis + Math.min(pause, PAUSE_MILLIS_MAX);
    earliestMillis = dueMillis;
  }
}
