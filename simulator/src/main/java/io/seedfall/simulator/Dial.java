package io.seedfall.simulator;

import io.seedfall.protocol.Endpoint;
import io.seedfall.swarm.PeerFacts;
import org.jspecify.annotations.Nullable;

/**
 * A dial under way: one round trip for the connection, a second one for the handshakes. The
 * acceptor has its connection half a round trip before the dialler has.
 */
final class Dial {
  /** How long a node waits for an answer. */
  static final long PATIENCE_NANOS = 5_000_000_000L;

  private final Simulation simulation;
  private final Machine dialler;
  private final int diallerEpoch;
  private final Endpoint remote;
  private @Nullable Connection connection;
  private @Nullable PeerFacts acceptorFacts;

  Dial(Simulation simulation, Machine dialler, Endpoint remote) {
    this.simulation = simulation;
    this.dialler = dialler;
    this.diallerEpoch = dialler.epoch();
    this.remote = remote;
  }

  /** {@link EventKind#DIAL_REACHED}: the dialler's handshake is at the other machine, if it is. */
  void reached() {
    Machine acceptor = simulation.listenerAt(remote);
    if (simulation.isCutOff(dialler, remote)) {
      simulation.schedule(EventKind.DIAL_ANSWERED, simulation.now() + PATIENCE_NANOS, this, 0);
      return;
    }
    simulation.schedule(EventKind.DIAL_ANSWERED, simulation.arrivalNanos(), this, 0);
    if (acceptor == null || acceptor == dialler || !diallerLives()) {
      return;
    }
    Connection made = new Connection(simulation, dialler, acceptor);
    simulation.partitions().apply(made);
    connection = made;
    acceptorFacts = acceptor.facts(remote, true);
    acceptor.connectionMade(made, 1, dialler.facts(dialler.ephemeral(), false));
  }

  /** {@link EventKind#DIAL_ANSWERED}. */
  void answered() {
    if (!diallerLives()) {
      return;
    }
    if (connection == null || acceptorFacts == null || !connection.isOpen(0)) {
      dialler.program().connectFailed(remote);
      return;
    }
    dialler.connectionMade(connection, 0, acceptorFacts);
    connection.lane(1).due(); // with jitter, what the acceptor said may be here already
  }

  private boolean diallerLives() {
    return dialler.isUp() && dialler.epoch() == diallerEpoch;
  }
}
