package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One simulated machine: a card, processors, a disk, the connections that end here, and the program
 * that runs on it, if it is up. Through its methods the program acts on the world.
 */
final class Machine {
  /** Where every machine listens. */
  static final int LISTEN_PORT = 6881;

  private static final int FIRST_EPHEMERAL_PORT = 32_768;
  private static final int EPHEMERAL_PORTS = 28_000;

  private final Simulation simulation;
  private final int id;
  private final MachineSpec spec;
  private final Endpoint listen;
  private final Uplink uplink;
  private final Port downlink;
  private final List<@Nullable Connection> slots = new ArrayList<>();
  private final List<Connection> halfOpen = new ArrayList<>();

  private @Nullable Program program;
  private PeerId peerId;
  private int epoch;
  private long timerAtNanos = Long.MAX_VALUE;
  private long processorsFreeAtNanos;
  private long diskFreeAtNanos;
  private int dials;
  private long diskBytesPerSecond;
  private long clockAheadNanos;
  private long finishedAtNanos = -1;
  private long sentBlockBytes;

  Machine(Simulation simulation, int id, MachineSpec spec, NetworkSettings network) {
    this.simulation = simulation;
    this.id = id;
    this.spec = spec;
    this.listen =
        new Endpoint("10.%d.%d.%d".formatted(id >> 16, id >> 8 & 255, id & 255), LISTEN_PORT);
    this.uplink =
        new Uplink(simulation, spec.sendBytesPerSecond(), simulation.curveOf(spec.role()));
    this.downlink = new Port(spec.receiveBytesPerSecond(), network.portBufferBytes());
    this.peerId = PeerId.random(simulation.random());
    this.diskBytesPerSecond = spec.diskBytesPerSecond();
  }

  /* --------------- what it is --------------- */

  int id() {
    return id;
  }

  MachineSpec spec() {
    return spec;
  }

  Endpoint listen() {
    return listen;
  }

  /** How its rack is called in handshakes, empty when racks do not matter. */
  String rackName() {
    return simulation.network().rackBytesPerSecond() > 0 && spec.rack() >= 0
        ? "rack-" + spec.rack()
        : "";
  }

  PeerId peerId() {
    return peerId;
  }

  Uplink uplink() {
    return uplink;
  }

  Port downlink() {
    return downlink;
  }

  /** What another machine learns of this one in a handshake. */
  PeerFacts facts(Endpoint from, boolean dialled) {
    Program.Greeting greeting = program().greeting();
    return new PeerFacts(from, peerId, dialled, greeting.fast(), greeting.extensions());
  }

  boolean isUp() {
    return program != null;
  }

  Program program() {
    if (program == null) {
      throw new IllegalStateException("machine " + id + " is down (expected: up)");
    }
    return program;
  }

  /** What runs on it, null while it is down. */
  @Nullable Program programOrNull() {
    return program;
  }

  /** When its program had everything, -1 when it has not. */
  long finishedAtNanos() {
    return finishedAtNanos;
  }

  /** Bytes of all blocks that were given to its connections. */
  long sentBlockBytes() {
    return sentBlockBytes;
  }

  int epoch() {
    return epoch;
  }

  /* --------------- what happens to it --------------- */

  /** Starts a program, for the first time or again. */
  void start(Program first) {
    if (program != null) {
      throw new IllegalStateException("machine " + id + " is up (expected: down)");
    }
    if (epoch > 0) {
      peerId = PeerId.random(simulation.random());
    }
    // A machine that is up again answers old connections with a reset.
    halfOpen.forEach(connection -> connection.abandon(sideOf(connection), true));
    halfOpen.clear();
    epoch++;
    finishedAtNanos = -1;
    program = first;
    first.started();
  }

  /** Ends the program; the others notice, or think the connections alive. */
  void kill(boolean noticed) {
    for (Connection connection : slots) {
      if (connection != null) {
        connection.abandon(sideOf(connection), noticed);
        if (!noticed) {
          halfOpen.add(connection);
        }
      }
    }
    slots.clear();
    program = null;
    timerAtNanos = Long.MAX_VALUE;
  }

  /** Takes in a connection and gives it a slot. */
  void connectionMade(Connection connection, int side, PeerFacts remote) {
    int slot = slots.indexOf(null);
    if (slot < 0) {
      slot = slots.size();
      slots.add(null);
    }
    slots.set(slot, connection);
    connection.takeSlot(side, slot);
    program().connected(slot, remote);
  }

