package io.seedfall.node;

import io.seedfall.protocol.PieceSet;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which pieces are here, coarse enough to be told at every look: of many pieces, a cell stands for
 * several. The loop of the swarm adds, any thread reads.
 */
final class PieceCells {
  private final int pieces;
  private final AtomicIntegerArray missing;

  PieceCells(PieceSet have) {
    this.pieces = have.pieces();
    this.missing = new AtomicIntegerArray(Math.min(pieces, Transfer.PIECE_CELLS_MAX));
    for (int piece = 0; piece < pieces; piece++) {
      if (!have.contains(piece)) {
        missing.incrementAndGet(cell(piece));
      }
    }
  }

  /** A piece that was not here is now. */
  void add(int piece) {
    if (missing.decrementAndGet(cell(piece)) < 0) {
      throw new IllegalStateException("piece " + piece + " came twice");
    }
  }

  private int cell(int piece) {
    return (int) ((long) piece * missing.length() / pieces);
  }

  int cells() {
    return missing.length();
  }

  /** A bit a cell, set when all of it is here; the first is the highest of the first byte. */
  byte[] packed() {
    byte[] bits = new byte[(missing.length() + 7) / 8];
    for (int cell = 0; cell < missing.length(); cell++) {
      if (missing.get(cell) == 0) {
        bits[cell >> 3] |= (byte) (0x80 >> (cell & 7));
      }
    }
    return bits;
  }
}
