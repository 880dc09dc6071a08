package io.seedfall.simulator;

import io.seedfall.swarm.Reason;

/**
 * A connection between two machines: two lanes, and for each side a slot number and whether it is
 * still open there. The two sides learn of its end at different times.
 */
final class Connection {
  private final Simulation simulation;
  private final Machine[] machines;
  private final Lane[] lanes;
  private final int[] slots = {-1, -1};
  private final boolean[] open = {true, true};
  private final boolean[] over = {false, false};
  private final boolean[] newsWait = {false, false};
  private final Reason[] reasons = {Reason.CONNECTION_LOST, Reason.CONNECTION_LOST};

  /** Side 0 dialled. */
  Connection(Simulation simulation, Machine dialler, Machine acceptor) {
    this.simulation = simulation;
    this.machines = new Machine[] {dialler, acceptor};
    this.lanes =
        new Lane[] {
          new Lane(simulation, this, 0, simulation.path(dialler, acceptor)),
          new Lane(simulation, this, 1, simulation.path(acceptor, dialler))
        };
  }

  Machine machine(int side) {
    return machines[side];
  }

  /** The lane on which that side sends. */
  Lane lane(int side) {
    return lanes[side];
  }

  int slot(int side) {
    return slots[side];
  }

  void takeSlot(int side, int slot) {
    slots[side] = slot;
  }

  boolean isOpen(int side) {
    return open[side];
  }

  /** One side closes: it gets no more, and both are told, the other one later. */
  void close(int side, Reason reason) {
    if (!open[side]) {
      return;
    }
    reasons[side] = reason;
    shut(side);
    simulation.schedule(EventKind.LOST, simulation.now(), this, side);
    tellTheOther(side);
  }

  /** That the connection is over travels the way on which {@code side} sends. */
  private void tellTheOther(int side) {
    newsWait[side] = lanes[side].isHeld();
    if (!newsWait[side]) {
      simulation.schedule(EventKind.LOST, simulation.arrivalNanos(), this, 1 - side);
    }
  }

  /** From now on what {@code side} sends is stopped on its way, or no longer. */
  void hold(int side, boolean held) {
    lanes[side].hold(held);
    lanes[1 - side].holdAcknowledgements(held);
    if (!held && newsWait[side]) {
      tellTheOther(side);
    }
  }

  /** One side's end is gone without a word to the other. */
  void forget(int side) {
    if (open[side]) {
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
    if (slots[side] >= 0) {
      machines[side].connectionLost(slots[side], reasons[side]);
    }
  }

  private void shut(int side) {
    open[side] = false;
    lanes[side].clear();
  }
}
