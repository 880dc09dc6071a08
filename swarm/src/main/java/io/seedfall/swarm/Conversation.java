package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerSession.OpenGrant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said to peers and what their messages mean: one answer for each message, by the kind of
 * peer it comes from.
 */
final class Conversation {
  /** The name that we give in the extension handshake. */
  static final String CLIENT = "Seedfall 0.1";

  /** The most bytes that a foreign client may ask for in one request. */
  static final int FOREIGN_REQUEST_BYTES_MAX = 128 * 1024;

  /** What a message changes for the switchboard. */
  enum Outcome {
    NOTHING_NEW,
    /** A slot may be free, or somebody eligible may be there. */
    MAY_GRANT,
    /** The peer broke the protocol. */
    VIOLATION,
    /** The peer let us ask and takes it back again and again. */
    STALLED
  }

  private final SwarmSetup setup;
  private final SwarmSettings settings;
  private final Peers peers;
  private final Bundles bundles;
  private final PiecePicker picker;
  private final Downloads downloads;
  private final UploadGrants grants;
  private final FirstPass firstPass;
  private final ForeignUploads foreignUploads;
  private final RackView rack;
  private final TorrentAnswers answers;
  private final PeerGossip gossip;
  private final Effects effects;

  Conversation(
      SwarmSetup setup,
      Peers peers,
      Bundles bundles,
      PiecePicker picker,
      Downloads downloads,
      UploadGrants grants,
      FirstPass firstPass,
      ForeignUploads foreignUploads,
      RackView rack,
      TorrentAnswers answers,
      PeerGossip gossip,
      Effects effects) {
    this.setup = setup;
    this.settings = setup.settings();
    this.peers = peers;
    this.bundles = bundles;
    this.picker = picker;
    this.downloads = downloads;
    this.grants = grants;
    this.firstPass = firstPass;
    this.foreignUploads = foreignUploads;
    this.rack = rack;
    this.answers = answers;
    this.gossip = gossip;
    this.effects = effects;
  }

  /* --------------- what we say --------------- */

  /** The first messages of a connection: what we have (BEP 3, 6), then who we are (BEP 10). */
  void greet(PeerSession session, long nowNanos) {
    boolean silent = firstPass.isDealing();
    PieceSet have = picker.have();
    if (session.facts().fast()) {
      PeerMessage first =
          silent || have.isEmpty()
              ? new PeerMessage.HaveNone()
              : have.isFull()
                  ? new PeerMessage.HaveAll()
                  : new PeerMessage.Bitfield(have.toBitfield());
      effects.send(session, first, nowNanos);
    } else if (!silent && !have.isEmpty()) {
      effects.send(session, new PeerMessage.Bitfield(have.toBitfield()), nowNanos);
    }
    if (!silent) {
      session.toldWhatWeHave();
    }
    session.lacksOfOurs(have.cardinality());
    if (session.facts().extensions()) {
      int metadataBytes = setup.knowledge().metadataBytes();
      boolean alone = settings.peerSources() != PeerSources.NEIGHBOURS;
      effects.send(
          session,
          new PeerMessage.ExtensionHandshake(
              metadataBytes,
              settings.requestsQueuedMax(),
              setup.listen() == null ? 0 : setup.listen().port(),
              CLIENT,
              metadataBytes > 0,
              new GrantTerms(
                  GrantTerms.VERSION, settings.blockBytes(), settings.rack(), settings.zone()),
              alone && picker.isComplete() && !silent,
              gossip.takesPart(),
              alone),
          nowNanos);
    } else {
      becomeForeign(session, "it does not speak BEP 10", nowNanos);
    }
  }

  /** Tells everybody who does not know yet what this source has. */
  void tellWhatWeHave(long nowNanos) {
    for (PeerSession session : peers.all()) {
      tell(session, nowNanos);
    }
  }

  private void tell(PeerSession session, long nowNanos) {
    if (session.knowsWhatWeHave() || session.isGreeting()) {
      return;
    }
    session.toldWhatWeHave();
    if (session.isOwn()) {
      effects.send(session, new PeerMessage.Complete(), nowNanos);
      return;
    }
    PieceSet told = session.foreign().told;
    for (int piece = told.nextMissing(0); piece >= 0; piece = told.nextMissing(piece + 1)) {
      effects.send(session, new PeerMessage.Have(piece), nowNanos);
    }
  }

