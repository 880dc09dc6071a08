package io.seedfall.swarm;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerSession.ForeignSide;
import java.util.ArrayList;
import java.util.List;

/**
 * Super-seeding (BEP 16) towards clients without sf_grant, while a source in its first pass has
 * nobody of its own kind to deal to. It has said that it has nothing, and reveals single pieces by
 * HAVE, to each client other ones. A client gets a further piece when it has an earlier one and
 * somebody else has that too: it was passed on. So the source sends each piece once, and those who
 * pass nothing on get little.
 *
 * <pre>
 *   REVEALING --every piece is with somebody---> ONE_COPY_IS_OUT
 *       +------nothing has moved for long------> GIVEN_UP: everybody is told everything
 * </pre>
 */
final class SuperSeeding {
  /**
   * Pieces revealed to one client that it has not got and passed on: one that it passes on while it
   * fetches the next, or the link would stand still in between.
   */
  static final int REVEALED_MAX = 2;

  /**
   * When no piece is left that was never revealed, one that has been on its way for so long is
   * revealed to a second client: the first may be paused, or not want it.
   */
  static final long AGAIN_NANOS = 10_000_000_000L;

  /**
   * When nobody has fetched anything or passed anything on for so long, nobody will: it is two
   * rounds of the optimistic unchoke, by which each client serves each other sooner or later (BEP
   * 3).
   */
  static final long STUCK_NANOS = 60_000_000_000L;

  /** Where it stands; a source that does not super-seed has given it up from its beginning. */
  enum State {
    REVEALING,
    ONE_COPY_IS_OUT,
    GIVEN_UP
  }

  /** A piece that was revealed to a client, until it was passed on. */
  record Reveal(int piece, long sinceNanos) {}

  private final PiecePicker picker;
  private final Effects effects;
  private final int pieces;

  /** Revealed to somebody and not passed on. */
  private final PieceSet revealed;

  private State state;
  private int nextFresh;
  private int nextOnlyHere;
  private long movedNanos;

  SuperSeeding(SwarmSettings settings, PiecePicker picker, Effects effects) {
    this.picker = picker;
    this.effects = effects;
    this.pieces = picker.have().pieces();
    this.revealed = new PieceSet(pieces);
    this.state = settings.superSeeds() ? State.REVEALING : State.GIVEN_UP;
  }

  /** A block has gone to a client. */
  void moved(long nowNanos) {
    movedNanos = nowNanos;
  }

  /** Somebody is gone, before its session closes: what only it had or was to get is free again. */
  void lost(PeerSession session) {
    if (session.isForeign()) {
      session.foreign().reveals.forEach(reveal -> revealed.remove(reveal.piece()));
    }
    nextFresh = 0;
    nextOnlyHere = 0;
  }

  /**
   * Reveals what is due, while nobody of our own kind is there.
   *
   * @param sinceNanos since when nobody is
   */
  State step(List<PeerSession> sessions, long sinceNanos, long nowNanos) {
    if (state == State.REVEALING) {
      List<PeerSession> clients = foreign(sessions);
      endReveals(clients, nowNanos);
      if (!isAnyOnlyHere()) {
        enter(State.ONE_COPY_IS_OUT, "somebody has each piece");
      } else if (nowNanos - Math.max(movedNanos, sinceNanos) >= STUCK_NANOS) {
        enter(State.GIVEN_UP, "nothing moves");
      } else {
        reveal(clients, nowNanos);
      }
    }
    return state;
  }

  private void enter(State next, String why) {
    if (state != State.REVEALING) {
      throw new IllegalStateException("super-seeding: %s -> %s (%s)".formatted(state, next, why));
    }
    state = next;
  }

  private static List<PeerSession> foreign(List<PeerSession> sessions) {
    ArrayList<PeerSession> foreign = new ArrayList<>(sessions.size());
    for (PeerSession session : sessions) {
      if (session.isForeign()) {
        foreign.add(session);
      }
    }
    return foreign;
  }

  /** Ends those of pieces that were passed on. */
  private void endReveals(List<PeerSession> clients, long nowNanos) {
    for (PeerSession client : clients) {
      List<Reveal> reveals = client.foreign().reveals;
      for (int i = reveals.size() - 1; i >= 0; i--) {
        int piece = reveals.get(i).piece();
        // Who is alone has nobody to pass it on to.
        if (client.has().contains(piece)
            && (clients.size() == 1 || picker.isHadByTwoPeers(piece))) {
          reveals.remove(i);
          revealed.remove(piece);
          movedNanos = nowNanos;
        }
      }
    }
  }

  private boolean isAnyOnlyHere() {
    while (nextOnlyHere < pieces && picker.isHadByAPeer(nextOnlyHere)) {
      nextOnlyHere++;
    }
    return nextOnlyHere < pieces;
  }

  /** One piece to everybody before anybody gets a second one. */
  private void reveal(List<PeerSession> clients, long nowNanos) {
    for (int most = 1; most <= REVEALED_MAX; most++) {
      for (PeerSession client : clients) {
        ForeignSide side = client.foreign();
        int piece = side.reveals.size() < most ? choose(client, clients, nowNanos) : -1;
        if (piece >= 0) {
          side.reveals.add(new Reveal(piece, nowNanos));
          side.told.add(piece);
          revealed.add(piece);
          effects.send(client, new PeerMessage.Have(piece), nowNanos);
        }
      }
    }
  }

  /** A piece that nobody has and nobody was told of, else one that takes its time, or -1. */
  private int choose(PeerSession to, List<PeerSession> clients, long nowNanos) {
    while (nextFresh < pieces && !isFresh(nextFresh)) {
      nextFresh++;
    }
    for (int piece = nextFresh; piece < pieces; piece++) {
      if (isFresh(piece) && !to.foreign().told.contains(piece)) {
        return piece;
      }
    }
    return longestOnItsWay(to, clients, nowNanos - AGAIN_NANOS);
  }

  private boolean isFresh(int piece) {
    return !revealed.contains(piece) && !picker.isHadByAPeer(piece);
  }

  private int longestOnItsWay(PeerSession to, List<PeerSession> clients, long latestNanos) {
    int longest = -1;
    long longestSinceNanos = latestNanos;
    for (PeerSession client : clients) {
      for (Reveal reveal : client.foreign().reveals) {
        if (reveal.sinceNanos() <= longestSinceNanos
            && !picker.isHadByAPeer(reveal.piece())
            && !to.foreign().told.contains(reveal.piece())) {
          longest = reveal.piece();
          longestSinceNanos = reveal.sinceNanos();
        }
      }
    }
    return longest;
  }
}
