package io.seedfall.simulator;

import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;

/**
 * Speaks sf_grant, says of pieces that it has them or that it has asked for them, takes nothing and
 * gives nothing. Its rack mates leave all that to it, as the rack rule says. When the scenario
 * switches it off without a word, what it said is all that is left of it.
 */
final class Announcer extends WirePeer {
  private final Simulation simulation;
  private final boolean alsoHas;

  /** {@code alsoHas}: it says of every other piece that it has it. */
  Announcer(Simulation simulation, Machine machine, boolean alsoHas) {
    super(machine);
    this.alsoHas = alsoHas;
    this.simulation = simulation;
  }

  @Override
  public void connected(int slot, PeerFacts facts) {
    machine().send(slot, new PeerMessage.HaveNone());
    sayGrantHandshake(slot, simulation.blockBytes());
    for (int piece = 0; piece < simulation.geometry().pieceCount(); piece++) {
      machine()
          .send(
              slot,
              alsoHas && piece % 2 == 0
                  ? new PeerMessage.Have(piece)
                  : new PeerMessage.Asking(piece));
    }
  }

  @Override
  public void heard(int slot, PeerMessage message) {
    if (message instanceof PeerMessage.Grant) {
      machine().send(slot, new PeerMessage.Decline(DeclineReason.BUSY));
    } else if (message instanceof PeerMessage.Offer(int piece)) {
      machine().send(slot, new PeerMessage.OfferDeclined(piece));
    }
  }
}
