package io.seedfall.swarm;

import io.seedfall.protocol.SeededRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source's first pass: every piece is handed out once before any is sent twice. Pieces go in
 * order (small ones a {@linkplain Bundles bundle} at a time), each offered to the next peer of a
 * random permutation, racks in turn; a declined piece goes to the next peer, and the piece of a
 * peer that died with it is offered again while nobody else has reported it.
 *
 * <pre>
 *   DEALING --nothing left to offer, no offer open--> OVER
 * </pre>
 */
final class FirstPass {
  private final SwarmSettings settings;
  private final PiecePicker picker;
  private final Bundles bundles;
  private final UploadGrants grants;
  private final Standings standings;
  private final SeededRandom random;

  /** A piece that is to be offered once more, but not to the peer that has just declined it. */
  private record Again(int piece, @Nullable PeerSession except) {}

  /** A peer of the permutation, and how many offers it got. */
  private static final class Member {
    private final PeerSession session;
    private int turns;

    Member(PeerSession session, int turns) {
      this.session = session;
      this.turns = turns;
    }
  }

  private final ArrayList<ArrayList<Member>> racks = new ArrayList<>();
  private final ArrayDeque<Again> again = new ArrayDeque<>();
  private final int pieces;
  private final int[] dealtTo;
  private final int[] declines;
  private final int[] deal = new int[Bundles.PIECES_MAX];
  private int rackTurn;
  private int nextPiece;
  private int offersOpen;
  private boolean dealing;
  private long wakeAtNanos = Long.MAX_VALUE;

  FirstPass(
      SwarmSettings settings,
      PiecePicker picker,
      Bundles bundles,
      UploadGrants grants,
      Standings standings,
      SeededRandom random) {
    this.settings = settings;
    this.picker = picker;
    this.bundles = bundles;
    this.grants = grants;
    this.standings = standings;
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
    ArrayList<Member> rack = null;
    for (ArrayList<Member> candidate : racks) {
      if (candidate.get(0).session.own().terms.rack().equals(session.own().terms.rack())) {
        rack = candidate;
      }
    }
    if (rack == null) {
      rack = new ArrayList<>();
      racks.add(rack);
    }
    int turns = Integer.MAX_VALUE;
    for (Member member : rack) {
      turns = Math.min(turns, member.turns);
    }
    // Who comes late begins level with the others, and does not get every offer until it has caught
    // up.
    Member newcomer = new Member(session, rack.isEmpty() ? 0 : turns);
    rack.add(random.nextInt(rack.size() + 1), newcomer);
  }

  /** A peer is gone, before its session closes: what only it got is offered again. */
  void lost(PeerSession session) {
    if (!dealing) {
      return;
    }
    for (PeerSession.OpenGrant offer : session.own().grants) {
      int[] offered = offer.offered();
      if (offered != null) {
        offersOpen--;
        for (int piece : offered) {
          again.add(new Again(piece, null));
        }
      }
    }
    for (int piece = 0; piece < nextPiece; piece++) {
      if (dealtTo[piece] == session.slot() + 1) {
        dealtTo[piece] = 0;
        if (!picker.isHadByAPeer(piece)) {
          again.add(new Again(piece, null));
        }
      }
    }
    for (ArrayList<Member> rack : racks) {
      rack.removeIf(member -> member.session == session);
    }
    racks.removeIf(List::isEmpty);
  }

  /** An offer became a transfer; what was offered with it and not asked for is declined. */
  void taken(PeerSession by, int[] offered, int[] asked) {
    offersOpen--;
    for (int piece : asked) {
      dealtTo[piece] = by.slot() + 1;
    }
    if (asked.length < offered.length) {
      for (int piece : offered) {
        if (Arrays.binarySearch(asked, piece) < 0) {
          passOn(piece, by);
        }
      }
    }
  }

  /** An offer was declined or expired: it goes to the next peer, unless nobody takes it. */
  void declined(PeerSession by, int[] offered) {
    offersOpen--;
    for (int piece : offered) {
      passOn(piece, by);
    }
  }

