package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;

/**
 * The source deals every piece once before it sends any twice: no byte goes out a second time while
 * there is a piece that nobody has asked it for. It holds while the world is perfect: among honest
 * receivers that begin with nothing, for a source that starts for the first time, until the first
 * connection is lost, request cancelled or offer left unanswered. A piece that died with its only
 * receiver must go out again, and one that somebody says to have, or that nobody takes, is not
 * dealt.
 */
final class FirstPassCheck {
  private final Machine machine;
  private final PieceGeometry geometry;
  private final int[] sentBytes;
  private final PieceSet askedFor;
  private boolean active;

  FirstPassCheck(Machine machine, PieceGeometry geometry, boolean source) {
    this.machine = machine;
    this.geometry = geometry;
    this.active = source;
    this.sentBytes = new int[source ? geometry.pieceCount() : 0];
    this.askedFor = new PieceSet(source ? geometry.pieceCount() : 0);
  }

  void disturbed() {
    active = false;
  }

  void requested(int piece) {
    if (active && piece >= 0 && piece < sentBytes.length) {
      askedFor.add(piece);
      active = !askedFor.isFull();
    }
  }

  void sends(Block block) {
    if (!active) {
      return;
    }
    sentBytes[block.piece()] += block.length();
    if (sentBytes[block.piece()] > geometry.pieceLength(block.piece())) {
      throw new CheckViolation(
          "every piece once before any twice",
          machine.id(),
          machine.now(),
          "piece %d again, but only %s were dealt".formatted(block.piece(), askedFor));
    }
  }
}
