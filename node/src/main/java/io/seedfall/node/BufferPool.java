package io.seedfall.node;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Direct buffers of one size, at most so many. They are made when first needed and kept; who asks
 * for one while all are out waits, which is back-pressure on its connection.
 */
final class BufferPool {
  private final int bufferBytes;
  private final int buffersMax;
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();
  private int made;

  BufferPool(int bufferBytes, int buffersMax) {
    this.bufferBytes = bufferBytes;
    this.buffersMax = buffersMax;
  }

  /** An empty buffer; give it back with {@link #release}. */
  ByteBuffer acquire() {
    lock.lock();
    try {
      while (free.isEmpty() && made == buffersMax) {
        returned.awaitUninterruptibly();
      }
      if (free.isEmpty()) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
        made++;
        return buffer;
      }
      return free.pop().clear();
    } finally {
      lock.unlock();
    }
  }

  /** Gives back what {@link #acquire} gave out. */
  void release(ByteBuffer buffer) {
    lock.lock();
    try {
      if (free.size() == made || buffer.capacity() != bufferBytes) {
        throw new IllegalStateException("a buffer came back that was not given out");
      }
      free.push(buffer);
      returned.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How many buffers are given out. */
  int givenOut() {
    lock.lock();
    try {
      return made - free.size();
    } finally {
      lock.unlock();
    }
  }
}
