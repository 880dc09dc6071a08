package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.swarm.DiskFault;
import org.jspecify.annotations.Nullable;

/**
 * A machine's disk and its journal. It keeps no byte: a block is right or it is not, and of a piece
 * that is not verified yet it remembers which 16 KiB leaves were written and which of them are
 * wrong.
 */
final class SimulatedDisk {
  private final PieceGeometry geometry;
  private final PieceSet verified;
  private final @Nullable Leaves[] open;
  private @Nullable Leaves spare;
  private @Nullable DiskFault fault;

  /** Leaves of one piece, a bit each. */
  private static final class Leaves {
    private final long[] written;
    private final long[] wrong;
    private @Nullable Leaves next;

    Leaves(int leaves) {
      written = new long[(leaves + 63) >>> 6];
      wrong = new long[(leaves + 63) >>> 6];
    }

    void clear() {
      java.util.Arrays.fill(written, 0);
      java.util.Arrays.fill(wrong, 0);
    }
  }

  SimulatedDisk(PieceGeometry geometry, PieceSet verified) {
    this.geometry = geometry;
    this.verified = verified.copy();
    this.open = new Leaves[geometry.pieceCount()];
  }

  /** What the journal holds. */
  PieceSet verified() {
    return verified;
  }

  void breakDown(DiskFault how) {
    fault = how;
  }

  /** What is wrong with it, null when it works. */
  @Nullable DiskFault fault() {
    return fault;
  }

  /** Writes a block. */
  void store(Block block, boolean corrupt) {
    Leaves leaves = open[block.piece()];
    if (leaves == null) {
      leaves = take();
      open[block.piece()] = leaves;
    }
    int first = block.offset() / PieceGeometry.LEAF_BYTES;
    int last = (block.offset() + block.length() - 1) / PieceGeometry.LEAF_BYTES;
    for (int leaf = first; leaf <= last; leaf++) {
      long bit = 1L << leaf;
      leaves.written[leaf >>> 6] |= bit;
      if (corrupt) {
        leaves.wrong[leaf >>> 6] |= bit;
      } else {
        leaves.wrong[leaf >>> 6] &= ~bit;
      }
    }
  }

  /** How many leaves of a piece that is not verified are written. */
  int leavesWritten(int piece) {
    Leaves leaves = open[piece];
    int count = 0;
    if (leaves != null) {
      for (long word : leaves.written) {
        count += Long.bitCount(word);
      }
    }
    return count;
  }

  /** How many leaves a piece has. */
  int leaves(int piece) {
    return Math.ceilDiv(geometry.pieceLength(piece), PieceGeometry.LEAF_BYTES);
  }

  /** Compares the hash of a piece of which all leaves are written; a wrong one is forgotten. */
  boolean verify(int piece) {
    Leaves leaves = open[piece];
    boolean right = leaves != null && leavesWritten(piece) == leaves(piece);
    if (leaves != null) {
      for (long word : leaves.wrong) {
        right &= word == 0;
      }
      leaves.clear();
      leaves.next = spare;
      spare = leaves;
      open[piece] = null;
    }
    if (right) {
      verified.add(piece);
    }
    return right;
  }

  private Leaves take() {
    Leaves leaves = spare;
    if (leaves == null) {
      return new Leaves(geometry.pieceBytes() / PieceGeometry.LEAF_BYTES);
    }
    spare = leaves.next;
    leaves.next = null;
    return leaves;
  }
}
