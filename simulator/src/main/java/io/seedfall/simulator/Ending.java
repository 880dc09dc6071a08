package io.seedfall.simulator;

import java.util.ArrayList;
import java.util.List;

/** Looks at the machines when a run is over: did everybody finish, and how long did it take? */
final class Ending {
  /** The checker of every run. */
  static final String EVERYONE_FINISHES = "everyone honest and alive finishes";

  /** The checker of a run whose core was healed. */
  static final String CORE_FINISHES = "a healed core finishes within its bound";

  private static final int NAMED_MAX = 10;

  private final Scenario scenario;
  private final List<Machine> machines;
  private final Simulation simulation;

  Ending(Simulation simulation, Scenario scenario, List<Machine> machines) {
    this.simulation = simulation;
    this.scenario = scenario;
    this.machines = machines;
  }

  /** Everyone honest and alive finishes. */
  void requireEverybodyFinished() {
    List<String> late = new ArrayList<>();
    int count = 0;
    for (Machine machine : machines) {
      if (simulation.isAwaited(machine) && count++ < NAMED_MAX) {
        late.add(
            machine.programOrNull() instanceof SwarmDriver driver
                ? machine + " " + driver.progress()
                : machine.toString());
      }
    }
    if (count > 0) {
      throw new CheckViolation(
          simulation.isHealed() ? CORE_FINISHES : EVERYONE_FINISHES,
          -1,
          simulation.now(),
          "%d have not (seed %d): %s".formatted(count, scenario.seed(), late));
    }
  }

  SimulationResult result(long queueEvents, List<Port> rackDownlinks) {
    List<Long> finishedAt = new ArrayList<>();
    List<Long> received = new ArrayList<>();
    long makespan = 0;
    int finished = 0;
    int failed = 0;
    long busy = 0;
    long sourceBytes = 0;
    for (Machine machine : machines) {
      finishedAt.add(machine.finishedAtNanos());
      received.add(machine.downlink().passedBytes());
      if (machine.spec().role() == Role.SOURCE) {
        sourceBytes += machine.sentBlockBytes();
      }
      if (machine.spec().role() == Role.RECEIVER) {
        busy += machine.uplink().busyNanos();
        if (machine.finishedAtNanos() >= 0) {
          finished++;
          makespan = Math.max(makespan, machine.finishedAtNanos());
        }
        failed += !machine.isUp() || simulation.disk(machine).fault() != null ? 1 : 0;
      }
    }
    double file = scenario.fileBytes();
    long entered = rackDownlinks.stream().mapToLong(Port::passedBytes).sum();
    Trace trace = simulation.trace();
    return new SimulationResult(
        scenario.receivers(),
        scenario.fileBytes(),
        simulation.geometry().pieceCount(),
        simulation.blockBytes(),
        scenario.seed(),
        makespan,
        scenario.boundNanos(),
        List.copyOf(finishedAt),
        List.copyOf(received),
        simulation.bans(),
        simulation.stalls(),
        sourceBytes / file,
        sourceBytes,
        entered,
        rackDownlinks.isEmpty() ? 0 : entered / file / rackDownlinks.size(),
        makespan == 0 ? 0 : (double) busy / makespan / scenario.receivers(),
        simulation.curveOf(Role.RECEIVER),
        finished,
        failed,
        trace.hash(),
        trace.events(),
        queueEvents,
        trace.counts());
  }
}
