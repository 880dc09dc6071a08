package io.seedfall.protocol.wire;

import io.seedfall.protocol.wire.PeerMessage.Asking;
import io.seedfall.protocol.wire.PeerMessage.AskingPieces;
import io.seedfall.protocol.wire.PeerMessage.AskingPiecesWithdrawn;
import io.seedfall.protocol.wire.PeerMessage.AskingWithdrawn;
import io.seedfall.protocol.wire.PeerMessage.Complete;
import io.seedfall.protocol.wire.PeerMessage.Decline;
import io.seedfall.protocol.wire.PeerMessage.Grant;
import io.seedfall.protocol.wire.PeerMessage.GrantWithdrawn;
import io.seedfall.protocol.wire.PeerMessage.Haves;
import io.seedfall.protocol.wire.PeerMessage.Offer;
import io.seedfall.protocol.wire.PeerMessage.OfferDeclined;
import io.seedfall.protocol.wire.PeerMessage.OfferPieces;
import io.seedfall.protocol.wire.PeerMessage.RequestPiece;
import io.seedfall.protocol.wire.PeerMessage.RequestPieces;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of sf_grant (docs/protocol.md): an extended message whose payload is one byte of
 * kind and what that kind carries.
 *
 * <pre>
 *   kind  1 GRANT              -
 *         2 GRANT WITHDRAWN    -
 *         3 DECLINE            reason, one byte: 1 busy, 2 nothing
 *         4 OFFER              piece, four bytes
 *         5 OFFER DECLINED     piece
 *         6 COMPLETE           -
 *         7 ASKING             piece
 *         8 ASKING WITHDRAWN   piece
 *         9 HAVES              pieces, 1 to 1024 of them
 *        10 REQUEST PIECE      piece
 *        11 REQUEST PIECES     pieces, 1 to 64 of them
 *        12 OFFER PIECES       pieces, 1 to 64 of them
 *        13 ASKING PIECES      pieces, 1 to 64 of them
 *        14 ASKING PIECES      pieces, 1 to 64 of them
 *           WITHDRAWN
 * </pre>
 */
final class GrantMessages {
  static final int GRANT = 1;
  static final int GRANT_WITHDRAWN = 2;
  static final int DECLINE = 3;
  static final int OFFER = 4;
  static final int OFFER_DECLINED = 5;
  static final int COMPLETE = 6;
  static final int ASKING = 7;
  static final int ASKING_WITHDRAWN = 8;
  static final int HAVES = 9;
  static final int REQUEST_PIECE = 10;
  static final int REQUEST_PIECES = 11;
  static final int OFFER_PIECES = 12;
  static final int ASKING_PIECES = 13;
  static final int ASKING_PIECES_WITHDRAWN = 14;

  /** Bytes before the fields of a kind: length, id 20, extended id, kind. */
  static final int HEADER_BYTES = 7;

  private static final int KIND_OFFSET = 6;
  private static final int REASON_NOTHING = 2;
  private static final int REASON_BUSY = 1;

  /* Messages that carry nothing are all alike. */
  private static final Decoded A_GRANT = new Decoded.Message(new Grant());
  private static final Decoded A_WITHDRAWAL = new Decoded.Message(new GrantWithdrawn());
  private static final Decoded A_COMPLETE = new Decoded.Message(new Complete());
  private static final Decoded A_BUSY = new Decoded.Message(new Decline(DeclineReason.BUSY));
  private static final Decoded A_NOTHING = new Decoded.Message(new Decline(DeclineReason.NOTHING));

  private GrantMessages() {}

  /**
   * Decodes the sf_grant frame at {@code in}'s position; null when its kind is not known here, so
   * that it is to be passed over: a later revision of the same version may add kinds.
   */
  static @Nullable Decoded decode(ByteBuffer in, int length) {
    if (length < HEADER_BYTES - Frame.LENGTH_BYTES) {
      return Frame.malformed("sf_grant message without a kind");
    }
    if (in.remaining() < HEADER_BYTES) {
      return new Decoded.NeedMoreBytes(HEADER_BYTES - in.remaining());
    }
    int kind = in.get(in.position() + KIND_OFFSET) & 0xff;
    return switch (kind) {
      case GRANT -> bare(in, length, A_GRANT);
      case GRANT_WITHDRAWN -> bare(in, length, A_WITHDRAWAL);
      case DECLINE -> decline(in, length);
      case COMPLETE -> bare(in, length, A_COMPLETE);
      case OFFER, OFFER_DECLINED, ASKING, ASKING_WITHDRAWN, REQUEST_PIECE ->
          aboutPiece(in, length, kind);
      case HAVES -> aboutPieces(in, length, kind, Haves.PIECES_MAX);
      case REQUEST_PIECES, OFFER_PIECES, ASKING_PIECES, ASKING_PIECES_WITHDRAWN ->
          aboutPieces(in, length, kind, RequestPieces.PIECES_MAX);
      default -> null;
    };
  }

