package io.seedfall.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue in front of a swarm's thread. Who posts to a full one waits: for a connection's
 * reader that is TCP back-pressure. Once closed it takes nothing more.
 */
final class Inbox<T> {
  private final int itemsMax;
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private boolean closed;

  Inbox(int itemsMax) {
    this.itemsMax = itemsMax;
  }

  /** Puts {@code item} behind the others, waiting for room; false when the inbox is closed. */
  boolean put(T item) {
    lock.lock();
    try {
      while (!closed && items.size() >= itemsMax) {
        notFull.awaitUninterruptibly();
      }
      if (closed) {
        return false;
      }
      items.add(item);
      notEmpty.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves up to {@code countMax} items into {@code target}, waiting at most {@code waitNanos} for
   * the first one.
   */
  void take(List<T> target, int countMax, long waitNanos) {
    lock.lock();
    try {
      long left = waitNanos;
      while (items.isEmpty() && left > 0) {
        left = notEmpty.awaitNanos(left);
      }
      for (int i = 0; i < countMax && !items.isEmpty(); i++) {
        target.add(items.poll());
      }
      notFull.signalAll();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a swarm's thread", e);
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more from now on; answers what was left. */
  List<T> close() {
    lock.lock();
    try {
      closed = true;
      List<T> left = new ArrayList<>(items);
      items.clear();
      notFull.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }
}
