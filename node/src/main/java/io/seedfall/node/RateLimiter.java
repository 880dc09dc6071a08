package io.seedfall.node;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A token bucket that all connections of a node, or of a transfer, share, one for each direction.
 * Whoever wants to move bytes reserves a place in the queue, first come first served, and waits for
 * it: so the sum is exact over any few seconds, and connections get turns instead of a
 * free-for-all.
 *
 * <pre>
 *   passed:     bytes that could have passed until now; goes on at the rate
 *   reserve(n): place = max(reserved, passed - burst), then reserved = place + n
 *   may start:  when passed has come to the place
 * </pre>
 *
 * <p>Places are bytes and not times: when the rate changes, whoever waits keeps its place and waits
 * at the new rate. A rate that changes every second lets nobody pass sooner.
 */
final class RateLimiter {
  /** What may pass at once after a pause: this much time at the rate. */
  static final long BURST_NANOS = 20_000_000;

  /** A wait is cut into slices of this, to notice that it is no longer wanted, or is shorter. */
  private static final long SLICE_NANOS = 50_000_000;

  private static final long ORIGIN_NANOS = System.nanoTime();

  /** The rate since then, and what had passed before. */
  private record Clock(long bytesPerSecond, long sinceNanos, double passedBytes) {
    double passed(long nowNanos) {
      return passedBytes + Math.max(0, nowNanos - sinceNanos) * (bytesPerSecond / 1e9);
    }

    long waitNanos(double place, long nowNanos) {
      return bytesPerSecond == 0
          ? 0
          : Math.max(0, (long) ((place - passed(nowNanos)) * 1e9 / bytesPerSecond));
    }
  }

  private final Lock lock = new ReentrantLock();
  private volatile Clock clock;
  private double reservedBytes;

  /** A limiter of that rate; 0 lets everything pass. Time begins at zero. */
  RateLimiter(long bytesPerSecond) {
    this.clock = new Clock(checked(bytesPerSecond), 0, 0);
  }

  private static long checked(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: >= 0)");
    }
    return bytesPerSecond;
  }

  /** Another rate from now on, also for whoever waits. */
  void rate(long changed) {
    rate(changed, System.nanoTime() - ORIGIN_NANOS);
  }

  void rate(long changed, long nowNanos) {
    lock.lock();
    try {
      if (checked(changed) != clock.bytesPerSecond()) {
        double passed = clock.passed(nowNanos);
        clock = new Clock(changed, nowNanos, passed);
        if (changed == 0) {
          reservedBytes = Math.min(reservedBytes, passed); // nobody waits any more
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Its rate now; 0 when it lets everything pass. */
  long rate() {
    return clock.bytesPerSecond();
  }

  /** Whether it limits at all. */
  boolean limits() {
    return clock.bytesPerSecond() > 0;
  }

  /** Takes a place for {@code bytes} and says how long after {@code nowNanos} it begins. */
  long reserve(long bytes, long nowNanos) {
    return clock.waitNanos(place(bytes, nowNanos), nowNanos);
  }

  private double place(long bytes, long nowNanos) {
    lock.lock();
    try {
      long rate = clock.bytesPerSecond();
      if (rate == 0) {
        return 0;
      }
      double burst = rate * (BURST_NANOS / 1e9);
      double place = Math.max(reservedBytes, clock.passed(nowNanos) - burst);
      reservedBytes = place + bytes;
      return place;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reserves and waits, unless {@code cancelled} becomes true meanwhile. What a cancelled caller
   * reserved is lost: less than one block.
   */
  void await(long bytes, BooleanSupplier cancelled) {
    if (!limits()) {
      return;
    }
    long now = System.nanoTime() - ORIGIN_NANOS;
    double place = place(bytes, now);
    long wait = clock.waitNanos(place, now);
    while (wait > 0 && !cancelled.getAsBoolean()) {
      LockSupport.parkNanos(this, Math.min(wait, SLICE_NANOS));
      wait = clock.waitNanos(place, System.nanoTime() - ORIGIN_NANOS);
    }
  }
}
