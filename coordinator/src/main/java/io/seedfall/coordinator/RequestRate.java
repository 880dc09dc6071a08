package io.seedfall.coordinator;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many requests are heard in each second, or another span: of one address, and of all. Counts
 * begin anew with the span, so the addresses remembered are never more than {@code totalMax}.
 *
 * <p>Not for several threads: {@link Tracker} owns one, {@link Logins} another.
 */
final class RequestRate {
  private static final long SECOND_MILLIS = 1_000;

  private final long spanMillis;
  private final int perAddressMax;
  private final int totalMax;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private long span = Long.MIN_VALUE;
  private int total;

  /** So many in each second. */
  RequestRate(int perAddressMax, int totalMax) {
    this(perAddressMax, totalMax, SECOND_MILLIS);
  }

  /** So many in each span of that length. */
  RequestRate(int perAddressMax, int totalMax, long spanMillis) {
    this.spanMillis = spanMillis;
    this.perAddressMax = perAddressMax;
    this.totalMax = totalMax;
  }

  /** Counts a request; whether it is to be heard. */
  boolean admits(String address, long nowMillis) {
    long now = Math.floorDiv(nowMillis, spanMillis);
    if (now != span) {
      span = now;
      total = 0;
      counts.clear();
    }
    if (total >= totalMax || counts.getOrDefault(address, 0) >= perAddressMax) {
      return false;
    }
    total++;
    counts.merge(address, 1, Integer::sum);
    return true;
  }

  /** After how many seconds the next span has begun: from 1. */
  long secondsLeft(long nowMillis) {
    return Math.ceilDiv(spanMillis - Math.floorMod(nowMillis, spanMillis), SECOND_MILLIS);
  }
}
