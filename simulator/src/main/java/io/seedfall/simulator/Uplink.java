package io.seedfall.simulator;

import org.jspecify.annotations.Nullable;

/**
 * The sending half of a network card: one chunk at a time, the lanes that have something to send
 * and may, in turn, as the kernel's fair queue does it. Messages between blocks are so small that
 * they only take their time from the chunk that comes next.
 */
final class Uplink {
  private final Simulation simulation;
  private final double nanosPerByte;
  private final Fifo<Lane> ready = new Fifo<>();
  private @Nullable Lane serving;
  private long freeAtNanos;
  private long sentBytes;
  private final BusyCurve curve;
  private long busyNanos;

  Uplink(Simulation simulation, long bytesPerSecond, BusyCurve curve) {
    this.simulation = simulation;
    this.curve = curve;
    this.nanosPerByte = 1e9 / bytesPerSecond;
  }

  /** The lane has a block to send. */
  void offer(Lane lane) {
    ready.add(lane, 0);
    serve();
  }

  /** A message goes out at once, beside the chunk that is being sent. */
  void passMessage(int bytes) {
    freeAtNanos = Math.max(freeAtNanos, simulation.now()) + durationNanos(bytes);
    sentBytes += bytes;
  }

  /** {@link EventKind#UPLINK_DONE}. */
  void chunkSent(int bytes) {
    Lane lane = serving;
    if (lane == null) {
      throw new IllegalStateException("a chunk was sent that nobody was sending");
    }
    serving = null;
    lane.chunkSent(bytes);
    serve();
  }

  /** How long so many bytes take. */
  long durationNanos(int bytes) {
    return Math.round(bytes * nanosPerByte);
  }

  /** All bytes that were sent, messages included. */
  long sentBytes() {
    return sentBytes;
  }

  /** How long it was sending blocks. */
  long busyNanos() {
    return busyNanos;
  }

  private void serve() {
    while (serving == null && !ready.isEmpty()) {
      Lane lane = ready.poll();
      if (lane.mayStart()) {
        int bytes = lane.nextChunkBytes();
        long begin = Math.max(simulation.now(), freeAtNanos);
        freeAtNanos = begin + durationNanos(bytes);
        sentBytes += bytes;
        busyNanos += freeAtNanos - begin;
        curve.add(begin, freeAtNanos);
        serving = lane;
        lane.chunkStarts(bytes, begin);
        simulation.schedule(EventKind.UPLINK_DONE, freeAtNanos, this, bytes);
      }
    }
  }
}
