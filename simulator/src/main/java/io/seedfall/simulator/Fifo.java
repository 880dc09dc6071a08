package io.seedfall.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A queue of objects, each with a number beside it. A chain and no array: there are thousands of
 * queues, nearly all short, and what went into one lately is still near the processor; an array of
 * its own seldom is.
 */
final class Fifo<T> {
  private static final class Link<T> {
    private final T item;
    private final long stamp;
    private @Nullable Link<T> next;

    Link(T item, long stamp) {
      this.item = item;
      this.stamp = stamp;
    }
  }

  private @Nullable Link<T> head;
  private @Nullable Link<T> tail;
  private int size;

  boolean isEmpty() {
    return head == null;
  }

  int size() {
    return size;
  }

  void add(T item, long stamp) {
    Link<T> link = new Link<>(item, stamp);
    if (tail == null) {
      head = link;
    } else {
      tail.next = link;
    }
    tail = link;
    size++;
  }

  /** The oldest object. There must be one. */
  T first() {
    return oldest().item;
  }

  /** The number beside the oldest object. There must be one. */
  long firstStamp() {
    return oldest().stamp;
  }

  /** Takes the oldest object out. There must be one. */
  T poll() {
    Link<T> link = oldest();
    head = link.next;
    if (head == null) {
      tail = null;
    }
    link.next = null; // a dead link in the old generation would keep all links after it alive
    size--;
    return link.item;
  }

  void clear() {
    head = null;
    tail = null;
    size = 0;
  }

  private Link<T> oldest() {
    if (head == null) {
      throw new IllegalStateException("an empty queue has no oldest object");
    }
    return head;
  }
}
