package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.DiskFault;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmNotice;
import io.seedfall.swarm.SwarmProgress;
import io.seedfall.swarm.SwarmSetup;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drives one production {@link io.seedfall.swarm.Swarm} as a node does: one event, then all its
 * effects, then the timer. Its disk decides which blocks are stored, by what the swarm expects from
 * whom.
 */
final class SwarmDriver implements Program {
  private static final int NOBODY = -1;
  private static final SwarmEvent TIME_ADVANCED = new SwarmEvent.TimeAdvanced();

  private final Simulation simulation;
  private final Machine machine;
  private final SimulatedDisk disk;
  private final Trace trace;
  private final PeerChecks checks;
  private final Brain swarm;
  private final List<Endpoint> neighbours;
  private final int[] expectedFrom;
  private @Nullable DiskFault reported;

  SwarmDriver(
      Simulation simulation,
      Machine machine,
      SwarmSetup setup,
      SimulatedDisk disk,
      List<Endpoint> neighbours) {
    this.simulation = simulation;
    this.machine = machine;
    this.disk = disk;
    this.trace = simulation.trace();
    this.checks = new PeerChecks(machine, disk, setup.settings(), simulation);
    this.swarm = simulation.brain(setup);
    this.neighbours = neighbours;
    this.expectedFrom = new int[setup.geometry().pieceCount()];
    Arrays.fill(expectedFrom, NOBODY);
  }

  SwarmProgress progress() {
    return swarm.progress();
  }

  /** The disk failed although nothing was being written: the content is not what it was. */
  void contentChanged() {
    reportDisk();
  }

  /** The coordinator says who its neighbours are now. */
  void neighboursChanged(List<Endpoint> current) {
    turn(new SwarmEvent.NeighboursChanged(current));
  }

  /** {@link EventKind#PIECE_CHECKED}. */
  void pieceChecked(int piece) {
    if (machine.programOrNull() != this) {
      return;
    }
    if (disk.leavesWritten(piece) != disk.leaves(piece)) {
      throw new CheckViolation(
          "a piece is verified when it is whole",
          machine.id(),
          machine.now(),
          "piece %d: %d of %d leaves"
              .formatted(piece, disk.leavesWritten(piece), disk.leaves(piece)));
    }
    if (!disk.verify(piece)) {
      turn(new SwarmEvent.PieceRejected(piece));
      return;
    }
    simulation.pieceVerified(machine, piece, disk.verified());
    turn(new SwarmEvent.PieceVerified(piece));
    if (disk.verified().isFull()) {
      machine.finished();
    }
  }

  /* --------------- what happens --------------- */

  @Override
  public void started() {
    turn(new SwarmEvent.NeighboursChanged(neighbours));
    if (disk.verified().isFull()) {
      machine.finished();
    }
  }

  @Override
  public void connected(int slot, PeerFacts facts) {
    checks.connected(slot);
    turn(new SwarmEvent.PeerConnected(slot, facts));
  }

  @Override
  public void connectFailed(Endpoint remote) {
    turn(new SwarmEvent.ConnectFailed(remote));
  }

  @Override
  public void lost(int slot, Reason reason) {
    checks.lost(slot);
    for (int piece = 0; piece < expectedFrom.length; piece++) {
      if (expectedFrom[piece] == slot) {
        expectedFrom[piece] = NOBODY;
      }
    }
    turn(new SwarmEvent.PeerLost(slot, reason));
  }

  @Override
  public void heard(int slot, PeerMessage message) {
    checks.heard(slot, message);
    turn(new SwarmEvent.PeerSpoke(slot, message));
  }

  @Override
  public void blockArrived(int slot, Block block, boolean corrupt) {
    if (expectedFrom[block.piece()] != slot || reported != null) {
      turn(new SwarmEvent.BlockDropped(slot, block));
      return;
    }
    if (disk.fault() != null) {
      reportDisk();
      turn(new SwarmEvent.BlockDropped(slot, block));
      return;
    }
    disk.store(block, corrupt);
    turn(new SwarmEvent.BlockStored(slot, block));
  }

  @Override
  public void blockSent(int slot, Block block) {
    checks.sent(slot, block);
    turn(new SwarmEvent.BlockSent(slot, block));
  }

  @Override
  public void woken() {
    if (swarm.nextDeadlineNanos() <= machine.now()) {
      turn(TIME_ADVANCED);
    } else {
      machine.wakeAt(swarm.nextDeadlineNanos());
    }
  }

  @Override
  public Greeting greeting() {
    return Greeting.MODERN;
  }

  private void reportDisk() {
    var fault = disk.fault();
    // A full disk may turn out to be one whose file changed: then what is there is not served
    // either.
    if (fault != null && fault != reported && reported != DiskFault.CONTENT_CHANGED) {
      reported = fault;
      turn(new SwarmEvent.DiskFailed(fault));
    }
  }

  /* --------------- what it does --------------- */

  private void turn(SwarmEvent event) {
    long now = machine.now();
    checks.turnBegins(event instanceof SwarmEvent.TimeAdvanced);
    trace.event(now, machine, event);
    swarm.handle(event, now);
    for (var effect = swarm.pollEffect(); effect != null; effect = swarm.pollEffect()) {
      checks.effect();
      trace.effect(now, machine, effect);
      carryOut(effect);
    }
    checks.turnEnds();
    machine.wakeAt(swarm.nextDeadlineNanos());
  }

  private void carryOut(SwarmEffect effect) {
    switch (effect) {
      case SwarmEffect.Send(int peer, PeerMessage message) -> {
        checks.said(peer, message);
        machine.send(peer, message);
      }
      case SwarmEffect.SendBlock(int peer, Block block) -> {
        checks.sends(peer, block);
        machine.sendBlock(peer, block, false);
      }
      case SwarmEffect.ExpectPiece(int peer, int piece) -> {
        checks.expects(peer, piece);
        expectedFrom[piece] = peer;
      }
      case SwarmEffect.AbandonPiece(int peer, int piece) -> {
        checks.abandons(peer, piece);
        if (expectedFrom[piece] == peer) {
          expectedFrom[piece] = NOBODY;
        }
      }
      case SwarmEffect.VerifyPiece(int piece) -> {
        checks.verifies(piece);
        expectedFrom[piece] = NOBODY;
        simulation.schedule(EventKind.PIECE_CHECKED, simulation.now(), this, piece);
      }
      case SwarmEffect.Connect(Endpoint remote) -> machine.dial(remote);
      case SwarmEffect.Disconnect(int peer, Reason reason) -> {
        checks.disconnecting(peer, reason);
        machine.close(peer, reason);
      }
      case SwarmEffect.ReadHashes unforeseen ->
          throw new IllegalStateException("no hash can be read here: " + unforeseen);
      case SwarmEffect.Report(SwarmNotice notice) -> simulation.noticed(machine, notice);
    }
  }
}
