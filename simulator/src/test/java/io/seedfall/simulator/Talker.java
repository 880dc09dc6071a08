package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/** A program for tests of the network: writes down what happens to it, and when. */
final class Talker extends WirePeer {
  /** One thing that happened. */
  record Happened(long nanos, int slot, Object what) {}

  private final List<Happened> log = new ArrayList<>();
  private final List<Machine> dials = new ArrayList<>();
  private ObjIntConsumer<Machine> greeting = (machine, slot) -> {};
  private int finishesAfter = Integer.MAX_VALUE;

  Talker(Machine machine) {
    super(machine);
  }

  /** Dials those when it starts. */
  Talker dials(Machine... remotes) {
    dials.addAll(List.of(remotes));
    return this;
  }

  /** Does this with every new connection. */
  Talker greets(ObjIntConsumer<Machine> what) {
    greeting = what;
    return this;
  }

  /** Has everything that it wants after so many blocks. */
  Talker finishesAfterBlocks(int blocks) {
    finishesAfter = blocks;
    return this;
  }

  List<Happened> log() {
    return log;
  }

  List<Happened> all(Class<?> kind) {
    return log.stream().filter(entry -> kind.isInstance(entry.what())).toList();
  }

  private void note(int slot, Object what) {
    log.add(new Happened(machine().now(), slot, what));
  }

  @Override
  public void started() {
    dials.forEach(remote -> machine().dial(remote.listen()));
  }

  @Override
  public void connected(int slot, PeerFacts facts) {
    note(slot, facts);
    greeting.accept(machine(), slot);
  }

  @Override
  public void lost(int slot, Reason reason) {
    note(slot, reason);
  }

  @Override
  public void heard(int slot, PeerMessage message) {
    note(slot, message);
  }

  @Override
  public void blockArrived(int slot, Block block, boolean corrupt) {
    note(slot, block);
    if (all(Block.class).size() == finishesAfter) {
      machine().finished();
    }
  }

  @Override
  public void blockSent(int slot, Block block) {
    note(slot, new Sent(block));
  }

  /** A block of ours is in the send buffer. */
  record Sent(Block block) {}
}
