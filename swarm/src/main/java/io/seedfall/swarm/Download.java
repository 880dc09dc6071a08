package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.PieceGeometry;

/**
 * One piece on its way from one peer. One piece has one sender from the first request to the hash:
 * so a bad piece has a culprit.
 */
final class Download {
  /** What is true of a block; it is UNREQUESTED again when a choke makes its request void. */
  private static final byte UNREQUESTED = 0;

  private static final byte OUTSTANDING = 1;
  private static final byte STORED = 2;

  private final PeerSession from;
  private final int piece;
  private final int blockBytes;
  private final PieceGeometry geometry;
  private final byte[] blocks;
  private int outstanding;
  private int stored;
  private long progressNanos;

  Download(PeerSession from, int piece, int blockBytes, PieceGeometry geometry, long nowNanos) {
    this.from = from;
    this.piece = piece;
    this.blockBytes = blockBytes;
    this.geometry = geometry;
    this.blocks = new byte[geometry.blockCount(piece, blockBytes)];
    this.progressNanos = nowNanos;
  }

  PeerSession from() {
    return from;
  }

  int piece() {
    return piece;
  }

  /** When it was asked for, or a block of it came. */
  long progressNanos() {
    return progressNanos;
  }

  boolean isComplete() {
    return stored == blocks.length;
  }

  boolean hasUnrequested() {
    return outstanding + stored < blocks.length;
  }

  /** The next block that nobody was asked for, marked as asked for now. There must be one. */
  Block requestNext() {
    int index = next(UNREQUESTED, 0);
    blocks[index] = OUTSTANDING;
    outstanding++;
    return block(index);
  }

  /** Marks every block as asked for now. */
  void requestAll() {
    for (int i = next(UNREQUESTED, 0); i >= 0; i = next(UNREQUESTED, i)) {
      blocks[i] = OUTSTANDING;
      outstanding++;
    }
  }

  /** Requests without their block: what a CANCEL would name. */
  int outstanding() {
    return outstanding;
  }

  /** The first requested block at or behind {@code index} that did not come, or -1. */
  int nextOutstanding(int index) {
    return next(OUTSTANDING, index);
  }

  Block block(int index) {
    return geometry.blockAt(piece, index, blockBytes);
  }

  /** A choke made every request void: blocks that did not come are to be requested again. */
  int forgetOutstanding() {
    int forgotten = outstanding;
    for (int i = next(OUTSTANDING, 0); i >= 0; i = next(OUTSTANDING, i)) {
      blocks[i] = UNREQUESTED;
    }
    outstanding = 0;
    return forgotten;
  }

  /** Whether {@code block} is one that was requested and has not come. */
  boolean isOutstanding(Block block) {
    int index = block.offset() / blockBytes;
    return blocks[index] == OUTSTANDING && block(index).equals(block);
  }

  void stored(Block block, long nowNanos) {
    if (!isOutstanding(block)) {
      throw new IllegalStateException("stored but not outstanding: " + block);
    }
    blocks[block.offset() / blockBytes] = STORED;
    outstanding--;
    stored++;
    progressNanos = nowNanos;
  }

  private int next(byte what, int from) {
    for (int i = from; i < blocks.length; i++) {
      if (blocks[i] == what) {
        return i;
      }
    }
    return -1;
  }
}
