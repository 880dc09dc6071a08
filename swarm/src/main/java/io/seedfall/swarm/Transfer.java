package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Blocks on their way to one peer: a piece, or small ones together, to a peer with sf_grant; or
 * everything that a foreign client has asked for.
 */
final class Transfer {
  private final PeerSession to;
  private final int slot;

  /** What it was asked for, null for a foreign client's. */
  private final int @Nullable [] pieces;

  private final long startedNanos;
  private final ArrayDeque<Block> queued = new ArrayDeque<>();

  /** As many as {@code queued} holds, at hand without a look into it. */
  private int queuedBlocks;

  private int unsettledBytes;
  private long requestedBytes;
  private int inSocket;
  private boolean givenUp;
  private long touchedNanos;

  /**
   * A transfer that begins now.
   *
   * @param pieces what it is to carry, null for a foreign client's, which goes on and on
   * @param bytes bytes to hand over before it is done; 0 for a foreign client's
   */
  Transfer(PeerSession to, int @Nullable [] pieces, int bytes, long nowNanos) {
    this.to = to;
    this.slot = to.slot();
    this.pieces = pieces;
    this.unsettledBytes = bytes;
    this.startedNanos = nowNanos;
    this.touchedNanos = nowNanos;
  }

  PeerSession to() {
    return to;
  }

  /** The slot of its receiver's session. */
  int slot() {
    return slot;
  }

  /** Whether it is a foreign client's, which has no end while the client asks. */
  boolean isEndless() {
    return pieces == null;
  }

  /** Whether that piece is one of those asked for. */
  boolean isOf(int piece) {
    if (pieces != null) {
      for (int each : pieces) {
        if (each == piece) {
          return true;
        }
      }
    }
    return false;
  }

  long startedNanos() {
    return startedNanos;
  }

  /** When a block of it was last asked for or handed over. */
  long touchedNanos() {
    return touchedNanos;
  }

  int queuedBlocks() {
    return queuedBlocks;
  }

  boolean hasQueued() {
    return queuedBlocks > 0;
  }

  /** Whether nothing of it is waiting or in the hands of the driver. */
  boolean isIdle() {
    return queuedBlocks == 0 && inSocket == 0;
  }

  /** Whether every byte of its pieces was handed to the socket, or its receiver gave it up. */
  boolean isSettled() {
    return (unsettledBytes <= 0 || givenUp) && isIdle();
  }

  /** Its receiver does not want a piece any more; what is on its way comes all the same. */
  void giveUp() {
    givenUp = true;
  }

  /** Whether another block may be asked for: not one twice, and not more than the piece has. */
  boolean accepts(Block block, int pieceBytes) {
    return requestedBytes + block.length() <= pieceBytes && !queued.contains(block);
  }

  void enqueue(Block block, long nowNanos) {
    queued.add(block);
    queuedBlocks++;
    requestedBytes += block.length();
    touchedNanos = nowNanos;
  }

  Block takeNext(long nowNanos) {
    inSocket++;
    touchedNanos = nowNanos;
    return next();
  }

  /** Takes the next block out of the queue without sending it. */
  Block dropNext() {
    Block block = next();
    unsettledBytes -= block.length();
    return block;
  }

  private Block next() {
    queuedBlocks--;
    return queued.remove();
  }

  void handedOver(Block block, long nowNanos) {
    inSocket--;
    unsettledBytes -= block.length();
    touchedNanos = nowNanos;
  }

  /** Takes a block that nobody wants any more out of the queue; false when it is on its way. */
  boolean cancel(Block block) {
    if (!queued.remove(block)) {
      return false;
    }
    queuedBlocks--;
    unsettledBytes -= block.length();
    return true;
  }
}