  private static Decoded bare(ByteBuffer in, int length, Decoded message) {
    Decoded trouble = Frame.trouble(in, length, 3, "sf_grant message without fields");
    if (trouble != null) {
      return trouble;
    }
    Frame.take(in, length);
    return message;
  }

  private static Decoded decline(ByteBuffer in, int length) {
    Decoded trouble = Frame.trouble(in, length, 4, "sf_grant decline");
    if (trouble != null) {
      return trouble;
    }
    // A reason that a later revision adds means at least this: not now, try again.
    Decoded message = in.get(in.position() + HEADER_BYTES) == REASON_NOTHING ? A_NOTHING : A_BUSY;
    Frame.take(in, length);
    return message;
  }

  private static Decoded aboutPiece(ByteBuffer in, int length, int kind) {
    Decoded trouble = Frame.trouble(in, length, 7, "sf_grant message about a piece");
    if (trouble != null) {
      return trouble;
    }
    int piece = Frame.number(in, HEADER_BYTES);
    if (piece < 0) {
      return Frame.tooLarge("sf_grant piece", piece);
    }
    PeerMessage message =
        switch (kind) {
          case OFFER -> new Offer(piece);
          case OFFER_DECLINED -> new OfferDeclined(piece);
          case ASKING -> new Asking(piece);
          case REQUEST_PIECE -> new RequestPiece(piece);
          default -> new AskingWithdrawn(piece);
        };
    return Frame.taken(in, length, message);
  }

  private static Decoded aboutPieces(ByteBuffer in, int length, int kind, int piecesMax) {
    int bytes = length - (HEADER_BYTES - Frame.LENGTH_BYTES);
    if (bytes < Integer.BYTES || bytes > Integer.BYTES * piecesMax || bytes % Integer.BYTES != 0) {
      return Frame.malformed("sf_grant list with " + bytes + " bytes of pieces");
    }
    Decoded missing = Frame.missing(in, length);
    if (missing != null) {
      return missing;
    }
    int[] pieces = new int[bytes / Integer.BYTES];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = Frame.number(in, HEADER_BYTES + i * Integer.BYTES);
      if (pieces[i] < 0) {
        return Frame.tooLarge("sf_grant piece", pieces[i]);
      }
    }
    PeerMessage message =
        switch (kind) {
          case HAVES -> new Haves(pieces);
          case REQUEST_PIECES -> new RequestPieces(pieces);
          case OFFER_PIECES -> new OfferPieces(pieces);
          case ASKING_PIECES -> new AskingPieces(pieces);
          default -> new AskingPiecesWithdrawn(pieces);
        };
    return Frame.taken(in, length, message);
  }

  /** Bytes of a message about several pieces. */
  static int encodedBytes(int[] pieces) {
    return HEADER_BYTES + Integer.BYTES * pieces.length;
  }

  /** Appends a message that carries nothing. */
  static void encode(ByteBuffer out, int extendedId, int kind) {
    header(out, 0, extendedId, kind);
  }

  /** Appends a DECLINE. */
  static void encode(ByteBuffer out, int extendedId, DeclineReason reason) {
    header(out, 1, extendedId, DECLINE);
    out.put(
        (byte)
            switch (reason) {
              case BUSY -> REASON_BUSY;
              case NOTHING -> REASON_NOTHING;
            });
  }

  /** Appends a message about a piece. */
  static void encode(ByteBuffer out, int extendedId, int kind, int piece) {
    header(out, 4, extendedId, kind);
    out.putInt(piece);
  }

  /** Appends a message about several pieces. */
  static void encode(ByteBuffer out, int extendedId, int kind, int[] pieces) {
    header(out, Integer.BYTES * pieces.length, extendedId, kind);
    for (int piece : pieces) {
      out.putInt(piece);
    }
  }

  private static void header(ByteBuffer out, int fieldBytes, int extendedId, int kind) {
    out.putInt(HEADER_BYTES - Frame.LENGTH_BYTES + fieldBytes)
        .put((byte) PeerMessageCodec.EXTENDED)
        .put((byte) extendedId)
        .put((byte) kind);
  }
}
