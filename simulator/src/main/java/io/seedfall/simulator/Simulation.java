package io.seedfall.simulator;

import io.seedfall.planner.NeighbourGraph;
import io.seedfall.planner.PlannerSettings;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.swarm.SwarmNotice;
import io.seedfall.swarm.SwarmSettings;
import io.seedfall.swarm.SwarmSetup;
import io.seedfall.swarm.TorrentKnowledge;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A whole data centre in one thread: one clock, one queue of events, the machines and the network
 * between them. Everything random is drawn from the scenario's seed.
 */
final class Simulation {
  private final Scenario scenario;
  private final NetworkSettings network;
  private final PieceGeometry geometry;
  private final SplittableRandom random;
  private final EventQueue queue = new EventQueue();
  private final Trace trace;
  private final int blockBytes;
  private final List<Machine> machines = new ArrayList<>();
  private final List<SimulatedDisk> disks = new ArrayList<>();
  private final List<List<Endpoint>> neighbours = new ArrayList<>();
  private final TreeMap<Endpoint, Machine> listeners = new TreeMap<>();
  private final List<Port> rackUplinks = new ArrayList<>();
  private final List<Port> rackDownlinks = new ArrayList<>();
  private final @Nullable RackCap rackCap;
  private final BusyCurve receiversBusy = new BusyCurve();
  private final BusyCurve othersBusy = new BusyCurve();
  private final Orders orders;
  private final Partitions partitions;
  private @Nullable BitSet core;
  private long limitNanos;
  private long now;
  private boolean recount = true;
  private int bans;
  private int stalls;

  Simulation(Scenario scenario) {
    this.scenario = scenario;
    this.network = scenario.network();
    this.geometry = scenario.geometry();
    this.random = new SplittableRandom(scenario.seed());
    this.trace = new Trace(scenario.lines());
    this.orders = new Orders(this, scenario.orders(), geometry.pieceCount());
    List<MachineSpec> specs = scenario.machines();
    this.blockBytes = scenario.settingsOf(specs.getFirst()).blockBytes();
    for (MachineSpec spec : specs) {
      Machine machine = new Machine(this, machines.size(), spec, network);
      machines.add(machine);
      listeners.put(machine.listen(), machine);
      disks.add(new SimulatedDisk(geometry, beginning(spec)));
      addRack(spec.rack());
    }
    this.rackCap =
        scenario.rackCapBytesPerSecond() == 0
            ? null
            : new RackCap(scenario.rackCapBytesPerSecond(), machines, network);
    drawNeighbours();
    this.partitions = new Partitions(machines);
    this.limitNanos = scenario.limitNanos();
  }

  /** As the planner does it: those who begin with the file are its holders. */
  private void drawNeighbours() {
    List<Machine> holders = new ArrayList<>();
    List<Machine> receivers = new ArrayList<>();
    for (Machine machine : machines) {
      neighbours.add(new ArrayList<>());
      (machine.spec().role().beginsComplete() ? holders : receivers).add(machine);
    }
    NeighbourGraph graph =
        PlannerSettings.DEFAULTS.graph(random.nextLong(), racks(receivers), geometry.pieceBytes());
    for (int i = 0; i < receivers.size(); i++) {
      for (int peer : graph.peersOf(i)) {
        neighbours.get(receivers.get(i).id()).add(receivers.get(peer).listen());
      }
    }
    for (int i = 0; i < holders.size(); i++) {
      for (int served : graph.servedBy(i)) {
        neighbours.get(holders.get(i).id()).add(receivers.get(served).listen());
        neighbours.get(receivers.get(served).id()).add(holders.get(i).listen());
      }
    }
  }

  private int[] racks(List<Machine> receivers) {
    return receivers.stream()
        .mapToInt(machine ->
            network.rackBytesPerSecond() > 0 ? machine.spec().rack() : NeighbourGraph.NO_RACK)
        .toArray();
  }

  SimulationResult run() {
    for (Machine machine : machines) {
      long join = machine.spec().joinNanos();
      if (join == 0) {
        start(machine);
      } else {
        orders.at(join, new Fault.Restart(machine.id(), true));
      }
    }
    orders.begin();
    while (!isDone() && queue.next()) {
      now = queue.time();
      if (now > limitNanos) {
        break;
      }
      dispatch();
    }
    Ending ending = new Ending(this, scenario, machines);
    ending.requireEverybodyFinished();
    return ending.result(queue.taken(), rackDownlinks);
  }

  private void dispatch() {
    Object target = queue.target();
    int extra = queue.extra();
    switch (queue.kind()) {
      case UPLINK_DONE -> ((Uplink) target).chunkSent(extra);
      case ARRIVE -> ((Lane) target).arrive(extra);
      case LANDED -> ((Lane) target).landed(extra);
      case LANE_DUE -> ((Lane) target).due();
      case SETTLE -> ((Lane) target).settle();
      case STORED -> ((Lane) target).stored();
      case PIECE_CHECKED -> ((SwarmDriver) target).pieceChecked(extra);
      case TIMER -> ((Machine) target).timer(extra);
      case LOST -> ((Connection) target).lost(extra);
      case DIAL_REACHED -> ((Dial) target).reached();
      case DIAL_ANSWERED -> ((Dial) target).answered();
      case FAULT -> orders.strike((Fault) target, extra);
    }
  }

