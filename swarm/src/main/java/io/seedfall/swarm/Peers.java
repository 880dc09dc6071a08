package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions by slot. A closed one keeps its slot until its driver says that the peer is lost.
 */
final class Peers {
  /** Slots beyond those of open sessions: connections that were refused and are not lost yet. */
  static final int CLOSING_MAX = 1024;

  private final @Nullable PeerSession[] slots;
  private final ArrayList<PeerSession> open = new ArrayList<>();
  private final ArrayList<PeerSession> own = new ArrayList<>();
  private final Standings standings = new Standings();

  Peers(int peersMax) {
    this.slots = new PeerSession[peersMax + CLOSING_MAX];
  }

  void add(PeerSession session) {
    if (slots[session.slot()] != null) {
      throw new IllegalStateException("slot " + session.slot() + " is taken");
    }
    slots[session.slot()] = session;
    standings.begin(session.slot());
    open.add(session);
  }

  void becameOwn(PeerSession session) {
    own.add(session);
    standings.becameOwn(session.slot());
  }

  /** Closes a session; its slot stays taken. */
  void closed(PeerSession session, String why) {
    open.remove(session);
    if (own.remove(session)) {
      standings.noLongerOwn(session.slot());
    }
    session.close(why);
  }

  void remove(int slot) {
    slots[slot] = null;
  }

  /** The session of a slot, open or closed; there must be one. */
  PeerSession any(int slot) {
    PeerSession session = slots[slot];
    if (session == null) {
      throw new IllegalStateException("slot " + slot + " is free");
    }
    return session;
  }

  /** The session of a slot, null when it was closed from here meanwhile. */
  @Nullable PeerSession open(int slot) {
    PeerSession session = any(slot);
    return session.isClosed() ? null : session;
  }

  @Nullable PeerSession withId(PeerId id) {
    for (PeerSession session : open) {
      if (session.facts().id().equals(id)) {
        return session;
      }
    }
    return null;
  }

  @Nullable PeerSession withEndpoint(Endpoint endpoint) {
    for (PeerSession session : open) {
      if (session.endpoint().equals(endpoint)) {
        return session;
      }
    }
    return null;
  }

  /** Every open session. */
  List<PeerSession> all() {
    return open;
  }

  /** What its senders look at for every session. */
  Standings standings() {
    return standings;
  }

  /** The open sessions that speak sf_grant, in the order of {@link Standings#own}. */
  List<PeerSession> own() {
    return own;
  }

  int count() {
    return open.size();
  }

  boolean isEmpty() {
    return open.isEmpty();
  }
}
