package io.seedfall.swarm;

import io.seedfall.protocol.PeerId;
import java.util.LinkedHashMap;

/**
 * Who let us ask and sent nothing, also after the connection ended: each time in a row doubles the
 * time for which the peer is asked nothing. Otherwise two such peers can pass the last piece to and
 * fro for ever, because whoever has little to do grants first when it is free.
 */
final class Strikes {
  /** Peers that are remembered; the oldest is forgotten first. */
  static final int PEERS_MAX = 1024;

  /** After so many strikes the time doubles no more. */
  static final int DOUBLINGS_MAX = 8;

  private record Strike(int count, long untilNanos) {}

  private final LinkedHashMap<PeerId, Strike> strikes = new LinkedHashMap<>();
  private final long firstNanos;

  /** With the time that the first strike costs. */
  Strikes(long firstNanos) {
    this.firstNanos = firstNanos;
  }

  /** One more; returns until when the peer is asked nothing. */
  long add(PeerId peer, long nowNanos) {
    Strike last = strikes.remove(peer);
    if (last == null && strikes.size() == PEERS_MAX) {
      strikes.pollFirstEntry();
    }
    int count = last == null ? 0 : last.count();
    long untilNanos = nowNanos + (firstNanos << Math.min(count, DOUBLINGS_MAX));
    strikes.put(peer, new Strike(count + 1, untilNanos));
    return untilNanos;
  }

  /** Until when a peer that comes (again) is asked nothing. */
  long untilNanos(PeerId peer) {
    Strike last = strikes.get(peer);
    return last == null ? Long.MIN_VALUE : last.untilNanos();
  }

  /** It delivered. */
  void forgive(PeerId peer) {
    strikes.remove(peer);
  }
}
