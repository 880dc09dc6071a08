package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;

/**
 * A program without a swarm in it: it accepts every connection, dials nobody and does nothing, but
 * for what its kind adds.
 */
abstract class WirePeer implements Program {
  private final Machine machine;

  WirePeer(Machine machine) {
    this.machine = machine;
  }

  final Machine machine() {
    return machine;
  }

  /** Says that it speaks sf_grant. */
  final void sayGrantHandshake(int slot, int blockBytes) {
    machine.send(
        slot,
        new PeerMessage.ExtensionHandshake(
            0,
            250,
            machine.listen().port(),
            "hostile",
            false,
            new GrantTerms(GrantTerms.VERSION, blockBytes, machine.rackName())));
  }

  @Override
  public void started() {}

  @Override
  public void connected(int slot, PeerFacts facts) {}

  @Override
  public void connectFailed(Endpoint remote) {}

  @Override
  public void lost(int slot, Reason reason) {}

  @Override
  public void heard(int slot, PeerMessage message) {}

  @Override
  public void blockArrived(int slot, Block block, boolean corrupt) {}

  @Override
  public void blockSent(int slot, Block block) {}

  @Override
  public void woken() {}

  @Override
  public Greeting greeting() {
    return Greeting.MODERN;
  }
}