  private void passOn(int piece, PeerSession notTo) {
    if (++declines[piece] < members()) {
      again.add(new Again(piece, notTo));
    }
  }

  /**
   * Offers while the window is open; true when this ended the pass.
   *
   * @param expected how many neighbours there are to be, connected or not yet
   */
  boolean refill(int expected, long nowNanos) {
    wakeAtNanos = Long.MAX_VALUE; // a peer whose back-off was waited for may be gone
    if (!dealing || members() == 0) {
      return false;
    }
    int perPeer =
        UploadGrants.openPerPeerMax(settings.firstPassWindow(), Math.max(expected, members()));
    while (grants.open() < settings.firstPassWindow()) {
      int piece = nextToDeal();
      if (piece < 0) {
        break;
      }
      PeerSession except = again.isEmpty() ? null : again.element().except();
      PeerSession to = nextPeer(except, perPeer, nowNanos);
      if (to == null) {
        break;
      }
      int[] deal = again.isEmpty() ? takeInOrder() : takeAgain();
      offersOpen++;
      grants.offer(to, deal, nowNanos);
    }
    if (offersOpen == 0 && nextToDeal() < 0) {
      end();
    }
    return !dealing;
  }

  /** Every piece is out, or there is nobody left who would take one. */
  void end() {
    dealing = false;
    racks.clear();
  }

  /** The next piece that nobody is known to have, or -1. */
  private int nextToDeal() {
    while (!again.isEmpty() && picker.isHadByAPeer(again.element().piece())) {
      again.remove();
    }
    if (!again.isEmpty()) {
      return again.element().piece();
    }
    while (nextPiece < pieces && picker.isHadByAPeer(nextPiece)) {
      nextPiece++;
    }
    return nextPiece < pieces ? nextPiece : -1;
  }

  /** The rest of the next piece's bundle, but for what somebody has. */
  private int[] takeInOrder() {
    int end = bundles.end(nextPiece);
    int count = 0;
    for (; nextPiece < end; nextPiece++) {
      if (!picker.isHadByAPeer(nextPiece)) {
        deal[count++] = nextPiece;
      }
    }
    return Arrays.copyOf(deal, count);
  }

  /** The first piece that goes again, with those of its bundle that wait behind it. */
  private int[] takeAgain() {
    Again head = again.remove();
    int count = 0;
    deal[count++] = head.piece();
    while (!again.isEmpty()
        && again.element().except() == head.except()
        && again.element().piece() > deal[count - 1]
        && again.element().piece() < bundles.end(head.piece())) {
      int piece = again.remove().piece();
      if (!picker.isHadByAPeer(piece)) {
        deal[count++] = piece;
      }
    }
    return Arrays.copyOf(deal, count);
  }

  /** Racks in turn; in a rack who had the fewest offers, in the order of the permutation. */
  private @Nullable PeerSession nextPeer(@Nullable PeerSession except, int perPeer, long nowNanos) {
    for (int i = 0; i < racks.size(); i++) {
      int turn = (rackTurn + i) % racks.size();
      Member next = null;
      for (Member member : racks.get(turn)) {
        int slot = member.session.slot();
        if (standings.open(slot) >= perPeer || member.session == except) {
          continue;
        }
        long backoffUntilNanos = standings.backoffUntilNanos(slot);
        if (backoffUntilNanos > nowNanos) {
          wakeAtNanos = Math.min(wakeAtNanos, backoffUntilNanos);
        } else if (next == null || member.turns < next.turns) {
          next = member;
        }
      }
      if (next != null) {
        next.turns++;
        rackTurn = (turn + 1) % racks.size();
        return next.session;
      }
    }
    return null;
  }

  private int members() {
    int members = 0;
    for (ArrayList<Member> rack : racks) {
      members += rack.size();
    }
    return members;
  }

  /** When a peer that was passed over may be offered something again. */
  long nextDeadlineNanos() {
    return dealing ? wakeAtNanos : Long.MAX_VALUE;
  }
}
