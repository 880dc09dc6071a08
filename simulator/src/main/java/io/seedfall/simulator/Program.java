package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;

/**
 * What runs on a machine and speaks on the simulated wire: a {@link SwarmDriver} with the
 * production brain in it, or a small hostile or foreign client. It acts through its {@link Machine}
 * and only inside these calls.
 */
interface Program {
  /** The machine is up. */
  void started();

  /** A connection stands; nothing has been heard on it. */
  void connected(int slot, PeerFacts facts);

  /** A dial came to nothing. */
  void connectFailed(Endpoint remote);

  /** A connection is over; the slot is free again afterwards. */
  void lost(int slot, Reason reason);

  /** A message other than a PIECE came. */
  void heard(int slot, PeerMessage message);

  /** A block came and was read. */
  void blockArrived(int slot, Block block, boolean corrupt);

  /** A block of ours is in the send buffer. */
  void blockSent(int slot, Block block);

  /** The time given to {@link Machine#wakeAt} has come, or an earlier one. */
  void woken();

  /** How it introduces itself in handshakes. */
  Greeting greeting();

  /** What a handshake says of a client. */
  record Greeting(boolean fast, boolean extensions) {
    /** Speaks BEP 6 and BEP 10. */
    static final Greeting MODERN = new Greeting(true, true);
  }
}