  private void becomeOwn(PeerSession session, GrantTerms terms, long nowNanos) {
    session.becomeOwn(terms);
    effects.announcements().joined(session);
    peers.becameOwn(session);
    firstPass.joined(session);
    rack.joined(session);
    if (!firstPass.isDealing()) {
      tell(session, nowNanos);
    }
  }

  private void becomeForeign(PeerSession session, String why, long nowNanos) {
    session.becomeForeign(why);
    if (!firstPass.isDealing()) {
      tell(session, nowNanos);
    }
    downloads.fill(session, nowNanos);
  }

  /* --------------- what they say --------------- */

  Outcome hear(PeerSession from, PeerMessage message, long nowNanos) {
    return switch (message) {
      case PeerMessage.KeepAlive _,
          PeerMessage.Unknown _,
          PeerMessage.UnknownExtension _,
          PeerMessage.SuggestPiece _,
          PeerMessage.AllowedFast _,
          PeerMessage.MetadataData _,
          PeerMessage.MetadataReject _,
          PeerMessage.Hashes _,
          PeerMessage.HashReject _ ->
          Outcome.NOTHING_NEW;
      case PeerMessage.PeerExchange exchange -> {
        gossip.heard(from, exchange.added(), nowNanos);
        yield Outcome.MAY_GRANT;
      }
      case PeerMessage.Piece piece ->
          throw new IllegalStateException("a PIECE is an event of its own: " + piece);
      case PeerMessage.Have(int piece) -> have(from, piece, nowNanos);
      case PeerMessage.Haves(int[] pieces) -> haves(from, pieces, nowNanos);
      case PeerMessage.DontHave(int piece) -> dontHave(from, piece, nowNanos);
      case PeerMessage.Bitfield(byte[] bits) -> bitfield(from, bits, nowNanos);
      case PeerMessage.HaveAll() -> hasAll(from, nowNanos);
      case PeerMessage.HaveNone() -> saidWhatItHas(from);
      case PeerMessage.ExtensionHandshake handshake -> introduced(from, handshake, nowNanos);
      case PeerMessage.MetadataRequest(int piece) -> metadata(from, piece, nowNanos);
      case PeerMessage.HashRequest request -> hashes(from, request, nowNanos);
      case PeerMessage.Choke _,
          PeerMessage.Unchoke _,
          PeerMessage.Interested _,
          PeerMessage.NotInterested _ ->
          choking(from, message, nowNanos);
      case PeerMessage.Request(int piece, int offset, int length) ->
          request(from, requested(from, piece, offset, length), nowNanos);
      case PeerMessage.RequestPiece(int piece) -> requestPieces(from, nowNanos, piece);
      case PeerMessage.RequestPieces(int[] pieces) -> requestPieces(from, nowNanos, pieces);
      case PeerMessage.Cancel(int piece, int offset, int length) ->
          cancel(from, requested(from, piece, offset, length), nowNanos);
      case PeerMessage.RejectRequest(int piece, int offset, int length) ->
          rejected(from, setup.geometry().block(piece, offset, length), nowNanos);
      case PeerMessage.Grant() -> from.isOwn() ? granted(from, nowNanos) : Outcome.VIOLATION;
      case PeerMessage.GrantWithdrawn() ->
          // Grants are answered at once, so there is none left to forget.
          from.isOwn() ? Outcome.NOTHING_NEW : Outcome.VIOLATION;
      case PeerMessage.Decline(DeclineReason reason) -> declined(from, reason, nowNanos);
      case PeerMessage.Offer(int piece) -> offered(from, nowNanos, piece);
      case PeerMessage.OfferPieces(int[] pieces) -> offered(from, nowNanos, pieces);
      case PeerMessage.OfferDeclined(int piece) -> offerDeclined(from, piece, nowNanos);
      case PeerMessage.Complete() -> from.isOwn() ? complete(from, nowNanos) : Outcome.VIOLATION;
      case PeerMessage.Asking(int piece) -> asking(from, piece, true, nowNanos);
      case PeerMessage.AskingPieces(int[] pieces) -> askingPieces(from, pieces, true, nowNanos);
      case PeerMessage.AskingPiecesWithdrawn(int[] pieces) ->
          askingPieces(from, pieces, false, nowNanos);
      case PeerMessage.AskingWithdrawn(int piece) -> asking(from, piece, false, nowNanos);
    };
  }

  private boolean isPiece(int piece) {
    return piece >= 0 && piece < setup.geometry().pieceCount();
  }

