package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Download.Together;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side: what was asked of whom, and what came of it.
 *
 * <pre>
 *   missing --ask--> on its way --last block--> verifying --hash right--> had
 *      ^                 |                          |      (with all that was asked for together)
 *      +--- abandoned ---+------- hash wrong -------+
 * </pre>
 *
 * <p>A peer with sf_grant is asked for one whole piece, or one bundle of small ones, for each
 * grant. A foreign seed is asked through an ordinary pipeline of 16 KiB requests; it too sends
 * whole pieces, so that a bad one has a culprit. A web seed is asked for runs of pieces.
 */
final class Downloads {
  /**
   * What a grant led to.
   *
   * @param pieces those asked for, empty for a decline
   * @param heldBack whether the rack rule alone was in the way
   */
  @SuppressWarnings("ArrayRecordComponent") // looked at once, never compared
  record Answer(int[] pieces, boolean heldBack) {
    private static final Answer DECLINED = new Answer(new int[0], false);
    private static final Answer HELD_BACK = new Answer(new int[0], true);
  }

  /** Runs of pieces that one web seed is asked for at once. */
  static final int WEB_SEED_RUNS_MAX = 4;

  /** A run is no longer than this, or than one piece. */
  static final int WEB_SEED_RUN_BYTES = 4 << 20;

  /** Nor than this part of what is missing. */
  static final int WEB_SEED_SHARE = 16;

  private final SwarmSettings settings;
  private final PieceGeometry geometry;
  private final Bundles bundles;
  private final PiecePicker picker;
  private final Effects effects;
  private final int[] chosen = new int[Bundles.PIECES_MAX];
  private final ArrayList<Download> verifying = new ArrayList<>();
  private int granted;

  /** What {@link #nextOurs} has not given yet; null for nothing, because every event asks. */
  private @Nullable ArrayDeque<Download> ours;

  private boolean stopped;

  Downloads(
      SwarmSettings settings,
      PieceGeometry geometry,
      Bundles bundles,
      PiecePicker picker,
      Effects effects) {
    this.settings = settings;
    this.geometry = geometry;
    this.bundles = bundles;
    this.picker = picker;
    this.effects = effects;
  }

  /** Pieces (or bundles of small ones) asked for under grants and offers, and not got. */
  int asked() {
    return granted;
  }

  /** The disk takes nothing more: nothing is asked for from now on. */
  void stop() {
    stopped = true;
  }

  /**
   * Answers a grant: asks for the locally rarest piece, and for the small ones beside it; or
   * declines.
   *
   * @param except pieces that are not to come from this peer, null for none (the rack rule)
   */
  Answer grant(PeerSession from, @Nullable PieceSet except, long nowNanos) {
    if (stopped) {
      decline(from, DeclineReason.NOTHING, nowNanos);
      return Answer.DECLINED;
    }
    if (granted >= settings.askedPiecesMax() || from.isAskedNothing(nowNanos)) {
      decline(from, DeclineReason.BUSY, nowNanos);
      return Answer.DECLINED;
    }
    int piece = picker.pick(from.has(), except);
    if (piece < 0) {
      // What only the rack rule holds back may be wanted from this peer a little later.
      boolean later = except != null && picker.pick(from.has(), null) >= 0;
      decline(from, later ? DeclineReason.BUSY : DeclineReason.NOTHING, nowNanos);
      return later ? Answer.HELD_BACK : Answer.DECLINED;
    }
    int[] pieces = withThoseBeside(piece, from.has(), except);
    ask(from, pieces, nowNanos);
    return new Answer(pieces, false);
  }

  private int[] withThoseBeside(int picked, PieceSet theirs, @Nullable PieceSet except) {
    int count = 0;
    int end = bundles.end(picked);
    for (int piece = bundles.first(picked); piece < end; piece++) {
      if (picker.isMissing(piece)
          && theirs.contains(piece)
          && (except == null || !except.contains(piece))) {
        chosen[count++] = piece;
      }
    }
    return Arrays.copyOf(chosen, count);
  }

  /**
   * Answers an offer: always takes it, but for pieces that are here or on their way.
   *
   * @return the pieces asked for
   */
  int[] offer(PeerSession from, int[] offered, long nowNanos) {
    int count = 0;
    for (int piece : offered) {
      if (!stopped && picker.isMissing(piece)) {
        chosen[count++] = piece;
      }
    }
    int[] pieces = Arrays.copyOf(chosen, count);
    if (count == 0) {
      effects.send(from, new PeerMessage.OfferDeclined(offered[0]), nowNanos);
    } else {
      ask(from, pieces, nowNanos);
    }
    return pieces;
  }

  private void decline(PeerSession from, DeclineReason reason, long nowNanos) {
    effects.send(from, new PeerMessage.Decline(reason), nowNanos);
  }

  private void ask(PeerSession from, int[] pieces, long nowNanos) {
    int blockBytes = from.own().blockBytes(settings);
    Together together = pieces.length == 1 ? null : new Together(pieces);
    for (int piece : pieces) {
      begin(from, piece, blockBytes, together, nowNanos).requestAll();
    }
    granted++;
    sendRequest(from, pieces, nowNanos);
  }

  private void sendRequest(PeerSession from, int[] pieces, long nowNanos) {
    effects.send(
        from,
        pieces.length == 1
            ? new PeerMessage.RequestPiece(pieces[0])
            : new PeerMessage.RequestPieces(pieces),
        nowNanos);
  }

