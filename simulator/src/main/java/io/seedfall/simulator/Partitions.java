package io.seedfall.simulator;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The partitions that stand now, and what they mean for the connections. */
final class Partitions {
  private record Standing(Fault.Partition partition, BitSet side) {
    boolean stops(int from, int to) {
      boolean out = side.get(from) && !side.get(to);
      boolean in = !side.get(from) && side.get(to);
      return switch (partition.direction()) {
        case OUT -> out;
        case IN -> in;
        case BOTH -> out || in;
      };
    }
  }

  private final List<Machine> machines;
  private final List<Standing> standing = new ArrayList<>();
  private final BitSet core = new BitSet();

  Partitions(List<Machine> machines) {
    this.machines = machines;
  }

  /** Whether what one machine sends comes to the other. */
  boolean passes(Machine from, Machine to) {
    if (standing.isEmpty() || (core.get(from.id()) && core.get(to.id()))) {
      return true;
    }
    for (Standing one : standing) {
      if (one.stops(from.id(), to.id())) {
        return false;
      }
    }
    return true;
  }

  void begin(Fault.Partition partition) {
    BitSet side = new BitSet();
    partition.machines().forEach(side::set);
    standing.add(new Standing(partition, side));
    apply();
  }

  /** Ends the oldest partition around exactly these machines. */
  void mend(List<Integer> side) {
    for (Standing one : standing) {
      if (one.partition().machines().equals(side)) {
        standing.remove(one);
        apply();
        return;
      }
    }
  }

  /** From now on nothing stands between these. */
  void heal(BitSet well) {
    core.or(well);
    apply();
  }

  private void apply() {
    for (Machine machine : machines) {
      for (Connection connection : List.copyOf(presentOf(machine))) {
        apply(connection);
      }
    }
  }

  private static List<Connection> presentOf(Machine machine) {
    List<Connection> present = new ArrayList<>();
    for (Connection connection : machine.connections()) {
      if (connection != null) {
        present.add(connection);
      }
    }
    return present;
  }

  /** Holds what does not pass on a connection. */
  void apply(Connection connection) {
    for (int side = 0; side < 2; side++) {
      connection.hold(side, !passes(connection.machine(side), connection.machine(1 - side)));
    }
  }
}
