package io.seedfall.simulator;

import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;
import java.util.Arrays;

/** Speaks sf_grant, asks for the first piece that it may have, and then never reads again. */
final class SilentReader extends WirePeer {
  private static final int NONE = -1;

  private final Simulation simulation;
  private int[] lastSeen = new int[64];

  SilentReader(Simulation simulation, Machine machine) {
    super(machine);
    this.simulation = simulation;
  }

  @Override
  public void connected(int slot, PeerFacts facts) {
    while (slot >= lastSeen.length) {
      lastSeen = Arrays.copyOf(lastSeen, 2 * lastSeen.length);
    }
    lastSeen[slot] = NONE;
    machine().send(slot, new PeerMessage.HaveNone());
    sayGrantHandshake(slot, simulation.blockBytes());
  }

  @Override
  public void heard(int slot, PeerMessage message) {
    if (message instanceof PeerMessage.Have have) {
      lastSeen[slot] = have.piece();
    } else if (message instanceof PeerMessage.Offer offer) {
      ask(slot, offer.piece());
    } else if (message instanceof PeerMessage.Grant && lastSeen[slot] != NONE) {
      ask(slot, lastSeen[slot]);
    }
  }

  private void ask(int slot, int piece) {
    var geometry = simulation.geometry();
    for (int i = 0; i < geometry.blockCount(piece, simulation.blockBytes()); i++) {
      var block = geometry.blockAt(piece, i, simulation.blockBytes());
      machine().send(slot, new PeerMessage.Request(piece, block.offset(), block.length()));
    }
    machine().stopReading(slot);
  }
}