  private boolean isOwnPiece(PeerSession from, int piece) {
    return from.isOwn() && isPiece(piece);
  }

  private boolean areOwnPieces(PeerSession from, int[] pieces) {
    return from.isOwn() && bundles.fitOneGrant(pieces);
  }

  private Outcome introduced(
      PeerSession from, PeerMessage.ExtensionHandshake handshake, long nowNanos) {
    if (!from.facts().extensions()) {
      return Outcome.VIOLATION;
    }
    from.uploadOnly(handshake.uploadOnly());
    if (!from.isGreeting()) {
      return Outcome.NOTHING_NEW; // BEP 10 allows a second one; what counts was in the first
    }
    from.listensOn(handshake.listenPort());
    if (handshake.hasMetadataExchange()) {
      from.exchangesMetadata();
    }
    if (handshake.hasPeerExchange()) {
      from.exchangesPeers();
    }
    GrantTerms terms = handshake.grant();
    if (terms != null && terms.version() == GrantTerms.VERSION && from.facts().fast()) {
      becomeOwn(from, terms, nowNanos);
    } else {
      becomeForeign(from, "its extension handshake names no sf_grant", nowNanos);
    }
    return Outcome.MAY_GRANT;
  }

  private void notGreeting(PeerSession from, long nowNanos) {
    if (from.isGreeting()) {
      becomeForeign(from, "it spoke before its extension handshake", nowNanos);
    }
  }

  /* --------------- what it has --------------- */

  private Outcome have(PeerSession from, int piece, long nowNanos) {
    if (!isPiece(piece)) {
      return Outcome.VIOLATION;
    }
    if (!from.has().add(piece)) {
      return Outcome.NOTHING_NEW;
    }
    picker.peerGained(piece);
    if (picker.have().contains(piece)) {
      from.gainedOneOfOurs();
    }
    rack.gained(from, piece);
    if (from.isForeign()) {
      downloads.fill(from, nowNanos);
      return firstPass.isDealing() ? Outcome.MAY_GRANT : Outcome.NOTHING_NEW;
    }
    return Outcome.NOTHING_NEW;
  }

  private Outcome haves(PeerSession from, int[] pieces, long nowNanos) {
    if (!from.isOwn()) {
      return Outcome.VIOLATION;
    }
    for (int piece : pieces) {
      if (have(from, piece, nowNanos) == Outcome.VIOLATION) {
        return Outcome.VIOLATION;
      }
    }
    return Outcome.NOTHING_NEW;
  }

  /** It lost a piece (BEP 54), as a client does that keeps only some. */
  private Outcome dontHave(PeerSession from, int piece, long nowNanos) {
    if (!isPiece(piece)) {
      return Outcome.VIOLATION;
    }
    if (!from.isForeign() || !from.has().contains(piece)) {
      return Outcome.NOTHING_NEW; // peers with sf_grant lose nothing
    }
    if (from.isCountedAsSeed()) {
      picker.peerWithEverythingLeft();
      picker.peerJoined(from.has());
      from.countAsSeedNoMore();
    }
    from.has().remove(piece);
    picker.peerLost(piece);
    if (picker.have().contains(piece)) {
      from.lacksOneMoreOfOurs();
    }
    Download download = from.download(piece);
    if (download != null) {
      downloads.abandon(download, nowNanos);
    }
    downloads.fill(from, nowNanos);
    return Outcome.NOTHING_NEW;
  }

  /** HAVE ALL, HAVE NONE and BITFIELD come once, before anything else that counts (BEP 3, 6). */
  private Outcome saidWhatItHas(PeerSession from) {
    if (from.saidWhatItHas() || !from.has().isEmpty()) {
      return Outcome.VIOLATION;
    }
    from.saidWhatItHasNow();
    return Outcome.MAY_GRANT;
  }

  /** A foreign client may say it again where that is shorter than many HAVEs, as aria2 does. */
  private Outcome bitfield(PeerSession from, byte[] bits, long nowNanos) {
    int pieces = setup.geometry().pieceCount();
    boolean again = from.isForeign() && (from.saidWhatItHas() || !from.has().isEmpty());
    if (!PieceSet.isBitfield(bits, pieces)
        || (!again && saidWhatItHas(from) == Outcome.VIOLATION)) {
      return Outcome.VIOLATION;
    }
    PieceSet theirs = PieceSet.ofBitfield(bits, pieces);
    if (theirs.isFull()) {
      return complete(from, nowNanos);
    }
    for (int piece = theirs.next(0); piece >= 0; piece = theirs.next(piece + 1)) {
      have(from, piece, nowNanos);
    }
    return Outcome.MAY_GRANT;
  }

