package io.seedfall.coordinator;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many requests are heard in each second: of one address, and of all. Counts begin anew with
 * the second, so the addresses remembered are never more than {@code totalMax}.
 *
 * <p>Not for several threads: {@link Tracker} owns it.
 */
final class RequestRate {
  private static final long SECOND_MILLIS = 1_000;

  private final int perAddressMax;
  private final int totalMax;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private long second = Long.MIN_VALUE;
  private int total;

  RequestRate(int perAddressMax, int totalMax) {
    this.perAddressMax = perAddressMax;
    this.totalMax = totalMax;
  }

  /** Counts a request; whether it is to be heard. */
  boolean admits(String address, long nowMillis) {
    long now = Math.floorDiv(nowMillis, SECOND_MILLIS);
    if (now != second) {
      second = now;
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
}