  private boolean isDone() {
    if (!recount) {
      return false;
    }
    recount = false;
    return !orders.isAnyDue() && machines.stream().noneMatch(this::isAwaited);
  }

  /** Whether the run goes on until that machine has everything. */
  boolean isAwaited(Machine machine) {
    return machine.spec().role().wantsEverything()
        && machine.isUp()
        && machine.finishedAtNanos() < 0
        && disk(machine).fault() == null
        && (core == null || core.get(machine.id()));
  }

  /** Whether only a healed core is to finish. */
  boolean isHealed() {
    return core != null;
  }

  /** {@link Fault.Heal}: draws the core and makes it well. */
  void heal(int receivers, long withinNanos) {
    List<Machine> drawn = new ArrayList<>();
    BitSet well = new BitSet();
    well.set(0);
    for (Machine machine : machines) {
      if (machine.spec().role() == Role.RECEIVER) {
        drawn.add(machine);
      }
    }
    for (int i = 0; i < receivers && !drawn.isEmpty(); i++) {
      well.set(drawn.remove(random.nextInt(drawn.size())).id());
    }
    core = well;
    limitNanos = now + withinNanos;
    partitions.heal(well);
    for (int id = well.nextSetBit(0); id >= 0; id = well.nextSetBit(id + 1)) {
      Machine machine = machine(id);
      if (machine.isUp() && disk(machine).fault() != null) {
        machine.kill(true);
      }
      machine.diskBytesPerSecond(machine.spec().diskBytesPerSecond());
      if (!machine.isUp()) {
        replaceDisk(machine, true);
        start(machine);
      }
    }
  }

  /* --------------- the clock and the queue --------------- */

  long now() {
    return now;
  }

  void schedule(EventKind kind, long dueNanos, Object target, int extra) {
    queue.schedule(kind, dueNanos, target, extra);
  }

  SplittableRandom random() {
    return random;
  }

  /* --------------- what everybody knows --------------- */

  NetworkSettings network() {
    return network;
  }

  PieceGeometry geometry() {
    return geometry;
  }

  /** Block between own peers. */
  int blockBytes() {
    return blockBytes;
  }

  /** Whether there are only a source and receivers. */
  boolean isPeaceful() {
    return machines.stream()
        .map(machine -> machine.spec().role())
        .allMatch(role -> role == Role.SOURCE || role == Role.RECEIVER);
  }

  Trace trace() {
    return trace;
  }

  Machine machine(int id) {
    return machines.get(id);
  }

  SimulatedDisk disk(Machine machine) {
    return disks.get(machine.id());
  }

  /** Where a machine's uplink writes down when it sends blocks. */
  BusyCurve curveOf(Role role) {
    return role == Role.RECEIVER ? receiversBusy : othersBusy;
  }

  /* --------------- the network --------------- */

  /** When what leaves now is at another machine. */
  long arrivalNanos() {
    return arrivalNanos(now, 0);
  }

  /** When what leaves at {@code beginNanos} is there, not before what left before it. */
  long arrivalNanos(long beginNanos, long previousNanos) {
    long jitter = network.jitterNanos() == 0 ? 0 : random.nextLong(network.jitterNanos() + 1);
    return Math.max(beginNanos + network.oneWayNanos() + jitter, previousNanos);
  }

  /** The ports between two machines' cards. */
  Port[] path(Machine from, Machine to) {
    int out = from.spec().rack();
    int in = to.spec().rack();
    List<Port> path = new ArrayList<>();
    if (network.rackBytesPerSecond() > 0 && out != in) {
      if (out >= 0) {
        if (rackCap != null) {
          path.add(rackCap.out(from));
        }
        path.add(rackUplinks.get(out));
      }
      if (in >= 0) {
        path.add(rackDownlinks.get(in));
        if (rackCap != null) {
          path.add(rackCap.in(to));
        }
      }
    }
    path.add(to.downlink());
    return path.toArray(new Port[0]);
  }

  /** The uplinks of the racks, by their numbers. */
  List<Port> rackUplinks() {
    return rackUplinks;
  }

  /** The other direction. */
  List<Port> rackDownlinks() {
    return rackDownlinks;
  }

  private void addRack(int rack) {
    while (network.rackBytesPerSecond() > 0 && rackUplinks.size() <= rack) {
      rackUplinks.add(new Port(network.rackBytesPerSecond(), network.portBufferBytes()));
      rackDownlinks.add(new Port(network.rackBytesPerSecond(), network.portBufferBytes()));
    }
  }

  void dial(Machine from, Endpoint remote) {
    long reached = now + 3 * network.oneWayNanos();
    schedule(EventKind.DIAL_REACHED, reached, new Dial(this, from, remote), 0);
  }

  /** The partitions that stand. */
  Partitions partitions() {
    return partitions;
  }

