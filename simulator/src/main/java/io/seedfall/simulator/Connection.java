package io.seedfall.simulator;

import io.seedfall.swarm.Reason;

/**
 * A connection between two machines: two lanes, and for each side a slot number and whether it is
 * still open there. The two sides learn of its end at different times.
 */
final class Connection {
  private final Simulation simulation;
  private final Machine dialler;
  private final Machine acceptor;
  private final Lane forth;
  private final Lane back;
  private int diallersSlot = -1;
  private int acceptorsSlot = -1;
  private boolean openAtDialler = true;
  private boolean openAtAcceptor = true;
  private final boolean[] over = {false, false};
  private final boolean[] newsWait = {false, false};
  private final Reason[] reasons = {Reason.CONNECTION_LOST, Reason.CONNECTION_LOST};

  /** Side 0 dialled. */
  Connection(Simulation simulation, Machine dialler, Machine acceptor) {
    this.simulation = simulation;
    this.dialler = dialler;
    this.acceptor = acceptor;
    this.forth = new Lane(simulation, this, 0, simulation.path(dialler, acceptor));
    this.back = new Lane(simulation, this, 1, simulation.path(acceptor, dialler));
  }

  Machine machine(int side) {
    return side == 0 ? dialler : acceptor;
  }

  /** The lane on which that side sends. */
  Lane lane(int side) {
    return side == 0 ? forth : back;
  }

  int slot(int side) {
    return side == 0 ? diallersSlot : acceptorsSlot;
  }

  void takeSlot(int side, int slot) {
    if (side == 0) {
      diallersSlot = slot;
    } else {
      acceptorsSlot = slot;
    }
  }

  boolean isOpen(int side) {
    return side == 0 ? openAtDialler : openAtAcceptor;
  }

  /** One side closes: it gets no more, and both are told, the other one later. */
  void close(int side, Reason reason) {
    if (!isOpen(side)) {
      return;
    }
    reasons[side] = reason;
    shut(side);
    simulation.schedule(EventKind.LOST, simulation.now(), this, side);
    tellTheOther(side);
  }

  /** That the connection is over travels the way on which {@code side} sends. */
  private void tellTheOther(int side) {
    newsWait[side] = lane(side).isHeld();
    if (!newsWait[side]) {
      simulation.schedule(EventKind.LOST, simulation.arrivalNanos(), this, 1 - side);
    }
  }

  /** From now on what {@code side} sends is stopped on its way, or no longer. */
  void hold(int side, boolean held) {
    lane(side).hold(held);
    lane(1 - side).holdAcknowledgements(held);
    if (!held && newsWait[side]) {
      tellTheOther(side);
    }
  }

  /** One side's end is gone without a word to the other. */
  void forget(int side) {
    if (isOpen(side)) {
      shut(side);
      simulation.schedule(EventKind.LOST, simulation.now(), this, side);
    }
  }

  /** The network cuts the connection under both. */
  void cut() {
    for (int side = 0; side < 2; side++) {
      shut(side);
      simulation.schedule(EventKind.LOST, simulation.now(), this, side);
    }
  }

  /** That side's machine is gone; it is told nothing, the other side is when {@code noticed}. */
  void abandon(int side, boolean noticed) {
    shut(side);
    over[side] = true;
    if (noticed) {
      tellTheOther(side);
    }
  }

  /** {@link EventKind#LOST}. */
  void lost(int side) {
    if (over[side]) {
      return;
    }
    over[side] = true;
    shut(side);
    if (slot(side) >= 0) {
      machine(side).connectionLost(slot(side), reasons[side]);
    }
  }

  private void shut(int side) {
    if (side == 0) {
      openAtDialler = false;
    } else {
      openAtAcceptor = false;
    }
    lane(side).clear();
  }
}
