package io.seedfall.simulator;

import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.Arrays;

/**
 * Every block in flight has one owner: a piece is expected from one peer at a time, asked of that
 * one only, and no more of it than there is.
 */
final class OneOwnerCheck {
  private static final int NOBODY = -1;

  private final Machine machine;
  private final PieceGeometry geometry;
  private final int[] owners;
  private final int[] askedBytes;

  OneOwnerCheck(Machine machine, PieceGeometry geometry) {
    this.machine = machine;
    this.geometry = geometry;
    this.owners = new int[geometry.pieceCount()];
    this.askedBytes = new int[geometry.pieceCount()];
    Arrays.fill(owners, NOBODY);
  }

  void expects(int slot, int piece) {
    if (owners[piece] != NOBODY) {
      throw violation("piece %d from slot %d and slot %d".formatted(piece, owners[piece], slot));
    }
    owners[piece] = slot;
    askedBytes[piece] = 0;
  }

  void abandons(int slot, int piece) {
    if (owners[piece] == slot) {
      owners[piece] = NOBODY;
    }
  }

  void verifies(int piece) {
    owners[piece] = NOBODY;
  }

  void lost(int slot) {
    for (int piece = 0; piece < owners.length; piece++) {
      abandons(slot, piece);
    }
  }

  void asks(int slot, PeerMessage.Request request) {
    int piece = request.piece();
    if (owners[piece] != slot) {
      throw violation(
          "%s asked of slot %d, expected from slot %d".formatted(request, slot, owners[piece]));
    }
    askedBytes[piece] += request.length();
    if (askedBytes[piece] > geometry.pieceLength(piece)) {
      throw violation("%s: more asked than the piece has bytes".formatted(request));
    }
  }

  /** All of a piece, alone or together with others. */
  void asks(int slot, int piece) {
    if (owners[piece] != slot || askedBytes[piece] != 0) {
      throw violation(
          "piece %d asked of slot %d, expected from slot %d; %d bytes asked for before"
              .formatted(piece, slot, owners[piece], askedBytes[piece]));
    }
    askedBytes[piece] = geometry.pieceLength(piece);
  }

  void cancels(int slot, PeerMessage.Cancel cancel) {
    if (owners[cancel.piece()] == slot) {
      askedBytes[cancel.piece()] -= cancel.length();
    }
  }

  void rejected(int slot, PeerMessage.RejectRequest reject) {
    int piece = reject.piece();
    if (piece >= 0 && piece < owners.length && owners[piece] == slot) {
      askedBytes[piece] -= reject.length();
    }
  }

  private CheckViolation violation(String what) {
    return new CheckViolation(
        "every block in flight has one owner", machine.id(), machine.now(), what);
  }
}
