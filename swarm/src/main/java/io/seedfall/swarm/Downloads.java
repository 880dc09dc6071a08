package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side: what was asked of whom, and what came of it.
 *
 * <pre>
 *   missing --ask--> on its way --last block--> verifying --hash right--> had
 *      ^                 |                          |
 *      +--- abandoned ---+------- hash wrong -------+
 * </pre>
 *
 * <p>A peer with sf_grant is asked for one whole piece for each grant. A foreign seed is asked
 * through an ordinary pipeline of 16 KiB requests; it too sends whole pieces, so that a bad one has
 * a culprit.
 */
final class Downloads {
  /** No piece was asked for, and the rack rule is the reason. */
  static final int HELD_BACK = -2;

  private final SwarmSettings settings;
  private final PieceGeometry geometry;
  private final PiecePicker picker;
  private final Effects effects;
  private final ArrayList<Download> verifying = new ArrayList<>();
  private int granted;
  private boolean stopped;

  Downloads(SwarmSettings settings, PieceGeometry geometry, PiecePicker picker, Effects effects) {
    this.settings = settings;
    this.geometry = geometry;
    this.picker = picker;
    this.effects = effects;
  }

  /** Pieces asked for under grants and offers, and not got. */
  int asked() {
    return granted;
  }

  /** The disk takes nothing more: nothing is asked for from now on. */
  void stop() {
    stopped = true;
  }

  /**
   * Answers a grant: asks for the locally rarest piece, or declines.
   *
   * @param except pieces that are not to come from this peer, null for none (the rack rule)
   * @return the piece asked for, -1, or {@link #HELD_BACK} when only {@code except} is in the way
   */
  int grant(PeerSession from, @Nullable PieceSet except, long nowNanos) {
    if (stopped) {
      decline(from, DeclineReason.NOTHING, nowNanos);
      return -1;
    }
    if (granted >= settings.askedPiecesMax() || from.isAskedNothing(nowNanos)) {
      decline(from, DeclineReason.BUSY, nowNanos);
      return -1;
    }
    int piece = picker.pick(from.has(), except);
    if (piece < 0) {
      // What only the rack rule holds back may be wanted from this peer a little later.
      boolean later = except != null && picker.pick(from.has(), null) >= 0;
      decline(from, later ? DeclineReason.BUSY : DeclineReason.NOTHING, nowNanos);
      return later ? HELD_BACK : -1;
    }
    ask(from, piece, nowNanos);
    return piece;
  }

  /** Answers an offer: always takes it, unless the piece is here or on its way. */
  boolean offer(PeerSession from, int piece, long nowNanos) {
    if (stopped || !picker.isMissing(piece)) {
      effects.send(from, new PeerMessage.OfferDeclined(piece), nowNanos);
      return false;
    }
    ask(from, piece, nowNanos);
    return true;
  }

  private void decline(PeerSession from, DeclineReason reason, long nowNanos) {
    effects.send(from, new PeerMessage.Decline(reason), nowNanos);
  }

  private void ask(PeerSession from, int piece, long nowNanos) {
    int blockBytes = from.own().blockBytes(settings);
    Download download = begin(from, piece, blockBytes, nowNanos);
    granted++;
    download.requestAll();
    effects.send(from, new PeerMessage.RequestPiece(piece), nowNanos);
  }

  private Download begin(PeerSession from, int piece, int blockBytes, long nowNanos) {
    picker.ask(piece);
    Download download = new Download(from, piece, blockBytes, geometry, nowNanos);
    from.downloads().add(download);
    effects.add(new SwarmEffect.ExpectPiece(from.slot(), piece));
    return download;
  }

  private void request(PeerSession from, Download download, long nowNanos) {
    Block block = download.requestNext();
    effects.send(
        from, new PeerMessage.Request(block.piece(), block.offset(), block.length()), nowNanos);
  }

  /* --------------- foreign peers --------------- */

