package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.SwarmSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of {@link SwarmSettings} hold: pieces asked for (offers apart), grants and transfers
 * open, few of them per connection, the first pass window, connections, queued requests, blocks
 * handed to one socket. What a peer still counts after this checker has stopped counting it makes
 * the peer stricter than it must be, and is no violation.
 */
final class LimitsCheck {
  private static final int NOTHING = -1;
  private static final int[] ANY_PIECE = {};
  private static final int[] NO_PIECE = {};

  /** A grant, an offer, or the transfer that it became. */
  private static final class Opening {
    private final int[] offered;
    private int[] pieces;
    private boolean isTransfer;
    private int leftBytes;
    private long touchedNanos;
    private @Nullable Opening next;

    Opening(int[] offered) {
      this.offered = offered;
      this.pieces = offered;
    }

    boolean isForAny() {
      return offered.length == 0;
    }

    boolean isFor(int piece) {
      return holds(pieces, piece);
    }
  }

  /**
   * Small pieces that were asked for together: they count as one until the last of them is here.
   */
  private static final class Bundle {
    private int left;

    Bundle(int left) {
      this.left = left;
    }
  }

  private static boolean holds(int[] pieces, int piece) {
    for (int each : pieces) {
      if (each == piece) {
        return true;
      }
    }
    return false;
  }

  /** One connection. */
  private static final class Slot {
    private boolean open;
    private boolean grantSpeaker;
    private int blockBytes;

    /** The oldest opening, which knows the one after it. */
    private @Nullable Opening oldest;

    private int openings;
    private int[] offeredToUs = NO_PIECE;
    private int requestsQueued;
    private int blocksHandedOut;

    void add(Opening opening) {
      openings++;
      if (oldest == null) {
        oldest = opening;
        return;
      }
      Opening last = oldest;
      while (last.next != null) {
        last = last.next;
      }
      last.next = opening;
    }

    void remove(Opening opening) {
      openings--;
      if (oldest == opening) {
        oldest = opening.next;
        return;
      }
      for (Opening each = oldest; each != null; each = each.next) {
        if (each.next == opening) {
          each.next = opening.next;
          return;
        }
      }
      throw new IllegalStateException("an opening ended twice");
    }

    @Nullable Opening transfer(int piece) {
      for (Opening opening = oldest; opening != null; opening = opening.next) {
        if (opening.isTransfer && opening.isFor(piece)) {
          return opening;
        }
      }
      return null;
    }

    /** The oldest grant or offer that was not answered and is for that piece, or for any. */
    @Nullable Opening unanswered(int piece) {
      for (Opening opening = oldest; opening != null; opening = opening.next) {
        if (!opening.isTransfer && (opening.isForAny() || opening.isFor(piece))) {
          return opening;
        }
      }
      return null;
    }
  }

  private final Machine machine;
  private final SwarmSettings settings;
  private final PieceGeometry geometry;
  private final List<Slot> slots = new ArrayList<>();
  private final int[] countedFrom;
  private final TreeMap<Integer, Bundle> bundles = new TreeMap<>();
  private int connections;
  private int grantSpeakers;
  private int asked;
  private int openings;
  private int requester = NOTHING;

  /** What a REQUEST PIECE of this turn has begun, and how many blocks it has. */
  private @Nullable Opening whole;

  private int wholeBlocks;

  LimitsCheck(Machine machine, SwarmSettings settings, PieceGeometry geometry) {
    this.machine = machine;
    this.settings = settings;
    this.geometry = geometry;
    this.countedFrom = new int[geometry.pieceCount()];
    Arrays.fill(countedFrom, NOTHING);
  }

  void turnEnds() {
    require(connections, settings.peersMax(), "peersMax");
    require(asked, settings.askedPiecesMax(), "askedPiecesMax");
    whole = null;
    if (requester != NOTHING) {
      int queued = slots.get(requester).requestsQueued;
      requester = NOTHING;
      require(queued, settings.requestsQueuedMax(), "requestsQueuedMax");
    }
  }

  void connected(int slot) {
    while (slots.size() <= slot) {
      slots.add(new Slot());
    }
    slots.set(slot, new Slot());
    slots.get(slot).open = true;
    connections++;
  }