  private Outcome hasAll(PeerSession from, long nowNanos) {
    return saidWhatItHas(from) == Outcome.VIOLATION
        ? Outcome.VIOLATION
        : hasEverything(from, nowNanos);
  }

  private Outcome complete(PeerSession from, long nowNanos) {
    return from.isCountedAsSeed() ? Outcome.NOTHING_NEW : hasEverything(from, nowNanos);
  }

  private Outcome hasEverything(PeerSession from, long nowNanos) {
    for (int piece = from.has().nextMissing(0);
        piece >= 0;
        piece = from.has().nextMissing(piece + 1)) {
      rack.gained(from, piece);
    }
    picker.peerLeft(from.has());
    from.has().addAll();
    from.countAsSeed();
    picker.peerHasEverything();
    from.lacksOfOurs(0);
    if (from.isForeign()) {
      downloads.fill(from, nowNanos);
    }
    return Outcome.MAY_GRANT;
  }

  /* --------------- blocks --------------- */

  private Outcome choking(PeerSession from, PeerMessage message, long nowNanos) {
    notGreeting(from, nowNanos);
    if (!from.isForeign()) {
      return Outcome.VIOLATION; // never between two peers that speak sf_grant
    }
    if (message instanceof PeerMessage.Choke) {
      downloads.choked(from);
    } else if (message instanceof PeerMessage.Unchoke) {
      from.foreign().theyUnchokeUs = true;
      downloads.fill(from, nowNanos);
    } else if (message instanceof PeerMessage.Interested) {
      foreignUploads.interested(from, nowNanos);
    } else {
      foreignUploads.notInterested(from, nowNanos);
    }
    return Outcome.NOTHING_NEW;
  }

  /** Foreign clients may ask for the zeros behind the end of a file. */
  private @Nullable Block requested(PeerSession from, int piece, int offset, int length) {
    return from.isOwn()
        ? setup.geometry().block(piece, offset, length)
        : setup.geometry().paddedBlock(piece, offset, length);
  }

  private Outcome request(PeerSession from, @Nullable Block block, long nowNanos) {
    notGreeting(from, nowNanos);
    if (block == null) {
      return Outcome.VIOLATION;
    }
    boolean weHaveIt = picker.have().contains(block.piece());
    if (from.isOwn()) {
      OpenGrant used = grants.requested(from, block, weHaveIt, nowNanos);
      return asked(from, used, block.piece());
    }
    return block.length() <= FOREIGN_REQUEST_BYTES_MAX
            && foreignUploads.requested(from, block, weHaveIt, nowNanos)
        ? Outcome.NOTHING_NEW
        : Outcome.VIOLATION;
  }

  private Outcome requestPieces(PeerSession from, long nowNanos, int... pieces) {
    if (!areOwnPieces(from, pieces)) {
      return Outcome.VIOLATION;
    }
    OpenGrant used = grants.requestedPieces(from, pieces, picker.have(), nowNanos);
    return asked(from, used, pieces);
  }

  /** In the first pass, a transfer that has begun makes room for the next offer. */
  private Outcome asked(PeerSession from, @Nullable OpenGrant used, int... pieces) {
    int[] offered = used == null ? null : used.offered();
    if (firstPass.isDealing() && offered != null) {
      firstPass.taken(from, offered, pieces);
      return Outcome.MAY_GRANT;
    }
    return Outcome.NOTHING_NEW;
  }

  private Outcome cancel(PeerSession from, @Nullable Block block, long nowNanos) {
    if (block == null || from.isGreeting()) {
      return Outcome.VIOLATION;
    }
    if (from.isForeign()) {
      foreignUploads.cancelled(from, block, nowNanos);
      return Outcome.NOTHING_NEW;
    }
    grants.cancelled(from, block, nowNanos);
    return Outcome.MAY_GRANT;
  }

