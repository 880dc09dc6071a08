package io.seedfall.node;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A token bucket that all connections of a node, or of a transfer, share, one for each direction.
 * Whoever wants to move bytes reserves a place in time, first come first served, and waits for it:
 * so the sum is exact over any few seconds, and connections get turns instead of a free-for-all.
 *
 * <pre>
 *   freeAt: when the bytes reserved so far have passed at the rate
 *   reserve(n): may start at max(freeAt, now - burst), and moves freeAt on by n / rate
 * </pre>
 */
final class RateLimiter {
  /** What may pass at once after a pause: this much time at the rate. */
  static final long BURST_NANOS = 20_000_000;

  /** A wait is cut into slices of this, to notice that it is no longer wanted. */
  private static final long SLICE_NANOS = 50_000_000;

  private final Lock lock = new ReentrantLock();
  private volatile long bytesPerSecond;
  private long freeAtNanos;

  /** A limiter of that rate; 0 lets everything pass. Time begins at zero. */
  RateLimiter(long bytesPerSecond) {
    this.bytesPerSecond = checked(bytesPerSecond);
  }

  private static long checked(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: >= 0)");
    }
    return bytesPerSecond;
  }

  /** Another rate from now on; whoever waits for a place at the old one need not any more. */
  void rate(long changed) {
    lock.lock();
    try {
      if (checked(changed) != bytesPerSecond) {
        bytesPerSecond = changed;
        freeAtNanos = Long.MIN_VALUE;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Its rate now; 0 when it lets everything pass. */
  long rate() {
    return bytesPerSecond;
  }

  /** Whether it limits at all. */
  boolean limits() {
    return bytesPerSecond > 0;
  }

  /** Takes a place for {@code bytes} and says how long after {@code nowNanos} it begins. */
  long reserve(long bytes, long nowNanos) {
    lock.lock();
    try {
      long rate = bytesPerSecond;
      if (rate == 0) {
        return 0;
      }
      long start = Math.max(freeAtNanos, nowNanos - BURST_NANOS);
      freeAtNanos = start + (long) (bytes * 1e9 / rate);
      return Math.max(0, start - nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reserves and waits, unless {@code cancelled} becomes true meanwhile. What a cancelled caller
   * reserved is lost: less than one block.
   */
  void await(long bytes, BooleanSupplier cancelled) {
    long rate = bytesPerSecond;
    if (rate == 0) {
      return;
    }
    long now = System.nanoTime();
    long end = now + reserve(bytes, now - ORIGIN_NANOS);
    while (end - now > 0 && rate == bytesPerSecond && !cancelled.getAsBoolean()) {
      LockSupport.parkNanos(this, Math.min(end - now, SLICE_NANOS));
      now = System.nanoTime();
    }
  }

  private static final long ORIGIN_NANOS = System.nanoTime();
}