  void disconnecting(int slot) {
    close(slots.get(slot));
  }

  void lost(int slot) {
    for (int piece = 0; piece < countedFrom.length; piece++) {
      if (countedFrom[piece] == slot) {
        expectsNoMore(piece);
      }
    }
    close(slots.get(slot));
  }

  void speaksGrants(int slot, GrantTerms terms) {
    Slot peer = slots.get(slot);
    if (peer.open && !peer.grantSpeaker) {
      peer.blockBytes = Math.min(terms.blockBytes(), settings.blockBytes());
      peer.grantSpeaker = true;
      grantSpeakers++;
    }
  }

  /* --------------- as a receiver --------------- */

  void offered(int slot, int... pieces) {
    slots.get(slot).offeredToUs = pieces;
  }

  void expects(int slot, int piece) {
    Slot from = slots.get(slot);
    if (from.grantSpeaker && !holds(from.offeredToUs, piece)) {
      countedFrom[piece] = slot;
      asked++;
    }
  }

  void expectsNoMore(int piece) {
    if (countedFrom[piece] != NOTHING) {
      countedFrom[piece] = NOTHING;
      Bundle bundle = bundles.remove(piece);
      asked -= bundle == null || --bundle.left == 0 ? 1 : 0;
    }
  }

  /** Small pieces, expected already, are asked for under one grant or offer. */
  void asks(int[] pieces) {
    fitOneGrant(pieces);
    int counted = 0;
    for (int piece : pieces) {
      counted += countedFrom[piece] != NOTHING ? 1 : 0;
    }
    Bundle bundle = new Bundle(counted);
    for (int piece : pieces) {
      if (countedFrom[piece] != NOTHING) {
        bundles.put(piece, bundle);
      }
    }
    asked -= Math.max(0, counted - 1);
  }

  private void fitOneGrant(int[] pieces) {
    require(pieces.length, PeerMessage.RequestPieces.PIECES_MAX, "pieces under one grant");
    require(bytes(pieces), geometry.pieceBytes(), "bytes under one grant");
  }

  private int bytes(int[] pieces) {
    int bytes = 0;
    for (int piece : pieces) {
      bytes += geometry.pieceLength(piece);
    }
    return bytes;
  }

  /* --------------- as a sender --------------- */

  void grants(int slot) {
    opens(slot, ANY_PIECE, settings.openTransfersMax(), "openTransfersMax");
  }

  void offers(int slot, int... pieces) {
    fitOneGrant(pieces);
    opens(slot, pieces, settings.firstPassWindow(), "firstPassWindow");
  }

  private void opens(int slot, int[] pieces, int limit, String name) {
    Slot to = slots.get(slot);
    to.add(new Opening(pieces));
    openings++;
    // With fewer neighbours than slots, the slots are dealt evenly; else one a connection.
    int perConnection = Math.max(1, Math.ceilDiv(limit, Math.max(1, grantSpeakers)));
    if (openings > limit || to.openings > perConnection) {
      slots.forEach(this::forget);
    }
    require(openings, limit, name);
    require(to.openings, perConnection, name + " of one connection");
  }

  /** A grant was declined or withdrawn. */
  void grantEnds(int slot) {
    Slot to = slots.get(slot);
    endUnanswered(to, to.unanswered(NOTHING));
  }

  /** An offer was declined, which its first piece stands for. */
  void offerDeclined(int slot, int piece) {
    Slot to = slots.get(slot);
    Opening opening = to.unanswered(piece);
    if (opening != null && !opening.isForAny() && opening.offered[0] == piece) {
      end(to, opening);
    }
  }

  /** The oldest grant or offer that was not answered is void. */
  void withdraws(int slot) {
    Slot to = slots.get(slot);
    for (Opening opening = to.oldest; opening != null; opening = opening.next) {
      if (!opening.isTransfer) {
        end(to, opening);
        return;
      }
    }
  }

  private void endUnanswered(Slot to, @Nullable Opening opening) {
    if (opening != null) {
      end(to, opening);
    }
  }

  void requested(int slot, PeerMessage.Request request) {
    Slot from = slots.get(slot);
    from.requestsQueued++;
    requester = slot;
    var block = geometry.block(request.piece(), request.offset(), request.length());
    if (block == null || from.transfer(block.piece()) != null) {
      return;
    }
    becomeTransfer(from.unanswered(block.piece()), block.piece());
  }

