package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue in front of a connection's writer. The swarm's thread adds and never waits:
 * when the queue is full the peer does not read what we write, and the connection ends. Additions
 * become visible to the writer with {@link #flush}, so that what one turn of the swarm said goes
 * out in one write.
 */
final class Outbox {
  /**
   * Messages and blocks that may wait. A peer that reads nothing for a second at 10 000 pieces a
   * second has so many HAVEs before it; a message here is some 40 bytes of memory.
   */
  static final int WAITING_MAX = 16_384;

  /** What is written: a message, or a block behind its header. */
  sealed interface Outgoing {
    /** A message, any but a PIECE. */
    record Words(PeerMessage message) implements Outgoing {}

    /** A PIECE with its bytes. */
    record Bytes(Block block) implements Outgoing {}
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();
  private boolean closed;

  /** While this is so, nothing goes out but a keep-alive. */
  private boolean held;

  private boolean keepAliveDue;

  /** Adds at the end; false when there is no room. What is added to a closed outbox is dropped. */
  boolean add(Outgoing outgoing) {
    lock.lock();
    try {
      if (closed) {
        return true;
      }
      if (waiting.size() == WAITING_MAX) {
        return false;
      }
      waiting.add(outgoing);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the writer. */
  void flush() {
    lock.lock();
    try {
      flushed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves everything up to and with the first block into {@code target}, at most {@code countMax}
   * items, waiting until there is something; false when the outbox is closed.
   */
  boolean take(List<Outgoing> target, int countMax) {
    lock.lock();
    try {
      while ((held || waiting.isEmpty()) && !keepAliveDue && !closed) {
        flushed.awaitUninterruptibly();
      }
      if (keepAliveDue) {
        keepAliveDue = false;
        target.add(new Outgoing.Words(new PeerMessage.KeepAlive()));
      }
      while (!closed && !held && !waiting.isEmpty() && target.size() < countMax) {
        Outgoing next = waiting.remove();
        target.add(next);
        if (next instanceof Outgoing.Bytes) {
          break;
        }
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** From now on nothing goes out, or all of it again, in its order. */
  void hold(boolean changed) {
    lock.lock();
    try {
      held = changed;
      flushed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Says that we are there, also while it is held. */
  void keepAlive() {
    lock.lock();
    try {
      keepAliveDue = true;
      flushed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What was taken and could not go out is the next again. */
  void giveBack(Outgoing taken) {
    lock.lock();
    try {
      if (!closed) {
        waiting.addFirst(taken);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits; the writer ends. */
  void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      flushed.signal();
    } finally {
      lock.unlock();
    }
  }
}
