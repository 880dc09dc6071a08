package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerSession.OpenGrant;
import io.seedfall.swarm.PeerSession.OwnSide;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of GRANT (docs/protocol.md): whenever a slot is free, exactly one piece (or one
 * bundle of small ones) is granted to one random neighbour that lacks something we have. When
 * receivers choose freely, requests pile up at the same senders; here load balances itself.
 *
 * <p>Open are the grants nobody has answered and the transfers that were asked for, at most Q
 * together and at most one a connection; with fewer neighbours than slots, the slots are dealt
 * evenly.
 */
final class UploadGrants {
  private final SwarmSettings settings;
  private final PieceGeometry geometry;
  private final SeededRandom random;
  private final Standings standings;
  private final Uplink uplink;
  private final Effects effects;
  private final ArrayDeque<OpenGrant> byExpiry = new ArrayDeque<>();

  /** Indices of neighbours that may be granted something now, in their order. */
  private int[] eligible = new int[32];

  private int eligibleCount;
  private int open;
  private long pieceNanosSmoothed;
  private long lastSettledNanos = Long.MIN_VALUE;
  private long wakeAtNanos = Long.MAX_VALUE;
  private long latestExpiryNanos = Long.MIN_VALUE;
  private final AnswerTimes answers;

  UploadGrants(
      SwarmSettings settings,
      PieceGeometry geometry,
      SeededRandom random,
      Standings standings,
      Uplink uplink,
      Effects effects) {
    this.settings = settings;
    this.geometry = geometry;
    this.random = random;
    this.standings = standings;
    this.uplink = uplink;
    this.effects = effects;
    this.answers = new AnswerTimes(settings.grantExpiryMinNanos(), settings.grantExpiryMaxNanos());
  }

  /** Grants, offers and transfers that are open. */
  int open() {
    return open;
  }

  /** How long a neighbour that is busy is left alone: four times the time of one piece. */
  long backoffNanos() {
    return Math.clamp(
        4 * pieceNanosSmoothed, settings.backoffMinNanos(), settings.backoffMaxNanos());
  }

  /** How many grants, offers and transfers one connection may have open. */
  static int openPerPeerMax(int slots, int peers) {
    return Math.max(1, Math.ceilDiv(slots, Math.max(1, peers)));
  }

  /**
   * Grants while a slot is free and somebody eligible is there.
   *
   * @param expected how many neighbours there are to be, connected or not yet
   */
  void refill(List<PeerSession> neighbours, int expected, long nowNanos) {
    wakeAtNanos = Long.MAX_VALUE;
    int perPeer =
        openPerPeerMax(settings.openTransfersMax(), Math.max(expected, neighbours.size()));
    if (open >= settings.openTransfersMax()) {
      return;
    }
    collectEligible(perPeer, nowNanos);
    while (eligibleCount > 0 && open < settings.openTransfersMax()) {
      int at = random.nextInt(eligibleCount);
      PeerSession chosen = neighbours.get(eligible[at]);
      opened(chosen, null, nowNanos);
      effects.send(chosen, new PeerMessage.Grant(), nowNanos);
      if (!takesMore(chosen.slot(), perPeer)) {
        System.arraycopy(eligible, at + 1, eligible, at, --eligibleCount - at);
      }
    }
    if (open >= settings.openTransfersMax()) {
      wakeAtNanos = Long.MAX_VALUE;
    }
  }

  private void collectEligible(int perPeer, long nowNanos) {
    eligibleCount = 0;
    if (eligible.length < standings.ownCount()) {
      eligible = new int[2 * standings.ownCount()];
    }
    for (int i = 0; i < standings.ownCount(); i++) {
      int slot = standings.own(i);
      if (!takesMore(slot, perPeer)) {
        continue;
      }
      long leftAloneUntilNanos = standings.leftAloneUntilNanos(slot);
      if (leftAloneUntilNanos > nowNanos) {
        wakeAtNanos = Math.min(wakeAtNanos, leftAloneUntilNanos);
      } else {
        eligible[eligibleCount++] = i;
      }
    }
  }

  private boolean takesMore(int slot, int perPeer) {
    int openHere = standings.open(slot);
    return openHere < perPeer && openHere < standings.lacks(slot);
  }

  /** A grant for one piece, or for small ones together, which a source deals in its first pass. */
  void offer(PeerSession to, int[] pieces, long nowNanos) {
    opened(to, pieces, nowNanos);
    effects.send(
        to,
        pieces.length == 1 ? new PeerMessage.Offer(pieces[0]) : new PeerMessage.OfferPieces(pieces),
        nowNanos);
  }