  private void becomeTransfer(@Nullable Opening opening, int... pieces) {
    if (opening != null) {
      opening.isTransfer = true;
      opening.pieces = pieces;
      opening.leftBytes = bytes(pieces);
      opening.touchedNanos = machine.now();
    }
  }

  /** The receiver has given up the piece. */
  void cancelled(int slot, int piece) {
    Slot from = slots.get(slot);
    Opening transfer = from.transfer(piece);
    if (transfer != null) {
      end(from, transfer);
    }
  }

  /** A receiver that asked for a part and then nothing more is not waited for. */
  private void forget(Slot to) {
    for (Opening opening = to.oldest; opening != null; opening = opening.next) {
      if (opening.isTransfer && machine.now() - opening.touchedNanos >= settings.stallNanos()) {
        end(to, opening);
      }
    }
  }

  /** All blocks of a piece are asked for; whether they get an answer shows before the turn ends. */
  void requestedPiece(int slot, int piece) {
    Slot from = slots.get(slot);
    from.requestsQueued++;
    requester = slot;
    if (piece < 0 || piece >= geometry.pieceCount() || from.transfer(piece) != null) {
      return;
    }
    Opening opening = from.unanswered(piece);
    becomeTransfer(opening, piece);
    if (opening != null) {
      wholeBlocks = geometry.blockCount(piece, from.blockBytes);
      from.requestsQueued += wholeBlocks - 1;
      whole = opening;
    }
  }

  /**
   * Small pieces are asked for together. They are not among the requests queued: a peer may have as
   * many of them as Q transfers hold.
   */
  void requestedPieces(int slot, int[] pieces) {
    Slot from = slots.get(slot);
    for (int piece : pieces) {
      if (piece < 0 || piece >= geometry.pieceCount() || from.transfer(piece) != null) {
        return;
      }
    }
    Opening opening = from.unanswered(pieces[0]);
    becomeTransfer(opening, pieces);
    whole = opening;
    wholeBlocks = 1;
    from.requestsQueued += opening == null ? 1 : 0;
  }

  void sends(int slot, Block block) {
    Slot to = slots.get(slot);
    Opening transfer = to.transfer(block.piece());
    to.requestsQueued -= transfer != null && transfer.pieces.length > 1 ? 0 : 1;
    to.blocksHandedOut++;
    require(to.blocksHandedOut, settings.uplinkBlocksPerPeerMax(), "uplinkBlocksPerPeerMax");
  }

  void sent(int slot, Block block) {
    Slot to = slots.get(slot);
    to.blocksHandedOut--;
    passed(to, block.piece(), block.length());
  }

  /** One request will not be answered. */
  void rejects(int slot, PeerMessage.RejectRequest reject) {
    Slot to = slots.get(slot);
    if (whole != null && whole.pieces[0] == reject.piece() && reject.offset() == 0) {
      to.requestsQueued -= whole.pieces.length > 1 ? 0 : 1;
      to.requestsQueued -= wholeBlocks - 1;
      end(to, whole);
      whole = null;
      return;
    }
    to.requestsQueued--;
    passed(to, reject.piece(), reject.length());
  }

  private void passed(Slot to, int piece, int bytes) {
    Opening transfer = to.transfer(piece);
    if (transfer != null) {
      transfer.leftBytes -= bytes;
      transfer.touchedNanos = machine.now();
      if (transfer.leftBytes <= 0) {
        end(to, transfer);
      }
    }
  }

  private void end(Slot to, Opening opening) {
    to.remove(opening);
    openings--;
  }

  private void close(Slot slot) {
    if (slot.open) {
      slot.open = false;
      connections--;
      grantSpeakers -= slot.grantSpeaker ? 1 : 0;
      openings -= slot.openings;
      slot.openings = 0;
      slot.oldest = null;
    }
  }

  private void require(int count, int limit, String name) {
    if (count > limit) {
      throw new CheckViolation(
          "limits hold",
          machine.id(),
          machine.now(),
          "%s: %d (expected: <= %d)".formatted(name, count, limit));
    }
  }
}
