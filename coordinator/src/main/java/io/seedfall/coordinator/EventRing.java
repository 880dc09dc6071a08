package io.seedfall.coordinator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The latest packets of one term, for all subscribers together: nothing is kept for any single one.
 * Each reads from where it is; one that is overtaken has lost its place. Any thread.
 */
final class EventRing implements AutoCloseable {
  /** So many packets are kept: 50 seconds of a busy fleet. */
  static final int PACKETS_MAX = 256;

  /** So many rows are kept in all packets together, but for the latest packet. */
  static final int ROWS_MAX = 50_000;

  /** What a subscriber finds. */
  sealed interface Found {
    /** Packets behind its place, in order; none when nothing came in time. */
    record Packets(List<Packet> packets) implements Found {}

    /** It was too slow, or away for too long. */
    record Lost() implements Found {}

    /** This coordinator does not lead any more. */
    record Ended() implements Found {}
  }

  private final String mark;
  private final int packetsMax;
  private final int rowsMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Deque<Packet> packets = new ArrayDeque<>();
  private int rows;
  private long last;
  private long expulsions;
  private boolean ended;

  /** Those of a term; {@code mark} is of letters and digits, and no other term ever has it. */
  EventRing(String mark) {
    this(mark, PACKETS_MAX, ROWS_MAX);
  }

  EventRing(String mark, int packetsMax, int rowsMax) {
    this.mark = mark;
    this.packetsMax = packetsMax;
    this.rowsMax = rowsMax;
  }

  /** Adds the next one, and wakes who waits. */
  void add(Packet packet) {
    lock.lock();
    try {
      if (packet.serial() != last + 1) {
        throw new IllegalStateException("packet " + packet.serial() + " after " + last);
      }
      packets.addLast(packet);
      rows += packet.rows();
      last = packet.serial();
      while (packets.size() > packetsMax || (rows > rowsMax && packets.size() > 1)) {
        rows -= packets.removeFirst().rows();
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Where whoever begins now begins. */
  long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** The id of the event that ends with this packet. */
  String id(long serial) {
    return mark + "-" + serial;
  }

  /** The place that an id stands for; null when it is too old, or none of this term. */
  @Nullable Long place(String id) {
    int dash = id.lastIndexOf('-');
    if (dash < 0 || !id.substring(0, dash).equals(mark) || !id.matches(".*-[0-9]{1,18}")) {
      return null;
    }
    long serial = Long.parseLong(id.substring(dash + 1));
    lock.lock();
    try {
      return serial <= last && !isLost(serial) ? serial : null;
    } finally {
      lock.unlock();
    }
  }

  private boolean isLost(long serial) {
    return last - serial > packets.size();
  }

  /** Somebody may not hear this any more: whoever waits wakes and has himself looked at. */
  void expel() {
    lock.lock();
    try {
      expulsions++;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How often somebody was expelled. */
  long expulsions() {
    lock.lock();
    try {
      return expulsions;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What comes after that place; waits at most so long for the first, and no longer when somebody
   * was expelled.
   *
   * @param known how many expulsions the caller knows of
   */
  Found after(long serial, long waitMillis, long known) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(waitMillis);
    lock.lockInterruptibly();
    try {
      while (!ended && last == serial && expulsions == known && nanos > 0) {
        nanos = more.awaitNanos(nanos);
      }
      if (ended) {
        return new Found.Ended();
      }
      if (isLost(serial)) {
        return new Found.Lost();
      }
      List<Packet> found = new ArrayList<>();
      for (Packet packet : packets) {
        if (packet.serial() > serial) {
          found.add(packet);
        }
      }
      return new Found.Packets(found);
    } finally {
      lock.unlock();
    }
  }

  /** Sends everybody away. */
  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
