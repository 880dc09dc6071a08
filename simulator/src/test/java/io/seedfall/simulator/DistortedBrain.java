package io.seedfall.simulator;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmProgress;
import io.seedfall.swarm.SwarmSetup;
import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A production swarm behind a seam at which a bug is planted: a subclass changes events on their
 * way in or effects on their way out. This one passes on everything, and knows who said to have
 * what.
 */
class DistortedBrain implements Brain {
  private final SwarmSetup setup;
  private final Brain production;
  private final ArrayDeque<SwarmEffect> effects = new ArrayDeque<>();
  private final TreeMap<Integer, PieceSet> saidBySlot = new TreeMap<>();
  private long nowNanos;

  DistortedBrain(SwarmSetup setup) {
    this.setup = setup;
    this.production = Brain.production(setup);
  }

  /** What the swarm hears of an event; null for nothing. */
  @Nullable SwarmEvent in(SwarmEvent event) {
    return event;
  }

  /** What the driver gets of an effect: whatever is given to {@link #emit}. */
  void out(SwarmEffect effect) {
    emit(effect);
  }

  final void emit(SwarmEffect effect) {
    effects.add(effect);
  }

  /** Tells the swarm something beside what the driver tells it. */
  final void tell(SwarmEvent event) {
    production.handle(event, nowNanos);
    for (var effect = production.pollEffect(); effect != null; effect = production.pollEffect()) {
      out(effect);
    }
  }

  final SwarmSetup setup() {
    return setup;
  }

  final long nowNanos() {
    return nowNanos;
  }

  /** The open connections and what each said to have. */
  final NavigableMap<Integer, PieceSet> said() {
    return saidBySlot;
  }

  /** What the peer of an open connection said to have; nothing when it is lost. */
  final PieceSet saidBy(int slot) {
    PieceSet said = saidBySlot.get(slot);
    return said == null ? new PieceSet(setup.geometry().pieceCount()) : said;
  }

  @Override
  public final void handle(SwarmEvent event, long now) {
    nowNanos = now;
    listen(event);
    SwarmEvent passed = in(event);
    if (passed != null) {
      tell(passed);
    }
    if (event instanceof SwarmEvent.PeerLost(int slot, var _)) {
      saidBySlot.remove(slot);
    }
  }

  private void listen(SwarmEvent event) {
    if (event instanceof SwarmEvent.PeerConnected(int slot, var _)) {
      saidBySlot.put(slot, new PieceSet(setup.geometry().pieceCount()));
    }
    if (event instanceof SwarmEvent.PeerSpoke(int slot, PeerMessage message)) {
      PieceSet said = saidBySlot.get(slot);
      if (said == null) {
        return;
      }
      switch (message) {
        case PeerMessage.Have(int piece) -> said.add(piece);
        case PeerMessage.Haves(int[] pieces) -> {
          for (int piece : pieces) {
            said.add(piece);
          }
        }
        case PeerMessage.Offer(int piece) -> said.add(piece);
        case PeerMessage.HaveAll _, PeerMessage.Complete _ -> said.addAll();
        case PeerMessage.Bitfield(byte[] bits) ->
            saidBySlot.put(slot, PieceSet.ofBitfield(bits, setup.geometry().pieceCount()));
        default -> {
          // Nothing about pieces.
        }
      }
    }
  }

  @Override
  public final @Nullable SwarmEffect pollEffect() {
    return effects.poll();
  }

  @Override
  public final long nextDeadlineNanos() {
    return production.nextDeadlineNanos();
  }

  @Override
  public final SwarmProgress progress() {
    return production.progress();
  }
}
