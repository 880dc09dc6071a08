package io.seedfall.swarm;

import io.seedfall.protocol.PieceSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rack rule: a piece comes from outside the rack only while nobody in the rack has it or has
 * asked for it. Rack mates say what they ask for; what they said expires, and goes with them,
 * because an announcement that never ends starves everybody who believed it. And a rack that passes
 * on nothing while the rule holds pieces back is not waited for again: a mate may say what is not
 * true, or give nothing of what it has.
 */
final class RackView {
  /** Announcements of one rack mate that count; a peer asks for far fewer pieces at once. */
  static final int ASKING_PER_MATE_MAX = 256;

  /** The same where pieces are small and are asked for in bundles. */
  static final int SMALL_ASKING_PER_MATE_MAX = 1024;

  private static final long NEVER = Long.MAX_VALUE;

  /** One announcement; one that was said again, withdrawn or overtaken by a HAVE is over. */
  static final class Asking {
    private final PeerSession mate;
    private final int piece;
    private final long untilNanos;
    private boolean over;

    Asking(PeerSession mate, int piece, long untilNanos) {
      this.mate = mate;
      this.piece = piece;
      this.untilNanos = untilNanos;
    }
  }

  private final String rack;
  private final long expiryNanos;
  private final long patienceNanos;
  private final int[] held;
  private final PieceSet covered;
  private final int askingPerMateMax;
  private final int[] askers;
  private final ArrayDeque<Asking> byExpiry = new ArrayDeque<>();
  private final ArrayList<PeerSession> mates = new ArrayList<>();
  private long heldBackSinceNanos = NEVER;
  private boolean overruled;

  RackView(SwarmSettings settings, int pieces, Bundles bundles) {
    this.askingPerMateMax = bundles.most() == 1 ? ASKING_PER_MATE_MAX : SMALL_ASKING_PER_MATE_MAX;
    this.rack = settings.rack();
    this.expiryNanos = settings.askingExpiryNanos();
    this.patienceNanos = settings.stallNanos();
    boolean matters = !rack.isEmpty();
    this.held = new int[matters ? pieces : 0];
    this.askers = new int[matters ? pieces : 0];
    this.covered = new PieceSet(matters ? pieces : 0);
  }

  /** Whether that peer stands in our rack. */
  boolean isMate(PeerSession session) {
    return !rack.isEmpty() && session.isOwn() && session.own().terms.rack().equals(rack);
  }

  /** The peers of our rack, to whom we say what we ask for. */
  List<PeerSession> mates() {
    return mates;
  }

  void joined(PeerSession session) {
    if (isMate(session)) {
      mates.add(session);
      PieceSet has = session.has();
      for (int piece = has.next(0); piece >= 0; piece = has.next(piece + 1)) {
        gained(session, piece);
      }
    }
  }

  /** A rack mate has a piece. */
  void gained(PeerSession session, int piece) {
    if (isMate(session)) {
      held[piece]++;
      covered.add(piece);
      withdrawn(session, piece);
    }
  }

  /** A rack mate asks somebody for a piece. */
  void asking(PeerSession mate, int piece, long nowNanos) {
    if (!isMate(mate) || mate.has().contains(piece)) {
      return;
    }
    withdrawn(mate, piece);
    if (mate.own().asking.size() >= askingPerMateMax) {
      return;
    }
    forgetExpired(nowNanos);
    if (byExpiry.size() >= 2 * askingPerMateMax * mates.size()) {
      byExpiry.removeIf(known -> known.over); // said and withdrawn again and again
    }
    Asking one = new Asking(mate, piece, nowNanos + expiryNanos);
    mate.own().asking.add(one);
    byExpiry.add(one);
    askers[piece]++;
    covered.add(piece);
  }

  /** It does not any more. */
  void withdrawn(PeerSession mate, int piece) {
    if (!isMate(mate)) {
      return;
    }
    ArrayList<Asking> asking = mate.own().asking;
    for (int i = 0; i < asking.size(); i++) {
      if (asking.get(i).piece == piece) {
        end(asking.remove(i));
        return;
      }
    }
  }

  /**
   * A peer is gone, before its session closes: what it has and asks for no longer covers anything.
   */
  void lost(PeerSession session) {
    if (!isMate(session)) {
      return;
    }
    mates.remove(session);
    session.own().asking.forEach(this::end);
    session.own().asking.clear();
    PieceSet has = session.has();
    for (int piece = has.next(0); piece >= 0; piece = has.next(piece + 1)) {
      held[piece]--;
      uncoverIfFree(piece);
    }
  }

  /** The pieces that are not to be taken from {@code from} now, null when there is no such rule. */
  @Nullable PieceSet notFrom(PeerSession from, long nowNanos) {
    if (rack.isEmpty() || overruled || isMate(from)) {
      return null;
    }
    if (heldBackSinceNanos != NEVER && nowNanos - heldBackSinceNanos >= patienceNanos) {
      overruled = true;
      return null;
    }
    forgetExpired(nowNanos);
    return covered;
  }

  /** A peer outside would have sent a piece, and the rule was all that was in the way. */
  void heldBack(long nowNanos) {
    if (heldBackSinceNanos == NEVER) {
      heldBackSinceNanos = nowNanos;
    }
  }

  /** A piece came: the rack does what the rule relies on. */
  void passedOn() {
    heldBackSinceNanos = NEVER;
  }

  /** All live equally long, so the queue is in the order of their ends. */
  private void forgetExpired(long nowNanos) {
    for (Asking first = byExpiry.peek();
        first != null && (first.over || first.untilNanos <= nowNanos);
        first = byExpiry.peek()) {
      byExpiry.remove();
      if (!first.over) {
        first.mate.own().asking.remove(first);
        end(first);
      }
    }
  }

  private void end(Asking known) {
    known.over = true;
    askers[known.piece]--;
    uncoverIfFree(known.piece);
  }

  private void uncoverIfFree(int piece) {
    if (held[piece] == 0 && askers[piece] == 0) {
      covered.remove(piece);
    }
  }
}