  /** Whether a dial from there to here, or its answer, does not come through. */
  boolean isCutOff(Machine from, Endpoint to) {
    Machine machine = listeners.get(to);
    return machine != null
        && !(partitions.passes(from, machine) && partitions.passes(machine, from));
  }

  /** Who listens there and is up. */
  @Nullable Machine listenerAt(Endpoint endpoint) {
    Machine machine = listeners.get(endpoint);
    return machine != null && machine.isUp() ? machine : null;
  }

  /* --------------- machines --------------- */

  /** Switches a machine on, with what its disk holds. */
  void start(Machine machine) {
    var other = scenario.programOf(machine);
    machine.start(other == null ? program(machine) : other.apply(this, machine));
    introduce(machine);
    machineChanged();
  }

  /** The coordinator tells the neighbours of a machine that it is there. */
  private void introduce(Machine machine) {
    if (scenario.isCoordinatorAway()) {
      return;
    }
    for (Endpoint neighbour : neighbours.get(machine.id())) {
      Machine other = listeners.get(neighbour);
      if (other != null && other.programOrNull() instanceof SwarmDriver driver) {
        driver.neighboursChanged(knownNeighbours(other));
      }
    }
  }

  /** Those that were there at least once, or all of them when nobody could say that later. */
  private List<Endpoint> knownNeighbours(Machine machine) {
    List<Endpoint> known = new ArrayList<>();
    for (Endpoint neighbour : neighbours.get(machine.id())) {
      Machine other = listeners.get(neighbour);
      if (scenario.isCoordinatorAway() || (other != null && other.epoch() > 0)) {
        known.add(neighbour);
      }
    }
    return known;
  }

  /** What a driver drives. */
  Brain brain(SwarmSetup setup) {
    return scenario.brains().apply(setup);
  }

  private Program program(Machine machine) {
    return switch (machine.spec().role()) {
      case SOURCE, RECEIVER, SEED -> swarm(machine);
      case POISONER -> new FalseSeed(this, machine, FalseSeed.Answer.WRONG_BYTES);
      case STALLER -> new FalseSeed(this, machine, FalseSeed.Answer.SILENCE);
      case LIAR -> new FalseSeed(this, machine, FalseSeed.Answer.REJECT);
      case SILENT_READER -> new SilentReader(this, machine);
      case ANNOUNCER -> new Announcer(this, machine, true);
      case ASKER -> new Announcer(this, machine, false);
      case FOREIGN_SEED -> new ForeignSeed(machine);
      case FOREIGN_LEECH -> new ForeignLeech(this, machine);
    };
  }

  /** A machine that was killed gets a disk with what the journal says. */
  void replaceDisk(Machine machine, boolean journal) {
    PieceSet verified = journal ? disk(machine).verified() : beginning(machine.spec());
    disks.set(machine.id(), new SimulatedDisk(geometry, verified));
  }

  private SwarmDriver swarm(Machine machine) {
    SwarmSettings settings = scenario.settingsOf(machine.spec());
    SwarmSetup setup =
        new SwarmSetup(
            settings,
            geometry,
            disk(machine).verified(),
            machine.peerId(),
            machine.listen(),
            TorrentKnowledge.NONE,
            random.nextLong());
    return new SwarmDriver(this, machine, setup, disk(machine), knownNeighbours(machine));
  }

  private PieceSet beginning(MachineSpec spec) {
    return spec.role().beginsComplete()
        ? PieceSet.full(geometry.pieceCount())
        : new PieceSet(geometry.pieceCount());
  }

  /** Something changed that may end the run. */
  void machineChanged() {
    if (rackCap != null) {
      rackCap.divide(now);
    }
    recount = true;
  }

  void pieceVerified(Machine machine, int piece, PieceSet verified) {
    orders.pieceVerified(machine, piece, verified.cardinality());
  }

  void noticed(Machine machine, SwarmNotice notice) {
    switch (notice) {
      case SwarmNotice.PeerBanned(Endpoint remote, int piece) -> {
        bans++;
        requireDishonest(machine, remote, piece);
      }
      case SwarmNotice.TransferStalled _ -> stalls++;
      case SwarmNotice.Finished _,
          SwarmNotice.FirstPassFinished _,
          SwarmNotice.PeerJoined _,
          SwarmNotice.PeerLeft _,
          SwarmNotice.DiskStopped _ -> {}
    }
  }

  private void requireDishonest(Machine machine, Endpoint remote, int piece) {
    Machine banned = listeners.get(new Endpoint(remote.address(), Machine.LISTEN_PORT));
    if (banned != null && banned.spec().role().isHonest()) {
      throw new CheckViolation(
          "no honest peer is banned", machine.id(), now, banned + " for piece " + piece);
    }
  }

  /** How often a swarm banned a peer. */
  int bans() {
    return bans;
  }

  /** How often a swarm took a piece away from a peer that sent nothing. */
  int stalls() {
    return stalls;
  }

  @Override
  public String toString() {
    return "simulation with seed " + scenario.seed();
  }
}