  /**
   * Keeps the pipeline to a foreign peer full while it lets us ask, and says whether we want to.
   */
  void fill(PeerSession from, long nowNanos) {
    PeerSession.ForeignSide foreign = from.foreign();
    boolean wanted = !stopped && picker.lacksSomethingOf(from.has());
    if (wanted != foreign.weAreInterested) {
      foreign.weAreInterested = wanted;
      effects.send(
          from, wanted ? new PeerMessage.Interested() : new PeerMessage.NotInterested(), nowNanos);
    }
    while (wanted && foreign.theyUnchokeUs && foreign.requestsOut < settings.foreignRequestsMax()) {
      Download next = unfinished(from, nowNanos);
      if (next == null) {
        return;
      }
      request(from, next, nowNanos);
      foreign.requestsOut++;
    }
  }

  private @Nullable Download unfinished(PeerSession from, long nowNanos) {
    for (Download download : from.downloads()) {
      if (download.hasUnrequested()) {
        return download;
      }
    }
    int piece = picker.pick(from.has(), null);
    return piece < 0 ? null : begin(from, piece, settings.foreignBlockBytes(), nowNanos);
  }

  /**
   * A choke makes what we asked for void (BEP 3); what came of a piece is kept for when it ends.
   */
  void choked(PeerSession from) {
    from.foreign().theyUnchokeUs = false;
    from.foreign().requestsOut = 0;
    for (Download download : from.downloads()) {
      download.forgetOutstanding();
    }
  }

  /* --------------- what came --------------- */

  /** A block is in its place. Late ones, of pieces given up meanwhile, change nothing. */
  void stored(PeerSession from, Block block, long nowNanos) {
    Download download = from.download(block.piece());
    if (download == null || !download.isOutstanding(block)) {
      return;
    }
    download.stored(block, nowNanos);
    if (from.isForeign()) {
      from.foreign().requestsOut--;
    }
    if (download.isComplete()) {
      from.downloads().remove(download);
      verifying.add(download);
      if (from.isOwn()) {
        granted--;
      }
      effects.add(new SwarmEffect.VerifyPiece(block.piece()));
    }
  }

  /** The piece has its hash. */
  Download verified(int piece) {
    picker.verified(piece);
    return removeVerifying(piece);
  }

  /** The piece has another hash: who sent it is in the answer. */
  Download rejected(int piece) {
    picker.release(piece);
    return removeVerifying(piece);
  }

  private Download removeVerifying(int piece) {
    for (Download download : verifying) {
      if (download.piece() == piece) {
        verifying.remove(download);
        return download;
      }
    }
    throw new IllegalStateException("piece " + piece + " was not being verified");
  }

  /* --------------- what did not come --------------- */

  /** Takes a piece away from its sender: it is free for others, and what still comes is dropped. */
  void abandon(Download download, long nowNanos) {
    PeerSession from = download.from();
    for (int i = download.nextOutstanding(0); i >= 0; i = download.nextOutstanding(i + 1)) {
      Block block = download.block(i);
      effects.send(
          from, new PeerMessage.Cancel(block.piece(), block.offset(), block.length()), nowNanos);
    }
    if (from.isForeign()) {
      from.foreign().requestsOut -= download.outstanding();
    }
    refused(download);
  }

  /** Its sender sends none of it: it is free for others. */
  void refused(Download download) {
    free(download);
    download.from().downloads().remove(download);
  }

  /** The connection is gone: its pieces are free again. */
  void lost(PeerSession from) {
    for (Download download : from.downloads()) {
      free(download);
    }
    from.downloads().clear();
  }

  private void free(Download download) {
    if (download.from().isOwn()) {
      granted--;
    }
    picker.release(download.piece());
    effects.add(new SwarmEffect.AbandonPiece(download.from().slot(), download.piece()));
  }

  /** The pieces whose sender has sent nothing of any piece for too long. */
  List<Download> stalled(PeerSession from, long nowNanos) {
    ArrayList<Download> stalled = new ArrayList<>();
    long latest = Long.MIN_VALUE;
    for (Download download : from.downloads()) {
      latest = Math.max(latest, download.progressNanos());
    }
    if (!from.downloads().isEmpty() && nowNanos - latest >= settings.stallNanos()) {
      stalled.addAll(from.downloads());
    }
    return stalled;
  }
}
