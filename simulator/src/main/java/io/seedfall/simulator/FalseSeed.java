package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;
import java.util.BitSet;

/**
 * Speaks sf_grant, says that it has everything, and gives a grant to everybody whenever none is
 * open; what becomes of the requests is its kind.
 */
final class FalseSeed extends WirePeer {
  private static final long GRANT_AGAIN_NANOS = 10_000_000;

  /** What a request gets. */
  enum Answer {
    /** A block with wrong bytes. */
    WRONG_BYTES,
    /** Nothing. */
    SILENCE,
    /** A reject. */
    REJECT
  }

  private final Simulation simulation;
  private final Answer answer;
  private final BitSet connections = new BitSet();
  private final BitSet granted = new BitSet();

  FalseSeed(Simulation simulation, Machine machine, Answer answer) {
    super(machine);
    this.simulation = simulation;
    this.answer = answer;
  }

  @Override
  public void connected(int slot, PeerFacts facts) {
    machine().send(slot, new PeerMessage.HaveAll());
    sayGrantHandshake(slot, simulation.blockBytes());
    connections.set(slot);
    machine().wakeAt(machine().now() + GRANT_AGAIN_NANOS);
  }

  @Override
  public void lost(int slot, Reason reason) {
    connections.clear(slot);
    granted.clear(slot);
  }

  @Override
  public void woken() {
    for (int slot = connections.nextSetBit(0); slot >= 0; slot = connections.nextSetBit(slot + 1)) {
      if (!granted.get(slot)) {
        granted.set(slot);
        machine().send(slot, new PeerMessage.Grant());
      }
    }
    if (!connections.isEmpty()) {
      machine().wakeAt(machine().now() + GRANT_AGAIN_NANOS);
    }
  }

  @Override
  public void heard(int slot, PeerMessage message) {
    if (message instanceof PeerMessage.RequestPiece(int piece)) {
      requested(slot, piece);
    } else if (message instanceof PeerMessage.RequestPieces(int[] pieces)) {
      requested(slot, pieces);
    } else if (message instanceof PeerMessage.Decline || message instanceof PeerMessage.Cancel) {
      granted.clear(slot);
    }
  }

  private void requested(int slot, int... pieces) {
    var geometry = simulation.geometry();
    int blockBytes = simulation.blockBytes();
    switch (answer) {
      case WRONG_BYTES -> {
        for (int piece : pieces) {
          for (int i = 0; i < geometry.blockCount(piece, blockBytes); i++) {
            machine().sendBlock(slot, geometry.blockAt(piece, i, blockBytes), true);
          }
        }
        granted.clear(slot);
      }
      case SILENCE -> {}
      case REJECT -> {
        Block first = geometry.blockAt(pieces[0], 0, blockBytes);
        machine().send(slot, new PeerMessage.RejectRequest(pieces[0], 0, first.length()));
        granted.clear(slot);
      }
    }
  }
}
