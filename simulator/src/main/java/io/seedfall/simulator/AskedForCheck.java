package io.seedfall.simulator;

import io.seedfall.protocol.PieceSet;
import java.util.ArrayList;
import java.util.List;

/** Nobody is asked for what it lacks: before a REQUEST the other side has said that it has that. */
final class AskedForCheck {
  private final Machine machine;
  private final int pieceCount;
  private final List<PieceSet> saidBySlot = new ArrayList<>();

  AskedForCheck(Machine machine, int pieceCount) {
    this.machine = machine;
    this.pieceCount = pieceCount;
  }

  void connected(int slot) {
    while (saidBySlot.size() <= slot) {
      saidBySlot.add(new PieceSet(pieceCount));
    }
    saidBySlot.get(slot).clear();
  }

  void has(int slot, int piece) {
    if (piece >= 0 && piece < pieceCount) {
      saidBySlot.get(slot).add(piece);
    }
  }

  void has(int slot, byte[] bitfield) {
    if (PieceSet.isBitfield(bitfield, pieceCount)) {
      saidBySlot.set(slot, PieceSet.ofBitfield(bitfield, pieceCount));
    }
  }

  void hasAll(int slot) {
    saidBySlot.get(slot).addAll();
  }

  void asks(int slot, int piece) {
    if (!saidBySlot.get(slot).contains(piece)) {
      throw new CheckViolation(
          "nobody is asked for what it lacks",
          machine.id(),
          machine.now(),
          "piece %d of slot %d".formatted(piece, slot));
    }
  }
}
