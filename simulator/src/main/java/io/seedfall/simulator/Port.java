package io.seedfall.simulator;

/**
 * A serial line with a queue before it: a machine's downlink, or the uplink or downlink of a rack.
 * Chunks pass it one after the other in the order in which they come. Senders are held back while
 * more than {@code limitBytes} are on their way to it or wait before it, and go on in the order in
 * which they were stopped: what a switch with bounded buffers and TCP together come down to.
 */
final class Port {
  private static final long SECOND_IN_NANOS = 1_000_000_000L;

  private double nanosPerByte;
  private final long limitBytes;
  private final Fifo<Lane> waiting = new Fifo<>();
  private long freeAtNanos;
  private long backlogBytes;
  private long passedBytes;
  private long second;
  private long bytesOfSecond;
  private long mostBytesInASecond;

  Port(long bytesPerSecond, long limitBytes) {
    this.nanosPerByte = 1e9 / bytesPerSecond;
    this.limitBytes = limitBytes;
  }

  boolean isShut() {
    return backlogBytes >= limitBytes;
  }

  /** A sender begins to put a chunk on its way here. */
  void reserve(int bytes) {
    backlogBytes += bytes;
  }

  /** The lane goes on when there is room again. */
  void await(Lane lane) {
    waiting.add(lane, 0);
  }

  /** A chunk's first byte is here: when does its service begin? */
  long admit(long nowNanos, int bytes) {
    long begin = Math.max(nowNanos, freeAtNanos);
    freeAtNanos = begin + durationNanos(bytes);
    passedBytes += bytes;
    if (begin / SECOND_IN_NANOS != second) {
      second = begin / SECOND_IN_NANOS;
      bytesOfSecond = 0;
    }
    bytesOfSecond += bytes;
    mostBytesInASecond = Math.max(mostBytesInASecond, bytesOfSecond);
    return begin;
  }

  /** Another rate for what comes from now on. */
  void rate(long bytesPerSecond) {
    nanosPerByte = 1e9 / bytesPerSecond;
  }

  /** Bytes that began to pass in one second, in the busiest one. */
  long mostBytesInASecond() {
    return mostBytesInASecond;
  }

  /** A chunk has passed. */
  void release(int bytes) {
    backlogBytes -= bytes;
    while (backlogBytes < limitBytes && !waiting.isEmpty()) {
      waiting.poll().portOpened();
    }
  }

  /** When everything that was admitted will have passed. */
  long freeAtNanos() {
    return freeAtNanos;
  }

  /** All bytes that were admitted, messages included. */
  long passedBytes() {
    return passedBytes;
  }

  private long durationNanos(int bytes) {
    return Math.round(bytes * nanosPerByte);
  }
}
