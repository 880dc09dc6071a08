package io.seedfall.simulator;

import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.swarm.SwarmSettings;
import io.seedfall.swarm.SwarmSetup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One run, as orders: machines, a file, a network, and what goes wrong. Machine 0 is the source, 1
 * to N are the receivers, added ones follow.
 *
 * <pre>{@code
 * Scenario.deploy(16, 128 << 20)
 *     .pieceBytes(64 << 10)
 *     .network(NetworkSettings.flat(12_500_000, 100_000))
 *     .machine(3, machine -> machine.withLink(6_250_000))
 *     .when(new Trigger.At(2_000_000_000L), new Fault.Kill(7))
 *     .seed(1)
 *     .run();
 * }</pre>
 *
 * <p>The same scenario gives the same run, and the same {@link SimulationResult#traceHash}, in any
 * JVM.
 */
public final class Scenario {
  private static final long SECOND_IN_NANOS = 1_000_000_000L;

  private final int receivers;
  private final long fileBytes;
  private final List<UnaryOperator<MachineSpec>> additions = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Order> orders = new ArrayList<>();
  private int pieceBytes;
  private int files = 1;
  private NetworkSettings network = NetworkSettings.flat(5_000_000_000L, 75_000);
  private UnaryOperator<SwarmSettings> settings = UnaryOperator.identity();
  private long seed = 1;
  private long limitNanos;
  private long rackCapBytesPerSecond;
  private final TreeMap<Integer, BiFunction<Simulation, Machine, Program>> programs =
      new TreeMap<>();
  private @Nullable Consumer<String> lines;
  private Function<SwarmSetup, Brain> brains = Brain::production;
  private boolean coordinatorAway = true;

  /** A fault and when it strikes. */
  public record Order(Trigger trigger, Fault fault) {}

  private record Change(int machine, UnaryOperator<MachineSpec> change) {}

  private Scenario(int receivers, long fileBytes) {
    if (receivers < 1 || fileBytes < 1) {
      throw new IllegalArgumentException(
          "receivers: %d, fileBytes: %d (expected: >= 1)".formatted(receivers, fileBytes));
    }
    this.receivers = receivers;
    this.fileBytes = fileBytes;
    this.pieceBytes = SwarmSettings.pieceBytesFor(fileBytes);
  }

  /** A file goes from one source to so many receivers, over 40 Gbit/s and 75 us. */
  public static Scenario deploy(int receivers, long fileBytes) {
    return new Scenario(receivers, fileBytes);
  }

  /** Another piece size than the product's rule gives. */
  public Scenario pieceBytes(int bytes) {
    pieceBytes = bytes;
    return this;
  }

  /** So many files of the same size (the last a little longer) rather than one. */
  public Scenario files(int count) {
    if (count < 1 || count > fileBytes) {
      throw new IllegalArgumentException("files: %d (expected: 1..%d)".formatted(count, fileBytes));
    }
    files = count;
    return this;
  }

  /** Another network. */
  public Scenario network(NetworkSettings other) {
    network = other;
    return this;
  }

  /** Changes settings of every swarm after the product's rule has made them. */
  public Scenario settings(UnaryOperator<SwarmSettings> change) {
    settings = change;
    return this;
  }

  /** Changes one machine. */
  public Scenario machine(int machine, UnaryOperator<MachineSpec> change) {
    changes.add(new Change(machine, change));
    return this;
  }

  /** Changes all receivers. */
  public Scenario everyReceiver(UnaryOperator<MachineSpec> change) {
    for (int i = 1; i <= receivers; i++) {
      machine(i, change);
    }
    return this;
  }

  /** Adds a machine that is not one of the N receivers. */
  public Scenario add(Role role) {
    additions.add(machine -> machine.withRole(role));
    return this;
  }

  /** Puts the receivers into so many racks, in blocks of neighbouring numbers. */
  public Scenario racks(int racks) {
    for (int i = 1; i <= receivers; i++) {
      int rack = (int) ((long) (i - 1) * racks / receivers);
      machine(i, machine -> machine.withRack(rack));
    }
    return this;
  }

  /**
   * What the machines of each rack may move together to and from others, each way, divided as a
   * coordinator does it. The racks' uplinks need a rate of their own, too.
   */
  public Scenario rackCap(long bytesPerSecond) {
    rackCapBytesPerSecond = bytesPerSecond;
    return this;
  }

  /** 0 for none. */
  long rackCapBytesPerSecond() {
    return rackCapBytesPerSecond;
  }

  /** Something goes wrong. */
  public Scenario when(Trigger trigger, Fault fault) {
    orders.add(new Order(trigger, fault));
    return this;
  }

  /** Everything random follows from it. */
  public Scenario seed(long number) {
    seed = number;
    return this;
  }

  /** Virtual time after which the run is over and whoever has not finished never will. */
  public Scenario limitNanos(long nanos) {
    limitNanos = nanos;
    return this;
  }

  /** Writes every event and effect as a line; for small runs. */
  public Scenario trace(Consumer<String> consumer) {
    lines = consumer;
    return this;
  }

  /**
   * Runs it.
   *
   * @throws CheckViolation when a checker saw what must never happen
   */
  public SimulationResult run() {
    return new Simulation(this).run();
  }

  /** The least time in which it can be done ({@link Bound}). */
  public long boundNanos() {
    List<MachineSpec> specs = machines();
    long lastJoin = 0;
    for (int i = 1; i <= receivers; i++) {
      lastJoin = Math.max(lastJoin, specs.get(i).joinNanos());
    }
    return Bound.nanos(
        fileBytes,
        geometry().pieceCount(),
        receivers,
        network.linkBytesPerSecond(),
        specs.getFirst().sendBytesPerSecond(),
        lastJoin);
  }

  /**
   * Whether a coordinator says who is a neighbour whenever a machine comes. Away, every machine
   * knows all its neighbours from the start and hears nothing afterwards.
   */
  public Scenario coordinatorAway(boolean away) {
    coordinatorAway = away;
    return this;
  }

  /** Puts something between drivers and production swarms; only tests plant bugs there. */
  Scenario brains(Function<SwarmSetup, Brain> other) {
    brains = other;
    return this;
  }

  Function<SwarmSetup, Brain> brains() {
    return brains;
  }

  boolean isCoordinatorAway() {
    return coordinatorAway;
  }

  /** Lets a machine run something else, whatever its role says. */
  Scenario program(int machine, BiFunction<Simulation, Machine, Program> program) {
    programs.put(machine, program);
    return this;
  }

  @Nullable BiFunction<Simulation, Machine, Program> programOf(Machine machine) {
    return programs.get(machine.id());
  }

  int receivers() {
    return receivers;
  }

  long fileBytes() {
    return fileBytes;
  }

  long seed() {
    return seed;
  }

  NetworkSettings network() {
    return network;
  }

  List<Order> orders() {
    return orders;
  }

  @Nullable Consumer<String> lines() {
    return lines;
  }

  PieceGeometry geometry() {
    long[] lengths = new long[files];
    Arrays.fill(lengths, fileBytes / files);
    lengths[files - 1] = fileBytes - fileBytes / files * (files - 1);
    return new PieceGeometry(pieceBytes, lengths);
  }

  /** The limit that was set, or twenty bounds and a minute. */
  long limitNanos() {
    return limitNanos > 0 ? limitNanos : 20 * boundNanos() + 60 * SECOND_IN_NANOS;
  }

  List<MachineSpec> machines() {
    List<MachineSpec> specs = new ArrayList<>();
    for (int i = 0; i <= receivers; i++) {
      Role role = i == 0 ? Role.SOURCE : Role.RECEIVER;
      specs.add(MachineSpec.of(role, network.linkBytesPerSecond()));
    }
    for (var addition : additions) {
      specs.add(addition.apply(MachineSpec.of(Role.SEED, network.linkBytesPerSecond())));
    }
    for (Change change : changes) {
      specs.set(change.machine(), change.change().apply(specs.get(change.machine())));
    }
    return specs;
  }

  SwarmSettings settingsOf(MachineSpec spec) {
    SwarmSettings rule =
        SwarmSettings.forTransfer(pieceBytes, network.linkBytesPerSecond(), network.oneWayNanos());
    if (network.rackBytesPerSecond() > 0 && spec.rack() >= 0) {
      rule = rule.withRack("rack-" + spec.rack());
    }
    return settings.apply(rule).withFirstPass(spec.role() == Role.SOURCE);
  }
}
