package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.ExchangedPeer;
import io.seedfall.protocol.wire.PeerMessage.PeerExchange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Peer exchange (BEP 11): tells peers whom else we are connected to, and hears whom they know.
 * Nothing of it happens where peers come from a coordinator, or of a private torrent (BEP 27).
 *
 * <p>Each peer is told of somebody as soon as there is somebody to tell of, and from then on of
 * what changed since its last message, at most once a minute. Whoever speaks more often than that
 * is passed over, not cut off: clients differ in what they count.
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

    /** The changes among the others that it has been told of, all of them. */
    private long toldChanges;
  }

  private final SwarmSettings settings;
  private final PiecePicker picker;
  private final Neighbourhood neighbourhood;
  private final Effects effects;

  /** How often peers came, went, or told where they listen: nobody is looked for in between. */
  private long changes;

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

  /** A peer came or went, or what we know of one changed. */
  void othersChanged() {
    changes++;
  }

  /** Tells everybody whose time has come what changed. */
  void say(List<PeerSession> all, long nowNanos) {
    if (!takesPart()) {
      return;
    }
    for (PeerSession to : all) {
      if (to.isExchangingPeers() && !to.isGreeting() && isDue(to.gossip(), nowNanos)) {
        PeerExchange news = news(to, all);
        if (!news.added().isEmpty() || !news.dropped().isEmpty()) {
          to.gossip().sayNanos = nowNanos + SAY_NANOS;
          effects.send(to, news, nowNanos);
        }
      }
    }
  }

  private boolean isDue(Side side, long nowNanos) {
    return side.toldChanges < changes && nowNanos >= side.sayNanos;
  }

  private PeerExchange news(PeerSession to, List<PeerSession> all) {
    Side side = to.gossip();
    LinkedHashMap<Endpoint, PeerSession> here = new LinkedHashMap<>();
    for (PeerSession other : all) {
      if (other != to && !other.isGreeting() && other.isListening()) {
        here.put(other.endpoint(), other);
      }
    }
    List<Endpoint> dropped =
        side.told.stream()
            .filter(endpoint -> !here.containsKey(endpoint))
            .limit(PeerExchange.SAID_MAX)
            .toList();
    dropped.forEach(side.told::remove);
    ArrayList<ExchangedPeer> added = new ArrayList<>();
    here.forEach((endpoint, other) -> {
      if (added.size() < PeerExchange.SAID_MAX
          && side.told.size() < TOLD_MAX
          && side.told.add(endpoint)) {
        int seed = other.has().isFull() ? ExchangedPeer.SEED : 0;
        int reachable = other.facts().dialled() ? ExchangedPeer.REACHABLE : 0;
        added.add(new ExchangedPeer(endpoint, seed | reachable));
      }
    });
    if (added.size() < PeerExchange.SAID_MAX && dropped.size() < PeerExchange.SAID_MAX) {
      side.toldChanges = changes;
    }
    return new PeerExchange(added, dropped);
  }
}
