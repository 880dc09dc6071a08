package io.seedfall.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a scenario that breaks something smaller, as long as it breaks the same: fewer faults,
 * fewer machines, fewer bytes, a plainer network. Every step is one run with the same seed.
 */
final class ScenarioShrinker {
  /** Runs at most. */
  static final int TRIALS_MAX = 400;

  private final long seed;
  private final UnaryOperator<Scenario> change;
  private final String breach;
  private final BooleanSupplier timeIsUp;
  private ScenarioFile smallest;
  private int trials;

  private ScenarioShrinker(
      ScenarioFile file,
      long seed,
      UnaryOperator<Scenario> change,
      String breach,
      BooleanSupplier timeIsUp) {
    this.smallest = file;
    this.seed = seed;
    this.change = change;
    this.breach = breach;
    this.timeIsUp = timeIsUp;
  }

  /**
   * The smallest scenario that was found.
   *
   * @param change what is done to every run
   * @param breach the checker or bound that it breaks
   * @param timeIsUp whether to be content with what there is
   */
  static ScenarioFile shrink(
      ScenarioFile file,
      long seed,
      UnaryOperator<Scenario> change,
      String breach,
      BooleanSupplier timeIsUp) {
    ScenarioShrinker shrinker = new ScenarioShrinker(file, seed, change, breach, timeIsUp);
    boolean smaller = true;
    while (smaller && shrinker.goesOn()) {
      smaller = shrinker.dropFaults();
      smaller |= shrinker.dropMachines();
      smaller |= shrinker.dropGroups();
      smaller |= shrinker.plainer();
    }
    return shrinker.smallest;
  }

  private boolean goesOn() {
    return trials < TRIALS_MAX && !timeIsUp.getAsBoolean();
  }

  /** Takes the candidate if it still breaks the same. */
  private boolean takes(@Nullable ScenarioFile candidate) {
    if (candidate == null || candidate.equals(smallest) || !goesOn()) {
      return false;
    }
    trials++;
    for (ScenarioRun.Breach broken : candidate.run(seed, change).broken()) {
      if (broken.name().equals(breach)) {
        smallest = candidate;
        return true;
      }
    }
    return false;
  }

  /** Half of the faults, then a quarter, and so on; the order to heal stays. */
  private boolean dropFaults() {
    boolean smaller = false;
    for (int chunk = smallest.faults().size(); chunk >= 1; chunk /= 2) {
      for (int from = 0; from < smallest.faults().size(); ) {
        List<Scenario.Order> fewer = new ArrayList<>();
        for (int i = 0; i < smallest.faults().size(); i++) {
          Scenario.Order order = smallest.faults().get(i);
          if (i < from || i >= from + chunk || order.fault() instanceof Fault.Heal) {
            fewer.add(order);
          }
        }
        if (takes(withFaults(smallest, fewer))) {
          smaller = true;
        } else {
          from += chunk;
        }
      }
    }
    return smaller;
  }

  private boolean dropMachines() {
    boolean smaller = false;
    for (int machine = smallest.machineCount() - 1; machine >= 1; machine--) {
      smaller |= takes(ScenarioCut.withoutMachine(smallest, machine));
    }
    return smaller;
  }

  private boolean dropGroups() {
    boolean smaller = false;
    for (int i = smallest.machines().size() - 1; i >= 0; i--) {
      List<ScenarioFile.MachineGroup> fewer = new ArrayList<>(smallest.machines());
      fewer.remove(i);
      smaller |=
          takes(
              new ScenarioFile(
                  smallest.title(),
                  smallest.seeds(),
                  smallest.topology(),
                  smallest.workload(),
                  fewer,
                  smallest.extras(),
                  smallest.faults(),
                  smallest.checkers(),
                  smallest.bounds()));
    }
    return smaller;
  }

  private boolean plainer() {
    ScenarioFile.Topology now = smallest.topology();
    boolean smaller =
        takes(
            with(
                new ScenarioFile.Topology(
                    now.receivers(),
                    now.linkBytesPerSecond(),
                    now.oneWayNanos(),
                    0,
                    now.racks(),
                    now.rackBytesPerSecond(),
                    ScenarioFile.Coordinator.AWAY),
                smallest.workload()));
    smaller |= takes(ScenarioCut.withoutRacks(smallest));
    ScenarioFile.Workload load = smallest.workload();
    while (load.bytes() > 1
        && takes(
            with(
                smallest.topology(),
                new ScenarioFile.Workload(
                    load.bytes() / 2, load.pieceBytes(), Math.max(1, load.files() / 2))))) {
      smaller = true;
      load = smallest.workload();
    }
    return smaller;
  }

  private ScenarioFile with(ScenarioFile.Topology topology, ScenarioFile.Workload workload) {
    return new ScenarioFile(
        smallest.title(),
        smallest.seeds(),
        topology,
        workload,
        smallest.machines(),
        smallest.extras(),
        smallest.faults(),
        smallest.checkers(),
        smallest.bounds());
  }

  private static ScenarioFile withFaults(ScenarioFile file, List<Scenario.Order> faults) {
    return new ScenarioFile(
        file.title(),
        file.seeds(),
        file.topology(),
        file.workload(),
        file.machines(),
        file.extras(),
        faults,
        file.checkers(),
        file.bounds());
  }
}
