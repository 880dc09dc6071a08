package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;

/**
 * An ordinary BitTorrent client with the fast extension that has everything, unchokes whoever is
 * interested, and rejects requests of more than 16 KiB as libtorrent does.
 */
final class ForeignSeed extends WirePeer {
  /** The largest request that ordinary clients answer. */
  static final int BLOCK_BYTES_MAX = 16 * 1024;

  ForeignSeed(Machine machine) {
    super(machine);
  }

  @Override
  public void connected(int slot, PeerFacts facts) {
    machine().send(slot, new PeerMessage.HaveAll());
    machine()
        .send(
            slot,
            new PeerMessage.ExtensionHandshake(
                0, 250, machine().listen().port(), "foreign", false, null));
  }

  @Override
  public void heard(int slot, PeerMessage message) {
    if (message instanceof PeerMessage.Interested) {
      machine().send(slot, new PeerMessage.Unchoke());
    } else if (message instanceof PeerMessage.Request(int piece, int offset, int length)) {
      if (length > BLOCK_BYTES_MAX) {
        machine().send(slot, new PeerMessage.RejectRequest(piece, offset, length));
      } else {
        machine().sendBlock(slot, new Block(piece, offset, length), false);
      }
    }
  }
}
