package io.seedfall.simulator;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A scenario as it stands in a file: topology, workload, what goes wrong, and within which bounds
 * it must end all the same. {@link #read} and {@link #toml} are each other's inverse.
 *
 * @param title what it shows, in one line
 * @param seeds the seeds with which the test runs it
 * @param topology the receivers and the network between them
 * @param workload what is sent
 * @param machines machines that differ from the others
 * @param extras machines beside the source and the receivers, numbered behind them
 * @param faults what goes wrong, and when
 * @param checkers what must hold in every run, beside the checkers that are always on
 * @param bounds what the result must be
 */
public record ScenarioFile(
    String title,
    List<Long> seeds,
    Topology topology,
    Workload workload,
    List<MachineGroup> machines,
    List<Extra> extras,
    List<Scenario.Order> faults,
    Checkers checkers,
    Bounds bounds) {
  /** The checker that runs a scenario twice. */
  static final String SAME_TRACE = "the same seed gives the same trace";

  /** The checker of the production code's own checks. */
  static final String NOTHING_CRASHES = "nothing crashes";

  private static final double NANOS_IN_A_SECOND = 1e9;

  /** Keeps its own lists. */
  public ScenarioFile {
    seeds = List.copyOf(seeds);
    machines = List.copyOf(machines);
    extras = List.copyOf(extras);
    faults = List.copyOf(faults);
  }

  /** Whether a coordinator introduces machines that come. */
  public enum Coordinator {
    /** Every machine knows its neighbours from the start, and hears nothing afterwards. */
    AWAY,
    /** A machine is introduced to its neighbours when it comes. */
    PRESENT
  }

  /** Who must finish. */
  public enum Finish {
    /** Everyone honest and alive. */
    EVERYONE,
    /** The core that was healed. */
    CORE
  }

  /**
   * The receivers and the network.
   *
   * @param receivers how many
   * @param linkBytesPerSecond each card, each way
   * @param oneWayNanos between any two machines
   * @param jitterNanos most that is added to it
   * @param racks how many, 0 for a flat network
   * @param rackBytesPerSecond each rack's uplink and downlink, 0 for a flat network
   * @param coordinator whether it is there
   */
  public record Topology(
      int receivers,
      long linkBytesPerSecond,
      long oneWayNanos,
      long jitterNanos,
      int racks,
      long rackBytesPerSecond,
      Coordinator coordinator) {}

  /**
   * What is sent: bytes of all files together and of their pieces, and how many files of the same
   * size (the last a little longer) there are.
   */
  public record Workload(long bytes, int pieceBytes, int files) {
    /** How many pieces it has; every file begins a new one. */
    public long pieces() {
      long each = bytes / files;
      long last = bytes - each * (files - 1);
      return (files - 1) * Math.ceilDiv(each, (long) pieceBytes)
          + Math.ceilDiv(last, (long) pieceBytes);
    }
  }

  /**
   * Machines that differ. Zero (for the rack: -1) leaves a property as it is.
   *
   * @param numbers which
   * @param linkBytesPerSecond their cards, each way
   * @param hashBytesPerSecond how fast they hash
   * @param diskBytesPerSecond how fast their disks write
   * @param rack where they stand
   * @param joinNanos when they are switched on
   */
  public record MachineGroup(
      List<Integer> numbers,
      long linkBytesPerSecond,
      long hashBytesPerSecond,
      long diskBytesPerSecond,
      int rack,
      long joinNanos) {
    /** Keeps its own list. */
    public MachineGroup {
      numbers = List.copyOf(numbers);
    }

    MachineSpec change(MachineSpec spec) {
      MachineSpec changed = spec;
      changed = linkBytesPerSecond > 0 ? changed.withLink(linkBytesPerSecond) : changed;
      changed = hashBytesPerSecond > 0 ? changed.withHashing(hashBytesPerSecond) : changed;
      changed = diskBytesPerSecond > 0 ? changed.withDisk(diskBytesPerSecond) : changed;
      changed = rack >= 0 ? changed.withRack(rack) : changed;
      return joinNanos > 0 ? changed.withJoin(joinNanos) : changed;
    }
  }

  /** So many machines with another role, in a rack or (-1) outside all. */
  public record Extra(Role role, int count, int rack) {}

  /** Who must finish, and whether a second run must give the same trace. */
  public record Checkers(Finish finish, boolean sameTrace) {}

  /**
   * What the result must be; negative where nothing is asked.
   *
   * @param limitNanos virtual time after which whoever has not finished never will; 0 for the rule
   *     of {@link Scenario#limitNanos(long)}
   * @param ratioMax makespan by the bound
   * @param makespanNanosMax when the last one is done
   * @param sourceCopiesMax how often the source sends the file
   * @param crossRackCopiesMax how often it enters a rack
   * @param receivedCopiesMax how often one receiver gets it
   * @param finishedMin receivers that have everything
   * @param failedMax receivers that are dead or have a broken disk
   * @param bansMin how often a peer is banned, at least
   * @param bansMax and at most
   * @param stallsMin how often a piece is taken away from its sender, at least
   * @param stallsMax and at most
   */
  public record Bounds(
      long limitNanos,
      double ratioMax,
      long makespanNanosMax,
      double sourceCopiesMax,
      double crossRackCopiesMax,
      double receivedCopiesMax,
      int finishedMin,
      int failedMax,
      int bansMin,
      int bansMax,
      int stallsMin,
      int stallsMax) {
    /** Nothing is asked but that it ends in that time. */
    static Bounds within(long limitNanos) {
      return new Bounds(limitNanos, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    }
  }

  /**
   * Reads a file.
   *
   * @throws ScenarioFileException when it cannot be read, or says something that is not known
   */
  public static ScenarioFile read(Path file) throws ScenarioFileException {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.size(file) > ScenarioReader.TEXT_CHARACTERS_MAX) {
        throw new ScenarioFileException(
            name, "", "longer than %d characters".formatted(ScenarioReader.TEXT_CHARACTERS_MAX));
      }
      return parse(name, Files.readString(file));
    } catch (MalformedInputException notUtf8) {
      throw new ScenarioFileException(name, "", "not UTF-8");
    } catch (NoSuchFileException none) {
      throw new ScenarioFileException(name, "", "no such file");
    } catch (IOException unreadable) {
      throw new ScenarioFileException(name, "", "cannot be read: " + unreadable);
    }
  }

  /**
   * Reads a text.
   *
   * @param name how messages call it
   * @throws ScenarioFileException when it says something that is not known
   */
  public static ScenarioFile parse(String name, String toml) throws ScenarioFileException {
    return ScenarioReader.read(name, toml);
  }

  /** The file that says this. */
  public String toml() {
    return ScenarioWriter.toml(this);
  }

  /** The same with other seeds. */
  public ScenarioFile withSeeds(List<Long> others) {
    return new ScenarioFile(
        title, others, topology, workload, machines, extras, faults, checkers, bounds);
  }

  /** How many machines there are: the source, the receivers and the others. */
  public int machineCount() {
    return 1 + topology.receivers() + extras.stream().mapToInt(Extra::count).sum();
  }

  /** Runs it with one seed; nothing that a checker sees is thrown. */
  public ScenarioRun run(long seed) {
    return run(seed, UnaryOperator.identity());
  }

  /** Runs it after a change. */
  ScenarioRun run(long seed, UnaryOperator<Scenario> change) {
    SimulationResult result = null;
    List<ScenarioRun.Breach> broken = new ArrayList<>();
    try {
      result = change.apply(scenario(seed)).run();
      broken.addAll(breaches(result));
      if (checkers.sameTrace()
          && change.apply(scenario(seed)).run().traceHash() != result.traceHash()) {
        broken.add(new ScenarioRun.Breach(SAME_TRACE, "the second run had another hash"));
      }
    } catch (CheckViolation violation) {
      broken.add(
          new ScenarioRun.Breach(violation.checker(), String.valueOf(violation.getMessage())));
    } catch (RuntimeException bug) {
      // A check of the production code fired: that is a find like any other, and has a place.
      StackTraceElement[] trace = bug.getStackTrace();
      String where = trace.length == 0 ? "" : " at " + trace[0];
      broken.add(new ScenarioRun.Breach(NOTHING_CRASHES, bug + where));
    }
    return new ScenarioRun(title, seed, result, broken);
  }

  /** The orders to the simulator. */
  Scenario scenario(long seed) {
    NetworkSettings network =
        NetworkSettings.flat(topology.linkBytesPerSecond(), topology.oneWayNanos())
            .withJitterNanos(topology.jitterNanos())
            .withRackBytesPerSecond(topology.rackBytesPerSecond());
    Scenario scenario =
        Scenario.deploy(topology.receivers(), workload.bytes())
            .pieceBytes(workload.pieceBytes())
            .files(workload.files())
            .network(network)
            .coordinatorAway(topology.coordinator() == Coordinator.AWAY)
            .limitNanos(bounds.limitNanos())
            .seed(seed);
    if (topology.racks() > 0) {
      scenario.racks(topology.racks());
    }
    int number = topology.receivers() + 1;
    for (Extra extra : extras) {
      for (int i = 0; i < extra.count(); i++, number++) {
        scenario.add(extra.role());
        if (extra.rack() >= 0) {
          scenario.machine(number, spec -> spec.withRack(extra.rack()));
        }
      }
    }
    for (MachineGroup group : machines) {
      group.numbers().forEach(machine -> scenario.machine(machine, group::change));
    }
    faults.forEach(order -> scenario.when(order.trigger(), order.fault()));
    return scenario;
  }

  private List<ScenarioRun.Breach> breaches(SimulationResult result) {
    long received = 0;
    for (int i = 1; i <= topology.receivers(); i++) {
      received = Math.max(received, result.receivedBytes().get(i));
    }
    List<ScenarioRun.Breach> broken = new ArrayList<>();
    atMost(broken, "ratio_max", result.ratio(), bounds.ratioMax());
    atMost(
        broken,
        "makespan_max",
        result.makespanNanos() / NANOS_IN_A_SECOND,
        bounds.makespanNanosMax() / NANOS_IN_A_SECOND);
    atMost(broken, "source_copies_max", result.sourceCopies(), bounds.sourceCopiesMax());
    atMost(broken, "cross_rack_copies_max", result.crossRackCopies(), bounds.crossRackCopiesMax());
    atMost(
        broken,
        "received_copies_max",
        (double) received / workload.bytes(),
        bounds.receivedCopiesMax());
    atLeast(broken, "finished_min", result.finished(), bounds.finishedMin());
    atMost(broken, "failed_max", result.failed(), bounds.failedMax());
    atLeast(broken, "bans_min", result.bans(), bounds.bansMin());
    atMost(broken, "bans_max", result.bans(), bounds.bansMax());
    atLeast(broken, "stalls_min", result.stalls(), bounds.stallsMin());
    atMost(broken, "stalls_max", result.stalls(), bounds.stallsMax());
    return broken;
  }

  private static void atMost(List<ScenarioRun.Breach> broken, String name, double is, double most) {
    if (most >= 0 && is > most) {
      broken.add(
          new ScenarioRun.Breach(name, "%s: %.4f (expected: <= %.4f)".formatted(name, is, most)));
    }
  }

  private static void atLeast(
      List<ScenarioRun.Breach> broken, String name, double is, double least) {
    if (least >= 0 && is < least) {
      broken.add(
          new ScenarioRun.Breach(name, "%s: %.4f (expected: >= %.4f)".formatted(name, is, least)));
    }
  }

  /** One line for a reader of the kind {@code title, 12 receivers, 5 faults}. */
  @Override
  public String toString() {
    return "%s: %d receivers, %d others, %d faults"
        .formatted(
            title, topology.receivers(), machineCount() - topology.receivers() - 1, faults.size());
  }
}
