package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.util.BitSet;

/**
 * One piece on its way from one peer. One piece has one sender from the first request to the hash:
 * so a bad piece has a culprit.
 */
final class Download {
  private final PeerSession from;
  private final int piece;
  private final int blockBytes;
  private final int blocks;
  private final PieceGeometry geometry;
  private final BitSet requested;
  private final BitSet stored;
  private int storedCount;
  private long progressNanos;

  Download(PeerSession from, int piece, int blockBytes, PieceGeometry geometry, long nowNanos) {
    this.from = from;
    this.piece = piece;
    this.blockBytes = blockBytes;
    this.geometry = geometry;
    this.blocks = geometry.blockCount(piece, blockBytes);
    this.requested = new BitSet(blocks);
    this.stored = new BitSet(blocks);
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
    return storedCount == blocks;
  }

  boolean hasUnrequested() {
    return requested.nextClearBit(0) < blocks;
  }

  /** The next block that nobody was asked for, marked as asked for now. */
  Block requestNext() {
    int index = requested.nextClearBit(0);
    requested.set(index);
    return geometry.blockAt(piece, index, blockBytes);
  }

  /** Marks every block as asked for now. */
  void requestAll() {
    requested.set(0, blocks);
  }

  /** Requests without their block: what a CANCEL would name. */
  int outstanding() {
    return requested.cardinality() - storedCount;
  }

  /** The first requested block at or behind {@code index} that did not come, or -1. */
  int nextOutstanding(int index) {
    for (int i = requested.nextSetBit(index); i >= 0; i = requested.nextSetBit(i + 1)) {
      if (!stored.get(i)) {
        return i;
      }
    }
    return -1;
  }

  Block block(int index) {
    return geometry.blockAt(piece, index, blockBytes);
  }

  /** A choke made every request void: blocks that did not come are to be requested again. */
  int forgetOutstanding() {
    int forgotten = outstanding();
    requested.and(stored);
    return forgotten;
  }

  /** Whether {@code block} is one that was requested and has not come. */
  boolean isOutstanding(Block block) {
    if (block.offset() % blockBytes != 0) {
      return false;
    }
    int index = block.offset() / blockBytes;
    return requested.get(index)
        && !stored.get(index)
        && geometry.blockAt(piece, index, blockBytes).equals(block);
  }

  void stored(Block block, long nowNanos) {
    if (!isOutstanding(block)) {
      throw new IllegalStateException("stored but not outstanding: " + block);
    }
    stored.set(block.offset() / blockBytes);
    storedCount++;
    progressNanos = nowNanos;
  }
}
