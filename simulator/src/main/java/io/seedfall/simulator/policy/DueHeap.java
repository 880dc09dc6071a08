package io.seedfall.simulator.policy;

import java.util.Arrays;

/**
 * Small numbers ordered by a time that may change: a binary heap that knows where each number is.
 * Equal times come in the order of the numbers, so that runs repeat.
 */
final class DueHeap {
  private static final int ABSENT = -1;

  private int[] heap = new int[16];
  private int[] place = new int[0];
  private long[] due = new long[0];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** The earliest time. */
  long firstDue() {
    return due[heap[0]];
  }

  /** Takes the number with the earliest time. */
  int poll() {
    int first = heap[0];
    remove(first);
    return first;
  }

  /** Puts a number in, or moves it. */
  void put(int number, long time) {
    grow(number);
    if (place[number] == ABSENT) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      due[number] = time;
      heap[size] = number;
      place[number] = size++;
      up(place[number]);
      return;
    }
    due[number] = time;
    up(place[number]);
    down(place[number]);
  }

  /** Takes a number out, if it is in. */
  void remove(int number) {
    if (number >= place.length || place[number] == ABSENT) {
      return;
    }
    int at = place[number];
    place[number] = ABSENT;
    int last = heap[--size];
    if (last != number) {
      heap[at] = last;
      place[last] = at;
      up(at);
      down(place[last]);
    }
  }

  private void grow(int number) {
    int length = place.length;
    if (number >= length) {
      int wanted = Math.max(16, Math.max(number + 1, 2 * length));
      place = Arrays.copyOf(place, wanted);
      due = Arrays.copyOf(due, wanted);
      Arrays.fill(place, length, wanted, ABSENT);
    }
  }

  private boolean isBefore(int a, int b) {
    return due[a] < due[b] || (due[a] == due[b] && a < b);
  }

  private void up(int from) {
    int at = from;
    int number = heap[at];
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!isBefore(number, heap[parent])) {
        break;
      }
      heap[at] = heap[parent];
      place[heap[at]] = at;
      at = parent;
    }
    heap[at] = number;
    place[number] = at;
  }

  private void down(int from) {
    int at = from;
    int number = heap[at];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], number)) {
        break;
      }
      heap[at] = heap[child];
      place[heap[at]] = at;
      at = child;
    }
    heap[at] = number;
    place[number] = at;
  }
}
