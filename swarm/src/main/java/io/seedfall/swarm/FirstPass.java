package io.seedfall.swarm;

import io.seedfall.protocol.SeededRandom;
import io.seedfall.swarm.PeerSession.OwnSide;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source's first pass: every piece is handed out once before any is sent twice. Pieces go in
 * order, each offered to the next peer of a random permutation, racks in turn; a declined piece
 * goes to the next peer, and the piece of a peer that died with it is offered again while nobody
 * else has reported it.
 *
 * <pre>
 *   DEALING --nothing left to offer, no offer open--> OVER
 * </pre>
 */
final class FirstPass {
  private final SwarmSettings settings;
  private final PiecePicker picker;
  private final UploadGrants grants;
  private final SeededRandom random;
  private final ArrayList<ArrayList<PeerSession>> racks = new ArrayList<>();
  private final ArrayDeque<Integer> again = new ArrayDeque<>();
  private final int pieces;
  private final int[] dealtTo;
  private final int[] declines;
  private int rackTurn;
  private int nextPiece;
  private int offersOpen;
  private boolean dealing;
  private long wakeAtNanos = Long.MAX_VALUE;

  FirstPass(SwarmSettings settings, PiecePicker picker, UploadGrants grants, SeededRandom random) {
    this.settings = settings;
    this.picker = picker;
    this.grants = grants;
    this.random = random;
    this.pieces = picker.have().pieces();
    this.dealing = settings.firstPass() && picker.isComplete() && pieces > 0;
    this.dealtTo = new int[dealing ? pieces : 0];
    this.declines = new int[dealing ? pieces : 0];
  }

  /** Whether pieces are still being dealt: nobody is told yet what this source has. */
  boolean isDealing() {
    return dealing;
  }

  void joined(PeerSession session) {
    if (!dealing) {
      return;
    }
    ArrayList<PeerSession> rack = null;
    for (ArrayList<PeerSession> candidate : racks) {
      if (candidate.get(0).own().terms.rack().equals(session.own().terms.rack())) {
        rack = candidate;
      }
    }
    if (rack == null) {
      rack = new ArrayList<>();
      racks.add(rack);
    }
    rack.add(random.nextInt(rack.size() + 1), session);
  }

  /** A peer is gone, before its session closes: what only it got is offered again. */
  void lost(PeerSession session) {
    if (!dealing) {
      return;
    }
    for (PeerSession.OpenGrant offer : session.own().grants) {
      offersOpen--;
      again.add(offer.piece());
    }
    for (int piece = 0; piece < nextPiece; piece++) {
      if (dealtTo[piece] == session.slot() + 1) {
        dealtTo[piece] = 0;
        if (!picker.isHadByAPeer(piece)) {
          again.add(piece);
        }
      }
    }
    for (ArrayList<PeerSession> rack : racks) {
      rack.remove(session);
    }
    racks.removeIf(List::isEmpty);
  }

  /** An offer became a transfer. */
  void taken(PeerSession by, int piece) {
    offersOpen--;
    dealtTo[piece] = by.slot() + 1;
  }

  /** An offer was declined or expired: the piece goes to the next peer, unless nobody takes it. */
  void declined(int piece) {
    offersOpen--;
    if (++declines[piece] < members()) {
      again.add(piece);
    }
  }

  /** Offers while the window is open; true when this ended the pass. */
  boolean refill(long nowNanos) {
    if (!dealing || members() == 0) {
      return false;
    }
    wakeAtNanos = Long.MAX_VALUE;
    while (grants.open() < settings.firstPassWindow()) {
      int piece = nextToDeal();
      if (piece < 0) {
        break;
      }
      PeerSession to = nextPeer(nowNanos);
      if (to == null) {
        break;
      }
      if (!again.isEmpty()) {
        again.remove();
      } else {
        nextPiece++;
      }
      offersOpen++;
      grants.offer(to, piece, nowNanos);
    }
    if (offersOpen == 0 && nextToDeal() < 0) {
      dealing = false;
      racks.clear();
      return true;
    }
    return false;
  }

  /** The next piece that nobody is known to have, or -1. */
  private int nextToDeal() {
    while (!again.isEmpty() && picker.isHadByAPeer(again.element())) {
      again.remove();
    }
    if (!again.isEmpty()) {
      return again.element();
    }
    while (nextPiece < pieces && picker.isHadByAPeer(nextPiece)) {
      nextPiece++;
    }
    return nextPiece < pieces ? nextPiece : -1;
  }

  private @Nullable PeerSession nextPeer(long nowNanos) {
    int perPeer = UploadGrants.openPerPeerMax(settings.firstPassWindow(), members());
    for (int i = 0; i < racks.size(); i++) {
      int turn = (rackTurn + i) % racks.size();
      ArrayList<PeerSession> rack = racks.get(turn);
      for (int j = 0; j < rack.size(); j++) {
        PeerSession candidate = rack.get(j);
        OwnSide own = candidate.own();
        if (own.open() >= perPeer) {
          continue;
        }
        if (own.backoffUntilNanos > nowNanos) {
          wakeAtNanos = Math.min(wakeAtNanos, own.backoffUntilNanos);
        } else {
          rack.remove(j); // and to the end: the permutation goes round
          rack.add(candidate);
          rackTurn = (turn + 1) % racks.size();
          return candidate;
        }
      }
    }
    return null;
  }

  private int members() {
    int members = 0;
    for (ArrayList<PeerSession> rack : racks) {
      members += rack.size();
    }
    return members;
  }

  /** When a peer that was passed over may be offered something again. */
  long nextDeadlineNanos() {
    return dealing ? wakeAtNanos : Long.MAX_VALUE;
  }
}
