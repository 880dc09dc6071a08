package io.seedfall.simulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same scenario with one thing less. Machines behind one that goes move up by one. */
final class ScenarioCut {
  private final int gone;

  private ScenarioCut(int gone) {
    this.gone = gone;
  }

  /** Without a machine that is not the source; null when it is the last receiver. */
  static @Nullable ScenarioFile withoutMachine(ScenarioFile file, int machine) {
    int receivers = file.topology().receivers();
    if (machine <= receivers && receivers == 1) {
      return null;
    }
    ScenarioCut cut = new ScenarioCut(machine);
    List<ScenarioFile.Extra> extras = new ArrayList<>();
    int first = receivers + 1;
    for (ScenarioFile.Extra extra : file.extras()) {
      boolean fewer = machine >= first && machine < first + extra.count();
      int count = extra.count() - (fewer ? 1 : 0);
      if (count > 0) {
        extras.add(new ScenarioFile.Extra(extra.role(), count, extra.rack()));
      }
      first += extra.count();
    }
    int left = receivers - (machine <= receivers ? 1 : 0);
    ScenarioFile.Topology now = file.topology();
    if (now.racks() > left) {
      return null;
    }
    ScenarioFile.Topology topology =
        new ScenarioFile.Topology(
            left,
            now.linkBytesPerSecond(),
            now.oneWayNanos(),
            now.jitterNanos(),
            now.racks(),
            now.rackBytesPerSecond(),
            now.coordinator());
    return new ScenarioFile(
        file.title(),
        file.seeds(),
        topology,
        file.workload(),
        cut.groups(file.machines()),
        extras,
        cut.orders(file.faults(), left),
        file.checkers(),
        file.bounds());
  }

  /** On a flat network; null when it is one. */
  static @Nullable ScenarioFile withoutRacks(ScenarioFile file) {
    ScenarioFile.Topology now = file.topology();
    if (now.racks() == 0) {
      return null;
    }
    List<ScenarioFile.MachineGroup> groups = new ArrayList<>();
    for (ScenarioFile.MachineGroup group : file.machines()) {
      groups.add(
          new ScenarioFile.MachineGroup(
              group.numbers(),
              group.linkBytesPerSecond(),
              group.hashBytesPerSecond(),
              group.diskBytesPerSecond(),
              -1,
              group.joinNanos()));
    }
    return new ScenarioFile(
        file.title(),
        file.seeds(),
        new ScenarioFile.Topology(
            now.receivers(),
            now.linkBytesPerSecond(),
            now.oneWayNanos(),
            now.jitterNanos(),
            0,
            0,
            now.coordinator()),
        file.workload(),
        groups,
        file.extras().stream()
            .map(extra -> new ScenarioFile.Extra(extra.role(), extra.count(), -1))
            .toList(),
        file.faults(),
        file.checkers(),
        file.bounds());
  }

  private int moved(int machine) {
    return machine > gone ? machine - 1 : machine;
  }

  private List<Integer> moved(List<Integer> machines) {
    return machines.stream().filter(machine -> machine != gone).map(this::moved).toList();
  }

  private List<ScenarioFile.MachineGroup> groups(List<ScenarioFile.MachineGroup> groups) {
    List<ScenarioFile.MachineGroup> left = new ArrayList<>();
    for (ScenarioFile.MachineGroup group : groups) {
      List<Integer> numbers = moved(group.numbers());
      if (!numbers.isEmpty()) {
        left.add(
            new ScenarioFile.MachineGroup(
                numbers,
                group.linkBytesPerSecond(),
                group.hashBytesPerSecond(),
                group.diskBytesPerSecond(),
                group.rack(),
                group.joinNanos()));
      }
    }
    return left;
  }

  private List<Scenario.Order> orders(List<Scenario.Order> orders, int receivers) {
    List<Scenario.Order> left = new ArrayList<>();
    for (Scenario.Order order : orders) {
      Trigger trigger = trigger(order.trigger());
      Fault fault = fault(order.fault(), receivers);
      if (trigger != null && fault != null) {
        left.add(new Scenario.Order(trigger, fault));
      }
    }
    return left;
  }

  private @Nullable Trigger trigger(Trigger trigger) {
    if (!(trigger instanceof Trigger.PiecesVerified(int machine, int pieces))) {
      return trigger;
    }
    return machine == gone ? null : new Trigger.PiecesVerified(moved(machine), pieces);
  }

  private @Nullable Fault fault(Fault fault, int receivers) {
    return switch (fault) {
      case Fault.Kill(int machine) -> machine == gone ? null : new Fault.Kill(moved(machine));
      case Fault.PowerOff(int machine) ->
          machine == gone ? null : new Fault.PowerOff(moved(machine));
      case Fault.Restart(int machine, boolean journal) ->
          machine == gone ? null : new Fault.Restart(moved(machine), journal);
      case Fault.FailDisk(int machine, var how) ->
          machine == gone ? null : new Fault.FailDisk(moved(machine), how);
      case Fault.SlowDisk(int machine, long rate) ->
          machine == gone ? null : new Fault.SlowDisk(moved(machine), rate);
      case Fault.Cut(int machine, int other) ->
          machine == gone || other == gone ? null : new Fault.Cut(moved(machine), moved(other));
      case Fault.HalfOpen(int machine, int other) ->
          machine == gone || other == gone
              ? null
              : new Fault.HalfOpen(moved(machine), moved(other));
      case Fault.Partition(List<Integer> machines, var direction, long lastsNanos) -> {
        List<Integer> side = moved(machines);
        yield side.isEmpty() ? null : new Fault.Partition(side, direction, lastsNanos);
      }
      case Fault.Mend mend -> mend;
      case Fault.JumpClock(int machine, long nanos) ->
          machine == gone ? null : new Fault.JumpClock(moved(machine), nanos);
      case Fault.Heal(int core, long withinNanos) ->
          new Fault.Heal(Math.min(core, receivers), withinNanos);
    };
  }
}
