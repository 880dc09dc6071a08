package io.seedfall.simulator;

import org.jspecify.annotations.Nullable;

/** A queue of objects, each with a number beside it; grows, never shrinks, makes no garbage. */
final class Fifo<T> {
  private @Nullable Object[] items = new Object[8];
  private long[] stamps = new long[8];
  private int head;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void add(T item, long stamp) {
    if (size == items.length) {
      grow();
    }
    int at = (head + size) & (items.length - 1);
    items[at] = item;
    stamps[at] = stamp;
    size++;
  }

  /** The oldest object. There must be one. */
  @SuppressWarnings("unchecked") // only add puts something in
  T first() {
    Object item = items[head];
    if (item == null) {
      throw new IllegalStateException("first() of an empty queue");
    }
    return (T) item;
  }

  /** The number beside the oldest object. */
  long firstStamp() {
    return stamps[head];
  }

  /** Takes the oldest object out. */
  T poll() {
    T item = first();
    items[head] = null;
    head = (head + 1) & (items.length - 1);
    size--;
    return item;
  }

  void clear() {
    while (size > 0) {
      poll();
    }
  }

  private void grow() {
    int tail = items.length - head;
    @Nullable Object[] movedItems = new Object[2 * items.length];
    long[] movedStamps = new long[2 * items.length];
    System.arraycopy(items, head, movedItems, 0, tail);
    System.arraycopy(items, 0, movedItems, tail, head);
    System.arraycopy(stamps, head, movedStamps, 0, tail);
    System.arraycopy(stamps, 0, movedStamps, tail, head);
    items = movedItems;
    stamps = movedStamps;
    head = 0;
  }
}
