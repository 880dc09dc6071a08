package io.seedfall.simulator.fleet;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Virtual time, and what is to happen when. What is due together happens in the order of asking.
 */
final class Agenda {
  /** The run begins at this time of the epoch: a planner takes 0 for never. */
  static final long BEGIN_MILLIS = 1_000_000_000L;

  private record Entry(long millis, long order, Runnable what) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::millis).thenComparingLong(Entry::order));
  private long nowMillis = BEGIN_MILLIS;
  private long orders;

  long nowMillis() {
    return nowMillis;
  }

  /** After so long. */
  void in(long millis, Runnable what) {
    if (millis < 0) {
      throw new IllegalArgumentException("millis: " + millis + " (expected: 0 or more)");
    }
    entries.add(new Entry(nowMillis + millis, orders++, what));
  }

  /** Lets so much time pass. */
  void pass(long millis) {
    long until = nowMillis + millis;
    for (Entry next = entries.peek();
        next != null && next.millis() <= until;
        next = entries.peek()) {
      entries.remove();
      nowMillis = next.millis();
      next.what().run();
    }
    nowMillis = until;
  }
}
