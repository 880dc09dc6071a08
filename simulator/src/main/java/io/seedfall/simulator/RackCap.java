package io.seedfall.simulator;

import io.seedfall.planner.Division;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A cap on each rack's uplink, divided among its machines by the planner's rule: again when some
 * have finished, as seldom as a coordinator does it. A machine's share stands in the way of what it
 * sends to other racks and of what it receives from them, as the buckets of an agent do.
 */
final class RackCap {
  private static final long NANOS_MIN = Division.MILLIS_MIN * 1_000_000L;

  private final long bytesPerSecond;
  private final TreeMap<Integer, List<Machine>> racks = new TreeMap<>();
  private final List<Port> out = new ArrayList<>();
  private final List<Port> in = new ArrayList<>();
  private long dividedNanos = -NANOS_MIN;

  RackCap(long bytesPerSecond, List<Machine> machines, NetworkSettings network) {
    this.bytesPerSecond = bytesPerSecond;
    for (Machine machine : machines) {
      out.add(new Port(bytesPerSecond, network.portBufferBytes()));
      in.add(new Port(bytesPerSecond, network.portBufferBytes()));
      if (machine.spec().rack() >= 0) {
        racks.computeIfAbsent(machine.spec().rack(), _ -> new ArrayList<>()).add(machine);
      }
    }
    divide(0);
  }

  /** What this machine sends to other racks passes here. */
  Port out(Machine machine) {
    return out.get(machine.id());
  }

  /** What it receives from them. */
  Port in(Machine machine) {
    return in.get(machine.id());
  }

  /** Somebody may have finished. */
  void divide(long nowNanos) {
    if (nowNanos - dividedNanos < NANOS_MIN) {
      return;
    }
    dividedNanos = nowNanos;
    for (List<Machine> rack : racks.values()) {
      List<Division.Asker> senders = new ArrayList<>();
      List<Division.Asker> receivers = new ArrayList<>();
      for (Machine machine : rack) {
        boolean full = machine.finishedAtNanos() >= 0;
        senders.add(new Division.Asker(name(machine), full, true, 0));
        if (!full) {
          receivers.add(new Division.Asker(name(machine), false, true, 0));
        }
      }
      Division sending = Division.of(bytesPerSecond, rack.size(), senders);
      Division receiving = Division.of(bytesPerSecond, rack.size(), receivers);
      for (Machine machine : rack) {
        out(machine).rate(sending.of(name(machine)));
        in(machine).rate(receiving.of(name(machine)));
      }
    }
  }

  private static String name(Machine machine) {
    return "m" + machine.id();
  }
}