  private void opened(PeerSession to, int @Nullable [] offered, long nowNanos) {
    latestExpiryNanos = Math.max(latestExpiryNanos, nowNanos + answers.patienceNanos());
    OpenGrant grant = new OpenGrant(to, offered, nowNanos, latestExpiryNanos);
    to.own().add(grant);
    byExpiry.add(grant);
    open++;
  }

  /**
   * A neighbour asks for a block. The first block of a piece uses up a grant; without one the
   * request is rejected (BEP 6).
   *
   * @return what it used up, null when nothing
   */
  @Nullable OpenGrant requested(PeerSession from, Block block, boolean weHaveIt, long nowNanos) {
    Transfer transfer = transferOf(from.own(), block.piece());
    OpenGrant used = null;
    if (transfer == null && weHaveIt) {
      int[] pieces = {block.piece()};
      used = useGrant(from.own(), pieces, nowNanos);
      transfer = used == null ? null : begin(from, pieces, nowNanos);
    }
    if (transfer == null
        || block.length() > settings.blockBytes()
        || !transfer.accepts(block, geometry.pieceLength(block.piece()))) {
      effects.send(
          from,
          new PeerMessage.RejectRequest(block.piece(), block.offset(), block.length()),
          nowNanos);
      return used;
    }
    transfer.enqueue(block, nowNanos);
    uplink.queued();
    return used;
  }

  /**
   * A neighbour asks for all blocks of a piece, or of small pieces that fit under one grant, which
   * uses up a grant. Without one the first block of all is rejected (BEP 6), which stands for all.
   *
   * @param have what we have
   * @return what it used up, null when nothing
   */
  @Nullable OpenGrant requestedPieces(
      PeerSession from, int[] pieces, PieceSet have, long nowNanos) {
    int blockBytes = from.own().blockBytes(settings);
    OpenGrant used =
        maySend(from.own(), pieces, have) ? useGrant(from.own(), pieces, nowNanos) : null;
    if (used == null) {
      Block first = geometry.blockAt(pieces[0], 0, blockBytes);
      effects.send(from, new PeerMessage.RejectRequest(pieces[0], 0, first.length()), nowNanos);
      return null;
    }
    Transfer transfer = begin(from, pieces, nowNanos);
    for (int piece : pieces) {
      int blocks = geometry.blockCount(piece, blockBytes);
      for (int i = 0; i < blocks; i++) {
        transfer.enqueue(geometry.blockAt(piece, i, blockBytes), nowNanos);
      }
    }
    uplink.queued();
    return used;
  }

  /** Whether all of them are here, and none is on its way to that peer. */
  private static boolean maySend(OwnSide own, int[] pieces, PieceSet have) {
    for (int piece : pieces) {
      if (!have.contains(piece) || transferOf(own, piece) != null) {
        return false;
      }
    }
    return true;
  }

  private Transfer begin(PeerSession to, int[] pieces, long nowNanos) {
    int bytes = 0;
    for (int piece : pieces) {
      bytes += geometry.pieceLength(piece);
    }
    Transfer transfer = new Transfer(to, pieces, bytes, nowNanos);
    to.own().add(transfer);
    uplink.open(transfer);
    return transfer;
  }

  private static @Nullable Transfer transferOf(OwnSide own, int piece) {
    for (Transfer transfer : own.transfers) {
      if (transfer.isOf(piece)) {
        return transfer;
      }
    }
    return null;
  }

  /** An offer of all these pieces, else any grant; null when there is neither. */
  private @Nullable OpenGrant useGrant(OwnSide own, int[] pieces, long nowNanos) {
    OpenGrant used = null;
    for (OpenGrant grant : own.grants) {
      if (grant.offered() == null) {
        used = used == null ? grant : used;
      } else if (isOfferOfAll(grant, pieces)) {
        used = grant;
        break;
      }
    }
    if (used != null) {
      answered(own, used, nowNanos);
    }
    return used;
  }

  private static boolean isOfferOfAll(OpenGrant grant, int[] pieces) {
    for (int piece : pieces) {
      if (!grant.isOfferOf(piece)) {
        return false;
      }
    }
    return true;
  }

  private void answered(OwnSide own, OpenGrant grant, long nowNanos) {
    end(own, grant);
    answers.took(nowNanos - grant.openedNanos());
  }

