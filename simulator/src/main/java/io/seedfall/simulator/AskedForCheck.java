package io.seedfall.simulator;

import io.seedfall.protocol.PieceSet;
import java.util.Arrays;

/** Nobody is asked for what it lacks: before a REQUEST the other side has said that it has that. */
final class AskedForCheck {
  private final Machine machine;
  private final int pieceCount;
  private final int words;

  /** What each slot said, one bit a piece, one slot behind the other. */
  private long[] said = new long[0];

  AskedForCheck(Machine machine, int pieceCount) {
    this.machine = machine;
    this.pieceCount = pieceCount;
    this.words = (pieceCount + 63) >>> 6;
  }

  void connected(int slot) {
    int end = (slot + 1) * words;
    if (said.length < end) {
      said = Arrays.copyOf(said, Math.max(end, 2 * said.length));
    }
    Arrays.fill(said, slot * words, end, 0);
  }

  void has(int slot, int piece) {
    if (piece >= 0 && piece < pieceCount) {
      said[slot * words + (piece >>> 6)] |= 1L << piece;
    }
  }

  void hasEach(int slot, int[] pieces) {
    for (int piece : pieces) {
      has(slot, piece);
    }
  }

  void has(int slot, byte[] bitfield) {
    if (PieceSet.isBitfield(bitfield, pieceCount)) {
      PieceSet pieces = PieceSet.ofBitfield(bitfield, pieceCount);
      for (int i = 0; i < words; i++) {
        said[slot * words + i] |= pieces.word(i);
      }
    }
  }

  void hasAll(int slot) {
    Arrays.fill(said, slot * words, (slot + 1) * words, -1L);
  }

  void asks(int slot, int piece) {
    if ((said[slot * words + (piece >>> 6)] & 1L << piece) == 0) {
      throw new CheckViolation(
          "nobody is asked for what it lacks",
          machine.id(),
          machine.now(),
          "piece %d of slot %d".formatted(piece, slot));
    }
  }
}
