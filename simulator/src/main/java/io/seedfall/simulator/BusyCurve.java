package io.seedfall.simulator;

import java.util.Arrays;

/**
 * How busy the uplinks of a fleet were over time, in a fixed number of buckets: when time goes past
 * the last one, neighbouring buckets become one, so nobody need know beforehand how long a run
 * takes.
 */
public final class BusyCurve {
  /** After the first moments between half of them and all of them are in use. */
  public static final int BUCKETS = 400;

  private static final long FIRST_WIDTH_IN_NANOS = 1_024;

  private final double[] busyNanos = new double[BUCKETS];
  private long bucketNanos = FIRST_WIDTH_IN_NANOS;

  /** An uplink was busy for the whole time between two instants. */
  public void add(long fromNanos, long toNanos) {
    add(fromNanos, toNanos, 1);
  }

  /** An uplink carried that share of its rate between two instants. */
  public void add(long fromNanos, long toNanos, double share) {
    while (toNanos > bucketNanos * BUCKETS) {
      widen();
    }
    long at = fromNanos;
    while (at < toNanos) {
      int bucket = (int) (at / bucketNanos);
      long end = Math.min(toNanos, (bucket + 1) * bucketNanos);
      busyNanos[bucket] += (end - at) * share;
      at = end;
    }
  }

  private void widen() {
    for (int i = 0; i < BUCKETS; i++) {
      busyNanos[i] = i < BUCKETS / 2 ? busyNanos[2 * i] + busyNanos[2 * i + 1] : 0;
    }
    bucketNanos *= 2;
  }

  /** The time that one bucket covers. */
  public long bucketNanos() {
    return bucketNanos;
  }

  /** All busy time of all uplinks together. */
  public double totalNanos() {
    return Arrays.stream(busyNanos).sum();
  }

  /**
   * The share of all uplinks that was busy, bucket by bucket, up to the end of the run.
   *
   * @param uplinks how many there are
   * @param endNanos the last bucket counts as far as it reaches into the run
   */
  public double[] shares(int uplinks, long endNanos) {
    int used = (int) Math.min(BUCKETS, Math.ceilDiv(endNanos, bucketNanos));
    double[] shares = new double[used];
    for (int i = 0; i < used; i++) {
      long width = Math.min(bucketNanos, endNanos - i * bucketNanos);
      shares[i] = busyNanos[i] / width / uplinks;
    }
    return shares;
  }
}