  void connectionLost(int slot, Reason reason) {
    program().lost(slot, reason);
    slots.set(slot, null);
  }

  /** {@link EventKind#TIMER}; out-dated ones are passed over. */
  void timer(int setInEpoch) {
    if (setInEpoch == epoch && program != null && simulation.now() == timerAtNanos) {
      timerAtNanos = Long.MAX_VALUE;
      program.woken();
    }
  }

  void finished() {
    if (finishedAtNanos < 0) {
      finishedAtNanos = simulation.now();
      simulation.machineChanged();
    }
  }

  /** Its disk writes at another rate, 0 for no bound. */
  void diskBytesPerSecond(long rate) {
    diskBytesPerSecond = rate;
  }

  /** Its clock jumps forward, and whatever was due meanwhile is late. */
  void jumpClock(long nanos) {
    clockAheadNanos += nanos;
    if (program != null) {
      wakeAt(now());
    }
  }

  /** The connections that have a slot here, and holes. */
  List<@Nullable Connection> connections() {
    return slots;
  }

  /** When a block that is read now is hashed and written. */
  long storedAtNanos(int bytes) {
    long done = simulation.now();
    if (spec.hashBytesPerSecond() > 0) {
      processorsFreeAtNanos =
          Math.max(done, processorsFreeAtNanos) + nanos(bytes, spec.hashBytesPerSecond());
      done = processorsFreeAtNanos;
    }
    if (diskBytesPerSecond > 0) {
      diskFreeAtNanos = Math.max(done, diskFreeAtNanos) + nanos(bytes, diskBytesPerSecond);
      done = diskFreeAtNanos;
    }
    return done;
  }

  /* --------------- what its program does --------------- */

  /** What its own clock says. */
  long now() {
    return simulation.now() + clockAheadNanos;
  }

  void send(int slot, PeerMessage message) {
    Connection connection = connection(slot);
    int side = sideOf(connection);
    if (connection.isOpen(side)) {
      connection.lane(side).send(message);
    }
  }

  void sendBlock(int slot, Block block, boolean corrupt) {
    Connection connection = connection(slot);
    int side = sideOf(connection);
    if (connection.isOpen(side)) {
      sentBlockBytes += block.length();
      connection.lane(side).sendBlock(corrupt ? new Frame.Corrupt(block) : block);
    }
  }

  void dial(Endpoint remote) {
    simulation.dial(this, remote);
  }

  void close(int slot, Reason reason) {
    Connection connection = connection(slot);
    connection.close(sideOf(connection), reason);
  }

  /** Reads nothing more from that connection. */
  void stopReading(int slot) {
    Connection connection = connection(slot);
    connection.lane(1 - sideOf(connection)).pause();
  }

  /** Wants {@link Program#woken} at that time; it may come earlier as well. */
  void wakeAt(long nanos) {
    if (nanos != Long.MAX_VALUE && nanos - clockAheadNanos < timerAtNanos) {
      timerAtNanos = Math.max(nanos - clockAheadNanos, simulation.now());
      simulation.schedule(EventKind.TIMER, timerAtNanos, this, epoch);
    }
  }

  /** The machine at the other end. */
  Machine remote(int slot) {
    Connection connection = connection(slot);
    return connection.machine(1 - sideOf(connection));
  }

  /** The connection between this machine and another one, or null. */
  @Nullable Connection connectionTo(Machine other) {
    for (Connection connection : slots) {
      if (connection != null && connection.machine(1 - sideOf(connection)) == other) {
        return connection;
      }
    }
    return null;
  }

  private Connection connection(int slot) {
    Connection connection = slot < slots.size() ? slots.get(slot) : null;
    if (connection == null) {
      throw new IllegalStateException("machine " + id + ": slot " + slot + " is free");
    }
    return connection;
  }

  private int sideOf(Connection connection) {
    return connection.machine(0) == this ? 0 : 1;
  }

  /** Where its next dial comes from. */
  Endpoint ephemeral() {
    return new Endpoint(listen.address(), FIRST_EPHEMERAL_PORT + dials++ % EPHEMERAL_PORTS);
  }

  private static long nanos(int bytes, long bytesPerSecond) {
    return Math.round(bytes * 1e9 / bytesPerSecond);
  }

  @Override
  public String toString() {
    return "machine " + id;
  }
}
