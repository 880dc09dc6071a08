package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit hash over every event and effect of every peer with its time, and on request the same as
 * text (docs/simulation.md says how to read it).
 */
final class Trace {
  private final @Nullable Consumer<String> lines;
  private final MessageCounts counts = new MessageCounts();
  private final TraceHash hash = new TraceHash();
  private long events;

  Trace(@Nullable Consumer<String> lines) {
    this.lines = lines;
  }

  long hash() {
    return hash.value();
  }

  /** How many events all swarms together handled. */
  long events() {
    return events;
  }

  MessageCounts counts() {
    return counts;
  }

  void event(long nowNanos, Machine machine, SwarmEvent event) {
    events++;
    hash.add(nowNanos);
    hash.add(machine.id());
    switch (event) {
      case SwarmEvent.PeerSpoke(int peer, PeerMessage message) -> {
        hash.add(TraceHash.tag(1, peer));
        hash.add(message);
      }
      case SwarmEvent.BlockStored(int peer, Block block) -> hash.add(2, peer, block);
      case SwarmEvent.BlockDropped(int peer, Block block) -> hash.add(3, peer, block);
      case SwarmEvent.BlockSent(int peer, Block block) -> hash.add(4, peer, block);
      case SwarmEvent.PieceVerified(int piece) -> hash.add(TraceHash.tag(5, piece));
      case SwarmEvent.TimeAdvanced _ -> hash.add(6);
      case SwarmEvent.PieceRejected(int piece) -> hash.add(TraceHash.tag(7, piece));
      case SwarmEvent.PeerConnected(int peer, var facts) -> {
        hash.add(TraceHash.tag(8, peer));
        hash.add(facts.remote());
        hash.add(Arrays.hashCode(facts.id().toBytes()));
      }
      case SwarmEvent.WebSeedConnected(int peer, var id) -> {
        hash.add(TraceHash.tag(15, peer));
        hash.add(Arrays.hashCode(id.toBytes()));
      }
      case SwarmEvent.PeerLost(int peer, var reason) -> {
        hash.add(TraceHash.tag(9, peer));
        hash.add(reason.name());
      }
      case SwarmEvent.ConnectFailed(Endpoint remote) -> {
        hash.add(10);
        hash.add(remote);
      }
      case SwarmEvent.NeighboursChanged(var neighbours) -> {
        hash.add(11);
        neighbours.forEach(hash::add);
      }
      case SwarmEvent.PeersLearnt(var peers, var source) -> {
        hash.add(13);
        peers.forEach(hash::add);
        hash.add(source.name());
      }
      case SwarmEvent.HashesRead(int peer, var request, var _) ->
          hash.add(14, peer, new Block(request.baseLayer(), request.index(), request.length()));
      case SwarmEvent.DiskFailed(var fault) -> {
        hash.add(12);
        hash.add(fault.name());
      }
    }
    if (lines != null) {
      lines.accept(TraceLine.of(nowNanos, machine, event));
    }
  }

  void effect(long nowNanos, Machine machine, SwarmEffect effect) {
    switch (effect) {
      case SwarmEffect.Send(int peer, PeerMessage message) -> {
        counts.count(message);
        hash.add(TraceHash.tag(33, peer));
        hash.add(message);
      }
      case SwarmEffect.SendBlock(int peer, Block block) -> {
        counts.countBlock();
        hash.add(34, peer, block);
      }
      case SwarmEffect.ExpectPiece(int peer, int piece) -> hash.add(TraceHash.tag(35, peer), piece);
      case SwarmEffect.AbandonPiece(int peer, int piece) ->
          hash.add(TraceHash.tag(36, peer), piece);
      case SwarmEffect.VerifyPiece(int piece) -> hash.add(TraceHash.tag(37, piece));
      case SwarmEffect.ReadHashes(int peer, var request) ->
          hash.add(40, peer, new Block(request.baseLayer(), request.index(), request.length()));
      case SwarmEffect.Connect(Endpoint remote) -> {
        hash.add(38);
        hash.add(remote);
      }
      case SwarmEffect.Disconnect(int peer, var reason) -> {
        hash.add(TraceHash.tag(39, peer));
        hash.add(reason.name());
      }
      case SwarmEffect.Report(var notice) -> hash.add(TraceLine.name(notice));
    }
    if (lines != null) {
      lines.accept(TraceLine.of(nowNanos, machine, effect));
    }
  }
}