  /** A request came back: a grant crossed its withdrawal, or the peer lost interest or its disk. */
  private Outcome rejected(PeerSession from, @Nullable Block block, long nowNanos) {
    if (block == null || from.isGreeting()) {
      return Outcome.VIOLATION;
    }
    Download download = from.download(block.piece());
    if (download == null || !download.isOutstanding(block)) {
      return Outcome.NOTHING_NEW; // the answer to a cancel
    }
    if (from.isOwn() && block.offset() == 0) {
      List<Download> refused = downloads.refusedWith(download);
      refused.forEach(downloads::refused); // all of it: there is nothing to cancel
      askingNoMore(refused, nowNanos);
      return Outcome.NOTHING_NEW; // it cannot be asked again without a new grant
    }
    downloads.abandon(download, nowNanos);
    askingNoMore(List.of(download), nowNanos);
    if (from.isOwn()) {
      return Outcome.NOTHING_NEW; // it cannot be asked again without a new grant
    }
    if (from.stalled() >= settings.stallsMax()) {
      return Outcome.STALLED;
    }
    downloads.fill(from, nowNanos);
    return Outcome.NOTHING_NEW;
  }

  /* --------------- sf_grant --------------- */

  private Outcome granted(PeerSession from, long nowNanos) {
    Downloads.Answer answer = downloads.grant(from, rack.notFrom(from, nowNanos), nowNanos);
    askingFor(answer.pieces(), nowNanos);
    if (answer.heldBack()) {
      rack.heldBack(nowNanos);
    }
    return Outcome.NOTHING_NEW;
  }

  private Outcome offered(PeerSession from, long nowNanos, int... pieces) {
    if (!areOwnPieces(from, pieces)) {
      return Outcome.VIOLATION;
    }
    from.offeredAPiece();
    askingFor(downloads.offer(from, pieces, nowNanos), nowNanos);
    return Outcome.NOTHING_NEW;
  }

  private void askingFor(int[] pieces, long nowNanos) {
    if (pieces.length == 0) {
      return;
    }
    PeerMessage asking =
        pieces.length == 1
            ? new PeerMessage.Asking(pieces[0])
            : new PeerMessage.AskingPieces(pieces);
    for (PeerSession mate : rack.mates()) {
      effects.send(mate, asking, nowNanos);
    }
  }

  /** Tells the rack that what was asked for together is not on its way here any more. */
  void askingNoMore(List<Download> together, long nowNanos) {
    if (rack.mates().isEmpty()) {
      return;
    }
    int[] pieces = new int[together.size()];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = together.get(i).piece();
    }
    PeerMessage withdrawn =
        pieces.length == 1
            ? new PeerMessage.AskingWithdrawn(pieces[0])
            : new PeerMessage.AskingPiecesWithdrawn(pieces);
    for (PeerSession mate : rack.mates()) {
      effects.send(mate, withdrawn, nowNanos);
    }
  }

  private Outcome declined(PeerSession from, DeclineReason reason, long nowNanos) {
    if (!from.isOwn()) {
      return Outcome.VIOLATION;
    }
    grants.declined(from, reason, nowNanos);
    return Outcome.MAY_GRANT;
  }

  private Outcome offerDeclined(PeerSession from, int piece, long nowNanos) {
    if (!isOwnPiece(from, piece)) {
      return Outcome.VIOLATION;
    }
    int[] offered = grants.offerDeclined(from, piece, nowNanos);
    if (offered != null) {
      firstPass.declined(from, offered);
    }
    return Outcome.MAY_GRANT;
  }

  private Outcome askingPieces(PeerSession from, int[] pieces, boolean asks, long nowNanos) {
    if (!areOwnPieces(from, pieces)) {
      return Outcome.VIOLATION;
    }
    for (int piece : pieces) {
      asking(from, piece, asks, nowNanos);
    }
    return Outcome.NOTHING_NEW;
  }

  private Outcome asking(PeerSession from, int piece, boolean asks, long nowNanos) {
    if (!isOwnPiece(from, piece)) {
      return Outcome.VIOLATION;
    }
    if (asks) {
      rack.asking(from, piece, nowNanos);
    } else {
      rack.withdrawn(from, piece);
    }
    return Outcome.NOTHING_NEW;
  }

  /* --------------- the torrent itself --------------- */

  private Outcome metadata(PeerSession from, int piece, long nowNanos) {
    if (!from.isExchangingMetadata()) {
      return Outcome.VIOLATION; // it asks and has named no id under which we could answer
    }
    answers.metadata(from, piece, nowNanos);
    return Outcome.NOTHING_NEW;
  }

  private Outcome hashes(PeerSession from, PeerMessage.HashRequest request, long nowNanos) {
    answers.hashes(from, request, nowNanos);
    return Outcome.NOTHING_NEW;
  }
}