  /** A neighbour does not use its grant; one that was withdrawn meanwhile is no matter. */
  void declined(PeerSession from, DeclineReason reason, long nowNanos) {
    OwnSide own = from.own();
    for (OpenGrant grant : own.grants) {
      if (grant.offered() == null) {
        answered(own, grant, nowNanos);
        open--;
        switch (reason) {
          case BUSY -> standings.backOffUntil(from.slot(), nowNanos + backoffNanos());
          // A piece that it takes away from a stalled or lost sender is lacked again, and it has no
          // way to say so: without an end nobody would ever grant it that piece.
          case NOTHING ->
              standings.nothingUntil(from.slot(), nowNanos + settings.backoffMaxNanos());
        }
        return;
      }
    }
  }

  /**
   * A neighbour does not take an offer, which its first piece stands for.
   *
   * @return the pieces that were offered, null when the offer was withdrawn meanwhile
   */
  int @Nullable [] offerDeclined(PeerSession from, int piece, long nowNanos) {
    OwnSide own = from.own();
    for (OpenGrant grant : own.grants) {
      int[] offered = grant.offered();
      if (offered != null && offered[0] == piece) {
        answered(own, grant, nowNanos);
        open--;
        return offered;
      }
    }
    return null;
  }

  /** A block of a neighbour's transfer is in the socket's hands; true when it was the last. */
  boolean sent(Transfer transfer, long nowNanos) {
    if (!transfer.isSettled()) {
      return false;
    }
    long began = Math.max(transfer.startedNanos(), lastSettledNanos);
    long took = nowNanos - began;
    pieceNanosSmoothed =
        lastSettledNanos == Long.MIN_VALUE
            ? took
            : pieceNanosSmoothed + (took - pieceNanosSmoothed) / 8;
    lastSettledNanos = nowNanos;
    close(transfer);
    return true;
  }

  /**
   * A neighbour no longer wants a block. It asks for whole pieces only, so it has given up the
   * piece: the transfer ends when nothing of it is waiting or being written.
   */
  void cancelled(PeerSession from, Block block, long nowNanos) {
    Transfer transfer = transferOf(from.own(), block.piece());
    if (transfer == null) {
      return;
    }
    transfer.giveUp();
    if (transfer.cancel(block)) {
      effects.send(
          from,
          new PeerMessage.RejectRequest(block.piece(), block.offset(), block.length()),
          nowNanos);
    }
    if (transfer.isSettled()) {
      close(transfer);
    }
  }

  private void close(Transfer transfer) {
    uplink.close(transfer);
    transfer.to().own().remove(transfer);
    open--;
  }

  /** Ends transfers whose receiver asked for a part and then forgot the rest. */
  void closeForgotten(PeerSession session, long nowNanos) {
    for (Transfer transfer : List.copyOf(session.own().transfers)) {
      if (transfer.isIdle() && nowNanos - transfer.touchedNanos() >= settings.stallNanos()) {
        close(transfer);
      }
    }
  }

  /** Takes back a grant that nobody answered, so that no slot leaks; null when there is none. */
  @Nullable OpenGrant expireNext(long nowNanos) {
    for (OpenGrant first = byExpiry.peek();
        first != null && (first.isOver() || first.expiresNanos() <= nowNanos);
        first = byExpiry.peek()) {
      byExpiry.remove();
      if (first.isOver()) {
        continue;
      }
      OwnSide own = first.to().own();
      end(own, first);
      standings.backOffUntil(first.to().slot(), nowNanos + backoffNanos());
      open--;
      effects.send(first.to(), new PeerMessage.GrantWithdrawn(), nowNanos);
      return first;
    }
    return null;
  }

  private static void end(OwnSide own, OpenGrant grant) {
    own.remove(grant);
    grant.end();
  }

  /** Forgets a neighbour that is gone, before its session closes. */
  void lost(PeerSession session) {
    open -= session.own().open();
    session.own().grants.forEach(OpenGrant::end);
  }

  /** When a back-off that keeps a free slot waiting is over. */
  long wakeAtNanos() {
    return wakeAtNanos;
  }

  /** When a back-off that keeps a free slot waiting is over, or a grant expires. */
  long nextDeadlineNanos() {
    OpenGrant first = byExpiry.peek();
    return first == null ? wakeAtNanos : Math.min(wakeAtNanos, first.expiresNanos());
  }
}
