package io.seedfall.simulator;

import io.seedfall.protocol.PieceSet;
import io.seedfall.swarm.DiskFault;
import java.util.ArrayList;
import java.util.List;

/** The faults of a scenario: waits for their triggers and lets them strike. */
final class Orders {
  private final Simulation simulation;
  private final List<Scenario.Order> waiting;
  private final PieceSet out;
  private int due;
  private int generation;

  Orders(Simulation simulation, List<Scenario.Order> orders, int pieces) {
    this.simulation = simulation;
    this.waiting = new ArrayList<>(orders);
    this.out = new PieceSet(pieces);
  }

  /** Schedules everything whose time is known. */
  void begin() {
    for (var order : List.copyOf(waiting)) {
      if (order.trigger() instanceof Trigger.At(long nanos)) {
        waiting.remove(order);
        at(nanos, order.fault());
      }
    }
  }

  void at(long nanos, Fault fault) {
    due++;
    simulation.schedule(EventKind.FAULT, nanos, fault, generation);
  }

  /** Whether a fault has a time that has not come. */
  boolean isAnyDue() {
    return due > 0;
  }

  void pieceVerified(Machine machine, int piece, int verified) {
    boolean oneCopyOut = out.add(piece) && out.isFull();
    if (waiting.isEmpty()) {
      return;
    }
    for (var order : List.copyOf(waiting)) {
      switch (order.trigger()) {
        case Trigger.OneCopyOut(long delayNanos) -> {
          if (oneCopyOut) {
            waiting.remove(order);
            at(simulation.now() + delayNanos, order.fault());
          }
        }
        case Trigger.PiecesVerified(int id, int pieces) -> {
          if (id == machine.id() && verified >= pieces) {
            waiting.remove(order);
            at(simulation.now(), order.fault());
          }
        }
        case Trigger.At _ -> {}
      }
    }
  }

  /** Whatever was ordered and has not happened will not. */
  private void callOff() {
    waiting.clear();
    due = 0;
    generation++;
  }

  /** {@link EventKind#FAULT}; what was called off is passed over. */
  void strike(Fault fault, int ordered) {
    if (ordered != generation) {
      return;
    }
    due--;
    switch (fault) {
      case Fault.Kill(int id) -> kill(id, true);
      case Fault.PowerOff(int id) -> kill(id, false);
      case Fault.Restart(int id, boolean journal) -> {
        Machine machine = simulation.machine(id);
        if (!machine.isUp()) {
          simulation.replaceDisk(machine, journal);
          simulation.start(machine);
        }
      }
      case Fault.FailDisk(int id, DiskFault how) -> {
        Machine machine = simulation.machine(id);
        simulation.disk(machine).breakDown(how);
        if (how == DiskFault.CONTENT_CHANGED
            && machine.programOrNull() instanceof SwarmDriver driver) {
          driver.contentChanged();
        }
      }
      case Fault.Cut(int id, int other) -> {
        Connection connection = simulation.machine(id).connectionTo(simulation.machine(other));
        if (connection != null) {
          connection.cut();
        }
      }
      case Fault.HalfOpen(int id, int other) -> {
        Machine machine = simulation.machine(id);
        Connection connection = machine.connectionTo(simulation.machine(other));
        if (connection != null) {
          connection.forget(connection.machine(0) == machine ? 0 : 1);
        }
      }
      case Fault.SlowDisk(int id, long rate) -> simulation.machine(id).diskBytesPerSecond(rate);
      case Fault.Partition partition -> {
        simulation.partitions().begin(partition);
        at(simulation.now() + partition.lastsNanos(), new Fault.Mend(partition.machines()));
      }
      case Fault.Mend(var machines) -> simulation.partitions().mend(machines);
      case Fault.JumpClock(int id, long nanos) -> simulation.machine(id).jumpClock(nanos);
      case Fault.Heal(int receivers, long withinNanos) -> {
        callOff();
        simulation.heal(receivers, withinNanos);
      }
    }
    simulation.machineChanged();
  }

  private void kill(int id, boolean noticed) {
    Machine machine = simulation.machine(id);
    if (machine.isUp()) {
      machine.kill(noticed);
    }
  }
}
