package io.seedfall.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Divides one direction of a node's link among its transfers by their weights. Each transfer has a
 * time of its own, which goes on by the bytes it moves over its weight; while the link is used up,
 * whoever is ahead of the slowest of those that want to move bytes waits for it.
 *
 * <pre>
 *   time of a transfer += bytes / weight
 *   it waits while      time > least time of the other active ones + lead / weight
 *                       and the link is used up ({@link LinkGauge})
 * </pre>
 *
 * <p>Nothing is kept for somebody who does not come: when the link is not used up nobody waits, and
 * being ahead or behind is forgotten. A transfer that is alone passes without the lock.
 *
 * <p>Who is much heavier than others has the right of way: they wait for it also while the link has
 * gaps. What they would put there fills the queues of the network, in which the heavy one's
 * requests and blocks wait, and nothing is gained: what is late here is early when the heavy one is
 * done. It keeps that right when it comes, for {@link #ARRIVAL_NANOS}, and then as long as it makes
 * use of half the link: what one that is slow for other reasons leaves is for the others.
 */
final class FairShare {
  /** Who has moved bytes within this time, or waits to, wants to move more. */
  static final long ACTIVE_NANOS = 100_000_000L;

  /** Who moves bytes and does not come forward for so long is held up elsewhere. */
  static final long STUCK_NANOS = 1_000_000_000L;

  /** How far one may be ahead of the others, at least: a large block. */
  static final long LEAD_BYTES_MIN = 256 * 1024;

  /** The same in time on the link: who waits looks seldom, compared with what fast links do. */
  static final long LEAD_NANOS = 10_000_000L;

  /** So many times the weight is much heavier. */
  static final int MUCH_HEAVIER = 16;

  /** Who comes, or comes back, is given so long to show what it can do. */
  static final long ARRIVAL_NANOS = 3_000_000_000L;

  /** Who has moved nothing for so long comes back; a trickle does not come again and again. */
  static final long AWAY_NANOS = 30_000_000_000L;

  /** The part of the link that it has to make use of afterwards. */
  static final double IN_USE = 0.5;

  /** How often who waits looks again. */
  private static final long LOOK_NANOS = 2_000_000L;

  /** How often who waits behind others of the same transfer looks whether it is still wanted. */
  private static final long TURN_MILLIS = 50;

  private final LinkGauge gauge;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Share> shares = new ArrayList<>();
  private volatile @Nullable Share lastMover;
  private volatile long contendedNanos;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder bytesOfSecond = new LongAdder();
  private volatile long secondBegunNanos = System.nanoTime();

  /** A link whose use {@code gauge} tells. */
  FairShare(LinkGauge gauge) {
    this.gauge = gauge;
    this.contendedNanos = System.nanoTime() - STUCK_NANOS;
  }

  /** One transfer's part in it. Belongs to the lock, but for the turnstile. */
  static final class Share {
    /** One connection of a transfer looks for all that wait. */
    private final Semaphore turnstile = new Semaphore(1, true);

    private int weight = TransferPace.FREE.weight();
    private double time;
    private long seenNanos;
    private long arrivedNanos;
    private long secondBegunNanos;
    private long secondBytes;
    private double bytesPerSecond;
    private int moving;
    private int waiting;

    private boolean isActive(long nowNanos) {
      return waiting > 0 || nowNanos - seenNanos < (moving > 0 ? STUCK_NANOS : ACTIVE_NANOS);
    }

    /** Whether it is at work or was lately, or has only just come. */
    private boolean isPresent(long nowNanos) {
      return waiting > 0 || nowNanos - seenNanos < STUCK_NANOS || isNew(nowNanos);
    }

    private boolean isNew(long nowNanos) {
      return nowNanos - arrivedNanos < ARRIVAL_NANOS;
    }

    private void count(long bytes, long nowNanos) {
      long lasted = nowNanos - secondBegunNanos;
      if (lasted >= LinkGauge.SECOND_NANOS) {
        bytesPerSecond = lasted < 2 * LinkGauge.SECOND_NANOS ? secondBytes * 1e9 / lasted : 0;
        secondBegunNanos = nowNanos;
        secondBytes = 0;
      }
      secondBytes += bytes;
    }
  }

  /** A new transfer's share. */
  Share join() {
    lock.lock();
    try {
      Share share = new Share();
      share.seenNanos = System.nanoTime() - AWAY_NANOS;
      share.arrivedNanos = System.nanoTime() - ARRIVAL_NANOS;
      shares.add(share);
      return share;
    } finally {
      lock.unlock();
    }
  }

  /** That transfer is over. */
  void leave(Share share) {
    lock.lock();
    try {
      shares.remove(share);
    } finally {
      lock.unlock();
    }
  }

  /** The link's rate from now on, 0 when it is not known. */
  void known(long bytesPerSecond) {
    lock.lock();
    try {
      gauge.known(bytesPerSecond);
    } finally {
      lock.unlock();
    }
  }

  /** The transfer's weight from now on. */
  void weigh(Share share, int weight) {
    weigh(share, weight, System.nanoTime());
  }

  void weigh(Share share, int weight, long nowNanos) {
    lock.lock();
    try {
      if (weight > share.weight) {
        share.arrivedNanos = nowNanos;
        contendedNanos = nowNanos + ARRIVAL_NANOS;
      }
      share.weight = weight;
    } finally {
      lock.unlock();
    }
  }

  /** Whether more than one transfer was at work lately. */
  boolean isContended() {
    return waiting.get() > 0 || System.nanoTime() - contendedNanos < STUCK_NANOS;
  }

  private boolean isAlone(Share share) {
    return share.equals(lastMover) && !isContended();
  }

  /**
   * Waits for the transfer's turn to move bytes, unless {@code cancelled} becomes true; whoever was
   * let go says so with {@link #moved}.
   *
   * @return whether it may
   */
  boolean await(Share share, long bytes, BooleanSupplier cancelled) {
    long now = System.nanoTime();
    if (isAlone(share)) {
      return true;
    }
    if (enter(share, bytes, now)) {
      return true;
    }
    count(share, 1);
    try {
      return awaitTurn(share, bytes, cancelled);
    } finally {
      count(share, -1);
    }
  }

  private void count(Share share, int change) {
    lock.lock();
    try {
      share.waiting += change;
      waiting.addAndGet(change);
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitTurn(Share share, long bytes, BooleanSupplier cancelled) {
    while (!cancelled.getAsBoolean()) {
      try {
        if (!share.turnstile.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
          continue;
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts who moves bytes", e);
      }
      try {
        while (!cancelled.getAsBoolean()) {
          if (enter(share, bytes, System.nanoTime())) {
            return true;
          }
          LockSupport.parkNanos(this, LOOK_NANOS);
        }
      } finally {
        share.turnstile.release();
      }
    }
    return false;
  }

  /** Takes the turn if it is there. */
  boolean enter(Share share, long bytes, long nowNanos) {
    lock.lock();
    try {
      if (!share.equals(lastMover)) {
        lastMover = share;
        contendedNanos = nowNanos;
      }
      double slowest = slowestOther(share, nowNanos);
      if (nowNanos - share.seenNanos >= AWAY_NANOS) {
        share.arrivedNanos = nowNanos;
      }
      if (!share.isActive(nowNanos)) {
        share.time = slowest == Double.MAX_VALUE ? 0 : slowest; // it brings nothing along
      }
      share.seenNanos = nowNanos;
      double front = slowest + leadBytes() / share.weight;
      if (share.time > front) {
        if (gauge.isUsedUp(nowNanos) || makesWay(share, nowNanos)) {
          return false;
        }
        share.time = front;
      }
      share.time += (double) bytes / share.weight;
      share.moving++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean makesWay(Share share, long nowNanos) {
    for (Share other : shares) {
      if (hasRightOfWay(other, share, nowNanos)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasRightOfWay(Share heavy, Share light, long nowNanos) {
    return heavy.weight >= MUCH_HEAVIER * light.weight
        && heavy.isPresent(nowNanos)
        && !gauge.isLooking()
        && (heavy.isNew(nowNanos) || heavy.bytesPerSecond >= IN_USE * gauge.usedUpBytesPerSecond());
  }

  private double leadBytes() {
    return Math.max(LEAD_BYTES_MIN, LEAD_NANOS / 1e9 * gauge.usedUpBytesPerSecond());
  }

  private double slowestOther(Share share, long nowNanos) {
    double slowest = Double.MAX_VALUE;
    for (Share other : shares) {
      if (!other.equals(share)
          && (other.isActive(nowNanos) || hasRightOfWay(other, share, nowNanos))) {
        slowest = Math.min(slowest, other.time);
      }
    }
    return slowest;
  }

  /** Bytes that were let go have moved, or never will. */
  void moved(Share share, long bytes) {
    long nowNanos = System.nanoTime();
    bytesOfSecond.add(bytes);
    if (nowNanos - secondBegunNanos >= LinkGauge.SECOND_NANOS) {
      measure(nowNanos);
    }
    if (!isAlone(share)) {
      moved(share, bytes, nowNanos);
    }
  }

  void moved(Share share, long bytes, long nowNanos) {
    lock.lock();
    try {
      share.moving = Math.max(0, share.moving - 1); // it may have been alone when it went
      share.seenNanos = nowNanos;
      share.count(bytes, nowNanos);
      gauge.moved(bytes, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  private void measure(long nowNanos) {
    lock.lock();
    try {
      long lasted = nowNanos - secondBegunNanos;
      if (lasted >= LinkGauge.SECOND_NANOS) {
        gauge.measured(bytesOfSecond.sumThenReset(), lasted, isContended());
        secondBegunNanos = nowNanos;
      }
    } finally {
      lock.unlock();
    }
  }
}
