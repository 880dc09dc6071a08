package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.ExchangedPeer;
import io.seedfall.protocol.wire.PeerMessage.PeerExchange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Peer exchange (BEP 11): tells peers whom else we are connected to, and hears whom they know.
 * Nothing of it happens where peers come from a coordinator, or of a private torrent (BEP 27).
 *
 * <p>Each peer is told only what changed since its last message, at most once a minute. Whoever
 * speaks more often than that is passed over, not cut off: clients differ in what they count.
 */
final class PeerGossip {
  /** So often a peer is told what changed, and no more often (BEP 11). */
  static final long SAY_NANOS = 60_000_000_000L;

  /** What comes sooner after the last message of the same peer is passed over. */
  static final long HEAR_NANOS = SAY_NANOS / 2;

  /** What one peer has been told of, and not that it is gone. */
  static final int TOLD_MAX = 200;

  /** What has passed between one peer and us. */
  static final class Side {
    private final LinkedHashSet<Endpoint> told = new LinkedHashSet<>();
    private long sayNanos = Long.MIN_VALUE;
    private long hearNanos = Long.MIN_VALUE;
  }

  private final SwarmSettings settings;
  private final PiecePicker picker;
  private final Neighbourhood neighbourhood;
  private final Effects effects;

  PeerGossip(
      SwarmSettings settings, PiecePicker picker, Neighbourhood neighbourhood, Effects effects) {
    this.settings = settings;
    this.picker = picker;
    this.neighbourhood = neighbourhood;
    this.effects = effects;
  }

  /** Whether we take part, which our extension handshake says. */
  boolean takesPart() {
    return settings.peerSources() == PeerSources.EVERYWHERE;
  }

  /** A peer names peers; whoever has everything needs no seeds. */
  void heard(PeerSession from, List<ExchangedPeer> added, long nowNanos) {
    Side side = from.gossip();
    if (!takesPart() || nowNanos < side.hearNanos) {
      return;
    }
    side.hearNanos = nowNanos + HEAR_NANOS;
    ArrayList<Endpoint> of = new ArrayList<>();
    for (ExchangedPeer peer : added.subList(0, Math.min(added.size(), PeerExchange.SAID_MAX))) {
      if (!peer.isSeed() || !picker.isComplete()) {
        of.add(peer.endpoint());
      }
    }
    neighbourhood.learnt(of, nowNanos);
  }

  /** Tells everybody whose time has come what changed. */
  void say(List<PeerSession> all, long nowNanos) {
    if (!takesPart()) {
      return;
    }
    for (PeerSession to : all) {
      if (to.isExchangingPeers() && !to.isGreeting() && nowNanos >= to.gossip().sayNanos) {
        PeerExchange news = news(to, all);
        if (!news.added().isEmpty() || !news.dropped().isEmpty()) {
          to.gossip().sayNanos = nowNanos + SAY_NANOS;
          effects.send(to, news, nowNanos);
        }
      }
    }
  }

  private static PeerExchange news(PeerSession to, List<PeerSession> all) {
    LinkedHashSet<Endpoint> told = to.gossip().told;
    LinkedHashSet<Endpoint> here = new LinkedHashSet<>();
    ArrayList<ExchangedPeer> added = new ArrayList<>();
    for (PeerSession other : all) {
      Endpoint endpoint = other.endpoint();
      if (other == to || other.isGreeting() || !other.isListening()) {
        continue;
      }
      here.add(endpoint);
      if (added.size() < PeerExchange.SAID_MAX && told.size() < TOLD_MAX && told.add(endpoint)) {
        int seed = other.has().isFull() ? ExchangedPeer.SEED : 0;
        int reachable = other.facts().dialled() ? ExchangedPeer.REACHABLE : 0;
        added.add(new ExchangedPeer(endpoint, seed | reachable));
      }
    }
    ArrayList<Endpoint> dropped = new ArrayList<>();
    for (Endpoint endpoint : told) {
      if (dropped.size() < PeerExchange.SAID_MAX && !here.contains(endpoint)) {
        dropped.add(endpoint);
      }
    }
    dropped.forEach(told::remove);
    return new PeerExchange(added, dropped);
  }
}
