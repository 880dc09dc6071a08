package io.seedfall.tests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lines that one thread adds and others wait for. */
final class Lines {
  private static final int LINES_MAX = 100_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  void add(String line) {
    lock.lock();
    try {
      if (lines.size() < LINES_MAX) {
        lines.add(line);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more will come. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<String> all() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /** The first that fits; null when none came in time, or none can come any more. */
  @Nullable String await(Predicate<String> fits, Duration patience) throws InterruptedException {
    return await(fits, patience, 1);
  }

  /** The {@code count}th that fits; null when it did not come in time, or cannot any more. */
  @Nullable String await(Predicate<String> fits, Duration patience, int count)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    lock.lock();
    try {
      int next = 0;
      int found = 0;
      while (true) {
        for (; next < lines.size(); next++) {
          if (fits.test(lines.get(next)) && ++found == count) {
            return lines.get(next);
          }
        }
        long left = deadline - System.nanoTime();
        if (ended || left <= 0) {
          return null;
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }
}
