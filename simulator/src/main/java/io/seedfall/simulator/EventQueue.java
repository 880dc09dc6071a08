package io.seedfall.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is still to happen, earliest first; what is due at the same instant happens in
 * the order in which it was scheduled, so a run does not depend on how the queue is built.
 *
 * <p>Most kinds are scheduled a constant time ahead (a latency, the time of one chunk on a card),
 * so their events are scheduled in the order in which they are due. Each kind has a ring for those,
 * and only what comes out of order goes into a four-way heap. An event is four array cells and no
 * object.
 */
final class EventQueue {
  private static final EventKind[] KINDS = EventKind.values();
  private static final int HEAP = KINDS.length;
  private static final int KIND_BITS = 5;

  private final Ring[] rings = new Ring[KINDS.length];
  private final long[] headTimes = new long[KINDS.length + 1];
  private final long[] headOrders = new long[KINDS.length + 1];
  private final Heap heap = new Heap();
  private long sequence;
  private long scheduled;
  private long taken;

  private long time;
  private EventKind kind = EventKind.FAULT;
  private @Nullable Object target;
  private int extra;

  EventQueue() {
    Arrays.setAll(rings, i -> new Ring());
    Arrays.fill(headTimes, Long.MAX_VALUE);
  }

  /** Adds an event. {@code dueNanos} must not lie before the event taken last. */
  void schedule(EventKind what, long dueNanos, Object whom, int number) {
    if (dueNanos < time) {
      throw new IllegalStateException(
          "%s due at %d, but it is %d already".formatted(what, dueNanos, time));
    }
    int index = what.track();
    long order = (sequence++ << KIND_BITS) | index;
    scheduled++;
    Ring ring = rings[index];
    if (ring.size == 0 || dueNanos >= ring.lastTime) {
      ring.add(dueNanos, order, whom, number);
      if (ring.size == 1) {
        headTimes[index] = dueNanos;
        headOrders[index] = order;
      }
      return;
    }
    heap.push(dueNanos, order, whom, number);
    headTimes[HEAP] = heap.times[0];
    headOrders[HEAP] = heap.orders[0];
  }

  /** Moves on to the next event; false when there is none. */
  boolean next() {
    int first = 0;
    for (int i = 1; i <= HEAP; i++) {
      if (headTimes[i] < headTimes[first]
          || (headTimes[i] == headTimes[first] && headOrders[i] < headOrders[first])) {
        first = i;
      }
    }
    if (headTimes[first] == Long.MAX_VALUE) {
      return false;
    }
    time = headTimes[first];
    kind = KINDS[(int) (headOrders[first] & ((1 << KIND_BITS) - 1))];
    taken++;
    if (first == HEAP) {
      target = heap.targets[0];
      extra = heap.extras[0];
      heap.pop();
      headTimes[HEAP] = heap.size == 0 ? Long.MAX_VALUE : heap.times[0];
      headOrders[HEAP] = heap.orders[0];
    } else {
      Ring ring = rings[first];
      target = ring.targets[ring.head];
      extra = ring.extras[ring.head];
      ring.drop();
      headTimes[first] = ring.size == 0 ? Long.MAX_VALUE : ring.times[ring.head];
      headOrders[first] = ring.orders[ring.head];
    }
    return true;
  }

  /** When the event taken last is due. */
  long time() {
    return time;
  }

  /** What the event taken last is. */
  EventKind kind() {
    return kind;
  }

  /** Whom the event taken last is for. */
  Object target() {
    if (target == null) {
      throw new IllegalStateException("no event was taken");
    }
    return target;
  }

  /** The number that came with the event taken last. */
  int extra() {
    return extra;
  }

  /** How many events were taken. */
  long taken() {
    return taken;
  }

  /** How many events are waiting. */
  long waiting() {
    return scheduled - taken;
  }

  /** Events in the order in which they are due. Its length is a power of two. */
  private static final class Ring {
    private long[] times = new long[16];
    private long[] orders = new long[16];
    private @Nullable Object[] targets = new Object[16];
    private int[] extras = new int[16];
    private int head;
    private int size;
    private long lastTime;

    void add(long time, long order, Object target, int extra) {
      if (size == times.length) {
        grow();
      }
      int at = (head + size) & (times.length - 1);
      times[at] = time;
      orders[at] = order;
      targets[at] = target;
      extras[at] = extra;
      size++;
      lastTime = time;
    }

    void drop() {
      targets[head] = null;
      head = (head + 1) & (times.length - 1);
      size--;
    }

    private void grow() {
      int old = times.length;
      int tail = old - head;
      times = unrolled(times, tail);
      orders = unrolled(orders, tail);
      @Nullable Object[] moved = new Object[2 * old];
      System.arraycopy(targets, head, moved, 0, tail);
      System.arraycopy(targets, 0, moved, tail, head);
      targets = moved;
      int[] numbers = new int[2 * old];
      System.arraycopy(extras, head, numbers, 0, tail);
      System.arraycopy(extras, 0, numbers, tail, head);
      extras = numbers;
      head = 0;
    }

    private long[] unrolled(long[] from, int tail) {
      long[] moved = new long[2 * from.length];
      System.arraycopy(from, head, moved, 0, tail);
      System.arraycopy(from, 0, moved, tail, head);
      return moved;
    }
  }

  /** A four-way heap by time, then order. */
  private static final class Heap {
    private long[] times = new long[1024];
    private long[] orders = new long[1024];
    private @Nullable Object[] targets = new Object[1024];
    private int[] extras = new int[1024];
    private int size;

    void push(long time, long order, Object target, int extra) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        orders = Arrays.copyOf(orders, 2 * size);
        targets = Arrays.copyOf(targets, 2 * size);
        extras = Arrays.copyOf(extras, 2 * size);
      }
      int at = size++;
      while (at > 0) {
        int parent = (at - 1) >>> 2;
        if (before(times[parent], orders[parent], time, order)) {
          break;
        }
        move(parent, at);
        at = parent;
      }
      put(at, time, order, target, extra);
    }

    void pop() {
      int last = --size;
      long time = times[last];
      long order = orders[last];
      @Nullable Object target = targets[last];
      int extra = extras[last];
      targets[last] = null;
      if (last == 0) {
        return;
      }
      int at = 0;
      for (int child = 1; child < last; child = 4 * at + 1) {
        int least = child;
        for (int i = child + 1; i < child + 4 && i < last; i++) {
          if (before(times[i], orders[i], times[least], orders[least])) {
            least = i;
          }
        }
        if (before(time, order, times[least], orders[least])) {
          break;
        }
        move(least, at);
        at = least;
      }
      put(at, time, order, target, extra);
    }

    private static boolean before(long time, long order, long otherTime, long otherOrder) {
      return time < otherTime || (time == otherTime && order < otherOrder);
    }

    private void move(int from, int to) {
      put(to, times[from], orders[from], targets[from], extras[from]);
    }

    private void put(int at, long time, long order, @Nullable Object target, int extra) {
      times[at] = time;
      orders[at] = order;
      targets[at] = target;
      extras[at] = extra;
    }
  }
}
