package io.seedfall.coordinator;

import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets agents in a few at a time, from the upgrade of their connection to their Welcome. When ten
 * thousand come back at once, each has to wait; if all were served at the same time, the first
 * would be ready when the last is, which is later than agents wait: they would give up, come again,
 * and all that was done for them would have been in vain. Those outside cost nothing but their
 * connection. Any thread.
 */
final class Entrance {
  /** So many are inside at once: what two turns of the control loop take. */
  static final int INSIDE_MAX = 512;

  /** So long one waits outside: less than an agent waits for an answer. */
  static final long OUTSIDE_MILLIS_MAX = 12_000;

  /** Whoever is inside for longer is gone without a word, and leaves its place to the next. */
  static final long INSIDE_MILLIS_MAX = 15_000;

  /** A place inside. */
  static final class Pass {
    private final long sinceNanos = System.nanoTime();

    private Pass() {}
  }

  private final int insideMax;
  private final long outsideNanosMax;
  private final long insideNanosMax;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition left = lock.newCondition();
  private final LinkedHashSet<Pass> inside = new LinkedHashSet<>();

  Entrance() {
    this(INSIDE_MAX, OUTSIDE_MILLIS_MAX, INSIDE_MILLIS_MAX);
  }

  Entrance(int insideMax, long outsideMillisMax, long insideMillisMax) {
    this.insideMax = insideMax;
    this.outsideNanosMax = TimeUnit.MILLISECONDS.toNanos(outsideMillisMax);
    this.insideNanosMax = TimeUnit.MILLISECONDS.toNanos(insideMillisMax);
  }

  /** Waits for a place; null when there is none in time. */
  @Nullable Pass enter() {
    long untilNanos = System.nanoTime() + outsideNanosMax;
    lock.lock();
    try {
      while (inside.size() >= insideMax) {
        long now = System.nanoTime();
        Pass eldest = inside.getFirst();
        long overNanos = eldest.sinceNanos + insideNanosMax - now;
        if (overNanos <= 0) {
          inside.remove(eldest);
        } else if (untilNanos - now <= 0) {
          return null;
        } else {
          left.awaitNanos(Math.min(untilNanos - now, overNanos));
        }
      }
      Pass pass = new Pass();
      inside.add(pass);
      return pass;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the place to the next. A second time does nothing. */
  void leave(Pass pass) {
    lock.lock();
    try {
      if (inside.remove(pass)) {
        left.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