  private Download begin(
      PeerSession from, int piece, int blockBytes, @Nullable Together together, long nowNanos) {
    picker.ask(piece);
    Download download = new Download(from, piece, blockBytes, geometry, together, nowNanos);
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

  /** Keeps a foreign peer or a web seed as busy as it may be. */
  void fill(PeerSession from, long nowNanos) {
    if (from.isForeign()) {
      fillForeign(from, nowNanos);
    } else {
      fillWebSeed(from, nowNanos);
    }
  }

  /** Keeps the pipeline full while the peer lets us ask, and says whether we want to. */
  private void fillForeign(PeerSession from, long nowNanos) {
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
    int picked = picker.pick(from.has(), null);
    if (picked < 0) {
      return null;
    }
    // What lies beside a small piece is begun with it, so that not every file needs a look at all.
    for (int piece : withThoseBeside(picked, from.has(), null)) {
      begin(from, piece, settings.foreignBlockBytes(), null, nowNanos);
    }
    return unfinished(from, nowNanos);
  }

  /* --------------- web seeds --------------- */

  /** Asks for further runs of pieces until {@link #WEB_SEED_RUNS_MAX} are open. */
  private void fillWebSeed(PeerSession from, long nowNanos) {
    while (!stopped) {
      int runPieces = runPieces();
      if (from.downloads().size() > (WEB_SEED_RUNS_MAX - 1) * runPieces) {
        return;
      }
      int picked = picker.pick(from.has(), null);
      if (picked < 0) {
        return;
      }
      int[] run = run(picked, runPieces);
      for (int piece : run) {
        begin(from, piece, settings.webSeedBlockBytes(), null, nowNanos).requestAll();
      }
      sendRequest(from, run, nowNanos);
    }
  }

  /**
   * Long runs are few requests; short ones, towards the end, leave something for others to do and
   * little to wait for.
   */
  private int runPieces() {
    int most = Math.min(Bundles.PIECES_MAX, WEB_SEED_RUN_BYTES / geometry.pieceBytes());
    return Math.clamp(picker.missing() / WEB_SEED_SHARE, 1, Math.max(1, most));
  }

  /** Missing pieces beside each other, first those behind {@code picked}, then those before it. */
  private int[] run(int picked, int most) {
    int end = picked + 1;
    while (end - picked < most && end < geometry.pieceCount() && picker.isMissing(end)) {
      end++;
    }
    int first = picked;
    while (end - first < most && first > 0 && picker.isMissing(first - 1)) {
      first--;
    }
    int[] run = new int[end - first];
    for (int i = 0; i < run.length; i++) {
      run[i] = first + i;
    }
    return run;
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
      if (from.isOwn() && download.endsItsRequest()) {
        granted--;
      }
      effects.add(new SwarmEffect.VerifyPiece(block.piece()));
    }
  }

  /** The piece has its hash. */
  void verified(int piece) {
    becomeOurs(removeVerifying(piece).settled(true));
  }

  /** The next verified piece that is to be ours from now on, null when there is none. */
  @Nullable Download nextOurs() {
    ArrayDeque<Download> waiting = ours;
    if (waiting == null) {
      return null;
    }
    Download next = waiting.remove();
    if (waiting.isEmpty()) {
      ours = null;
    }
    picker.verified(next.piece());
    return next;
  }

  private void becomeOurs(List<Download> verified) {
    if (ours == null && !verified.isEmpty()) {
      ours = new ArrayDeque<>(verified);
    } else if (ours != null) {
      ours.addAll(verified);
    }
  }

  /** The piece has another hash: who sent it is in the answer. */
  Download rejected(int piece) {
    picker.release(piece);
    Download download = removeVerifying(piece);
    becomeOurs(download.settled(false));
    return download;
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
    // A web seed has no word for it: what comes is dropped.
    int first = from.isWebSeed() ? -1 : download.nextOutstanding(0);
    for (int i = first; i >= 0; i = download.nextOutstanding(i + 1)) {
      Block block = download.block(i);
      effects.send(
          from, new PeerMessage.Cancel(block.piece(), block.offset(), block.length()), nowNanos);
    }
    if (from.isForeign()) {
      from.foreign().requestsOut -= download.outstanding();
    }
    refused(download);
  }

  /** The downloads for which a reject of the first block of {@code first} stands. */
  List<Download> refusedWith(Download first) {
    ArrayList<Download> refused = new ArrayList<>();
    for (Download download : first.from().downloads()) {
      if (first.standsFor(download)) {
        refused.add(download);
      }
    }
    return refused;
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
    if (download.from().isOwn() && download.endsItsRequest()) {
      granted--;
    }
    becomeOurs(download.settled(false));
    picker.release(download.piece());
    effects.add(new SwarmEffect.AbandonPiece(download.from().slot(), download.piece()));
  }

  /** These downloads, in their order, cut where what was asked for together ends. */
  static List<List<Download>> byRequest(List<Download> downloads) {
    ArrayList<List<Download>> requests = new ArrayList<>();
    for (Download download : downloads) {
      if (requests.isEmpty() || !requests.getLast().getLast().isTogetherWith(download)) {
        requests.add(new ArrayList<>());
      }
      requests.getLast().add(download);
    }
    return requests;
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
