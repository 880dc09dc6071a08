package io.seedfall.protocol.wire;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage.AllowedFast;
import io.seedfall.protocol.wire.PeerMessage.Asking;
import io.seedfall.protocol.wire.PeerMessage.AskingPieces;
import io.seedfall.protocol.wire.PeerMessage.AskingPiecesWithdrawn;
import io.seedfall.protocol.wire.PeerMessage.AskingWithdrawn;
import io.seedfall.protocol.wire.PeerMessage.Bitfield;
import io.seedfall.protocol.wire.PeerMessage.Cancel;
import io.seedfall.protocol.wire.PeerMessage.Choke;
import io.seedfall.protocol.wire.PeerMessage.Complete;
import io.seedfall.protocol.wire.PeerMessage.Decline;
import io.seedfall.protocol.wire.PeerMessage.DontHave;
import io.seedfall.protocol.wire.PeerMessage.ExtensionHandshake;
import io.seedfall.protocol.wire.PeerMessage.Grant;
import io.seedfall.protocol.wire.PeerMessage.GrantWithdrawn;
import io.seedfall.protocol.wire.PeerMessage.HashReject;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import io.seedfall.protocol.wire.PeerMessage.Hashes;
import io.seedfall.protocol.wire.PeerMessage.Have;
import io.seedfall.protocol.wire.PeerMessage.HaveAll;
import io.seedfall.protocol.wire.PeerMessage.HaveNone;
import io.seedfall.protocol.wire.PeerMessage.Haves;
import io.seedfall.protocol.wire.PeerMessage.Interested;
import io.seedfall.protocol.wire.PeerMessage.KeepAlive;
import io.seedfall.protocol.wire.PeerMessage.MetadataData;
import io.seedfall.protocol.wire.PeerMessage.MetadataReject;
import io.seedfall.protocol.wire.PeerMessage.MetadataRequest;
import io.seedfall.protocol.wire.PeerMessage.NotInterested;
import io.seedfall.protocol.wire.PeerMessage.Offer;
import io.seedfall.protocol.wire.PeerMessage.OfferDeclined;
import io.seedfall.protocol.wire.PeerMessage.OfferPieces;
import io.seedfall.protocol.wire.PeerMessage.PeerExchange;
import io.seedfall.protocol.wire.PeerMessage.Piece;
import io.seedfall.protocol.wire.PeerMessage.RejectRequest;
import io.seedfall.protocol.wire.PeerMessage.Request;
import io.seedfall.protocol.wire.PeerMessage.RequestPiece;
import io.seedfall.protocol.wire.PeerMessage.RequestPieces;
import io.seedfall.protocol.wire.PeerMessage.SuggestPiece;
import io.seedfall.protocol.wire.PeerMessage.Unchoke;
import io.seedfall.protocol.wire.PeerMessage.Unknown;
import io.seedfall.protocol.wire.PeerMessage.UnknownExtension;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Peer messages to bytes and back, for one connection. It remembers which extended ids the other
 * side announced and how much of a message is still to be passed over, so every connection has its
 * own. One thread decodes and one thread encodes; they may be two.
 *
 * <p>Bytes from strangers never make it throw. A message is whole in the buffer before it is
 * decoded, except a PIECE (header only) and what is not known here (passed over as it comes). Each
 * length is checked as soon as the bytes that tell it are there, before anything is allocated.
 * Numbers above 2^31-1 are malformed: no torrent has so many of anything that they count.
 *
 * <p>Buffers are big-endian, as they are when new; heap or direct.
 */
public final class PeerMessageCodec {
  /** The piece count of a torrent whose metainfo is not here yet. */
  public static final int PIECES_UNKNOWN = -1;

  /** Our extended id for ut_metadata (BEP 9). */
  public static final int METADATA_ID = 1;

  /** Our extended id for sf_grant. */
  public static final int GRANT_ID = 2;

  /** Our extended id for ut_pex (BEP 11). */
  public static final int PEX_ID = 3;

  /** Our extended id for lt_donthave (BEP 54). */
  public static final int DONT_HAVE_ID = 4;

  /** Hashes that one hash request may ask for, apart from the proof (BEP 52). */
  public static final int HASHES_MAX = 512;

  /** Layers of a proof that one hash request may ask for: a tree cannot be higher. */
  public static final int PROOF_LAYERS_MAX = 64;

  /** The longest extension handshake, without its header. */
  public static final int EXTENSION_HANDSHAKE_BYTES_MAX = 16 * 1024;

  /** The longest message that is not known here and is passed over. */
  public static final int UNKNOWN_BYTES_MAX = 1 << 20;

  static final int CHOKE = 0;
  static final int UNCHOKE = 1;
  static final int INTERESTED = 2;
  static final int NOT_INTERESTED = 3;
  static final int HAVE = 4;
  static final int BITFIELD = 5;
  static final int REQUEST = 6;
  static final int PIECE = 7;
  static final int CANCEL = 8;
  static final int SUGGEST_PIECE = 13;
  static final int HAVE_ALL = 14;
  static final int HAVE_NONE = 15;
  static final int REJECT_REQUEST = 16;
  static final int ALLOWED_FAST = 17;
  static final int EXTENDED = 20;
  static final int HASH_REQUEST = 21;
  static final int HASHES = 22;
  static final int HASH_REJECT = 23;

  private static final int EXTENSION_HANDSHAKE_ID = 0;

  /* Lengths as the length prefix counts them: id and payload. */
  private static final int BARE_LENGTH = 1;
  private static final int PIECE_NUMBER_LENGTH = 5;
  private static final int BLOCK_RANGE_LENGTH = 13;
  private static final int PIECE_HEADER_LENGTH = 9;
  private static final int EXTENDED_HEADER_LENGTH = 2;
  private static final int DONT_HAVE_LENGTH = EXTENDED_HEADER_LENGTH + Integer.BYTES;
  private static final int METADATA_LENGTH_MAX =
      EXTENDED_HEADER_LENGTH + MetadataMessages.DICTIONARY_BYTES_MAX + MetadataMessages.PIECE_BYTES;
  private static final int HANDSHAKE_LENGTH_MAX =
      EXTENDED_HEADER_LENGTH + EXTENSION_HANDSHAKE_BYTES_MAX;

  /* Messages that carry nothing are all alike. */
  private static final Decoded A_KEEP_ALIVE = new Decoded.Message(new KeepAlive());
  private static final Decoded A_CHOKE = new Decoded.Message(new Choke());
  private static final Decoded AN_UNCHOKE = new Decoded.Message(new Unchoke());
  private static final Decoded AN_INTERESTED = new Decoded.Message(new Interested());
  private static final Decoded A_NOT_INTERESTED = new Decoded.Message(new NotInterested());
  private static final Decoded A_HAVE_ALL = new Decoded.Message(new HaveAll());
  private static final Decoded A_HAVE_NONE = new Decoded.Message(new HaveNone());

  private final int pieceCount;
  private final int blockBytesMax;
  private final int bitfieldLength;
  private final int lengthMax;
  private final RemoteExtensions remote = new RemoteExtensions();

  /* What is being passed over: the message to report at its end, and bytes still to come. */
  private @Nullable PeerMessage passedOver;
  private int passOverBytes;

  /**
   * A codec for a connection about one torrent.
   *
   * @param pieceCount pieces of the torrent, which makes the length of a BITFIELD; {@link
   *     #PIECES_UNKNOWN} while only its info-hash is known: a BITFIELD is then passed over as
   *     {@code Unknown(5)}
   * @param blockBytesMax the largest block that may come in a PIECE, the largest that is ever asked
   *     for; 0 when none is
   */
  public PeerMessageCodec(int pieceCount, int blockBytesMax) {
    if (pieceCount < PIECES_UNKNOWN || pieceCount > PieceGeometry.PIECES_MAX) {
      throw new IllegalArgumentException(
          "pieceCount: " + pieceCount + " (expected: 0.." + PieceGeometry.PIECES_MAX + ")");
    }
    if (blockBytesMax < 0 || blockBytesMax > GrantTerms.BLOCK_BYTES_MAX) {
      throw new IllegalArgumentException(
          "blockBytesMax: " + blockBytesMax + " (expected: 0.." + GrantTerms.BLOCK_BYTES_MAX + ")");
    }
    this.pieceCount = pieceCount;
    this.blockBytesMax = blockBytesMax;
    int pieces = pieceCount == PIECES_UNKNOWN ? PieceGeometry.PIECES_MAX : pieceCount;
    this.bitfieldLength = 1 + Math.ceilDiv(pieces, Byte.SIZE);
    this.lengthMax =
        Math.max(UNKNOWN_BYTES_MAX, Math.max(bitfieldLength, PIECE_HEADER_LENGTH + blockBytesMax));
  }

  /**
   * The room that a read buffer needs so that every message which has to be whole in it can be.
   * Messages that are larger than most (BITFIELD, hashes, metadata) are rare: a buffer may begin
   * smaller and grow when {@link Decoded.NeedMoreBytes} asks for more than it holds.
   */
  public int wholeMessageBytesMax() {
    int others =
        Math.max(HashMessages.LENGTH_MAX, Math.max(METADATA_LENGTH_MAX, HANDSHAKE_LENGTH_MAX));
    return Frame.LENGTH_BYTES
        + (pieceCount == PIECES_UNKNOWN ? others : Math.max(others, bitfieldLength));
  }

  /* --------------- bytes to messages --------------- */

  /**
   * Decodes the message at {@code in}'s position, from the bytes up to its limit. Of a PIECE the 13
   * bytes of its header are taken, and the block follows in the stream; every other message is
   * taken whole. Otherwise nothing is taken, except from a message that is being passed over.
   */
  public Decoded decode(ByteBuffer in) {
    if (passedOver != null) {
      return passOver(in, passedOver);
    }
    int available = in.remaining();
    if (available < Frame.LENGTH_BYTES) {
      return new Decoded.NeedMoreBytes(Frame.LENGTH_BYTES - available);
    }
    int length = Frame.number(in, 0);
    if (length == 0) {
      Frame.take(in, 0);
      return A_KEEP_ALIVE;
    }
    if (length < 0 || length > lengthMax) {
      return Frame.malformed(
          "message of "
              + Integer.toUnsignedString(length)
              + " bytes (expected: <= "
              + lengthMax
              + ")");
    }
    if (available < Frame.HEADER_BYTES) {
      return new Decoded.NeedMoreBytes(1);
    }
    int id = in.get(in.position() + Frame.LENGTH_BYTES) & 0xff;
    return switch (id) {
      case REQUEST, CANCEL, REJECT_REQUEST -> blockRange(in, length, id);
      case PIECE -> pieceHeader(in, length);
      case HAVE, SUGGEST_PIECE, ALLOWED_FAST -> pieceNumber(in, length, id);
      case EXTENDED -> extended(in, length);
      case CHOKE -> bare(in, length, A_CHOKE);
      case UNCHOKE -> bare(in, length, AN_UNCHOKE);
      case INTERESTED -> bare(in, length, AN_INTERESTED);
      case NOT_INTERESTED -> bare(in, length, A_NOT_INTERESTED);
      case HAVE_ALL -> bare(in, length, A_HAVE_ALL);
      case HAVE_NONE -> bare(in, length, A_HAVE_NONE);
      case BITFIELD -> bitfield(in, length);
      case HASH_REQUEST, HASH_REJECT -> HashMessages.decodeRange(in, length, id);
      case HASHES -> HashMessages.decodeHashes(in, length);
      default -> beginPassingOver(in, length, UNKNOWN_BYTES_MAX, new Unknown(id));
    };
  }

  private static Decoded bare(ByteBuffer in, int length, Decoded message) {
    if (length != BARE_LENGTH) {
      return Frame.wrongLength(length, BARE_LENGTH, "message without payload");
    }
    Frame.take(in, length);
    return message;
  }

  private static Decoded pieceNumber(ByteBuffer in, int length, int id) {
    Decoded trouble = Frame.trouble(in, length, PIECE_NUMBER_LENGTH, name(id));
    if (trouble != null) {
      return trouble;
    }
    int piece = Frame.number(in, 5);
    if (piece < 0) {
      return Frame.tooLarge("piece", piece);
    }
    PeerMessage message =
        switch (id) {
          case HAVE -> new Have(piece);
          case SUGGEST_PIECE -> new SuggestPiece(piece);
          default -> new AllowedFast(piece);
        };
    return Frame.taken(in, length, message);
  }

  private static Decoded blockRange(ByteBuffer in, int length, int id) {
    Decoded trouble = Frame.trouble(in, length, BLOCK_RANGE_LENGTH, name(id));
    if (trouble != null) {
      return trouble;
    }
    int piece = Frame.number(in, 5);
    int offset = Frame.number(in, 9);
    int bytes = Frame.number(in, 13);
    if ((piece | offset | bytes) < 0) {
      return Frame.malformed(name(id) + " with a number above 2^31-1");
    }
    PeerMessage message =
        switch (id) {
          case REQUEST -> new Request(piece, offset, bytes);
          case CANCEL -> new Cancel(piece, offset, bytes);
          default -> new RejectRequest(piece, offset, bytes);
        };
    return Frame.taken(in, length, message);
  }

  private Decoded pieceHeader(ByteBuffer in, int length) {
    int bytes = length - PIECE_HEADER_LENGTH;
    if (bytes < 1 || bytes > blockBytesMax) {
      return Frame.malformed(
          "piece with a block of " + bytes + " bytes (expected: 1.." + blockBytesMax + ")");
    }
    int missing = Frame.LENGTH_BYTES + PIECE_HEADER_LENGTH - in.remaining();
    if (missing > 0) {
      return new Decoded.NeedMoreBytes(missing);
    }
    int piece = Frame.number(in, 5);
    int offset = Frame.number(in, 9);
    if ((piece | offset) < 0) {
      return Frame.malformed("piece with a number above 2^31-1");
    }
    return Frame.taken(in, PIECE_HEADER_LENGTH, new Piece(piece, offset, bytes));
  }

  private Decoded bitfield(ByteBuffer in, int length) {
    if (pieceCount == PIECES_UNKNOWN) {
      return beginPassingOver(in, length, bitfieldLength, new Unknown(BITFIELD));
    }
    Decoded trouble = Frame.trouble(in, length, bitfieldLength, "bitfield");
    if (trouble != null) {
      return trouble;
    }
    byte[] bits = Frame.copy(in, length, Frame.HEADER_BYTES);
    if (!PieceSet.isBitfield(bits, pieceCount)) {
      return Frame.malformed("bitfield with spare bits set");
    }
    return Frame.taken(in, length, new Bitfield(bits));
  }

  private Decoded extended(ByteBuffer in, int length) {
    if (length < EXTENDED_HEADER_LENGTH) {
      return Frame.malformed("extended message without an id");
    }
    if (in.remaining() <= Frame.HEADER_BYTES) {
      return new Decoded.NeedMoreBytes(1);
    }
    int extendedId = in.get(in.position() + Frame.HEADER_BYTES) & 0xff;
    return switch (extendedId) {
      case GRANT_ID -> grantMessage(in, length);
      case EXTENSION_HANDSHAKE_ID -> extensionHandshake(in, length);
      case METADATA_ID -> metadataMessage(in, length);
      case PEX_ID -> peerExchange(in, length);
      case DONT_HAVE_ID -> dontHave(in, length);
      default -> passOverExtension(in, length, extendedId);
    };
  }

  private Decoded grantMessage(ByteBuffer in, int length) {
    if (!remote.speaksGrants()) {
      return Frame.malformed("sf_grant message from a peer that did not announce it");
    }
    Decoded decoded = GrantMessages.decode(in, length);
    return decoded != null ? decoded : passOverExtension(in, length, GRANT_ID);
  }

  private Decoded extensionHandshake(ByteBuffer in, int length) {
    if (length > HANDSHAKE_LENGTH_MAX) {
      return Frame.malformed("extension handshake of " + length + " bytes");
    }
    Decoded missing = Frame.missing(in, length);
    if (missing != null) {
      return missing;
    }
    Decoded decoded = remote.decode(extendedPayload(in, length));
    if (decoded instanceof Decoded.Message) {
      Frame.take(in, length);
    }
    return decoded;
  }

  private Decoded metadataMessage(ByteBuffer in, int length) {
    if (length > METADATA_LENGTH_MAX) {
      return Frame.malformed("ut_metadata message of " + length + " bytes");
    }
    Decoded missing = Frame.missing(in, length);
    if (missing != null) {
      return missing;
    }
    Decoded decoded = MetadataMessages.decode(extendedPayload(in, length));
    if (decoded == null) {
      return passOverExtension(in, length, METADATA_ID);
    }
    if (decoded instanceof Decoded.Message) {
      Frame.take(in, length);
    }
    return decoded;
  }

  private static Decoded peerExchange(ByteBuffer in, int length) {
    if (length > EXTENDED_HEADER_LENGTH + PexMessages.BYTES_MAX) {
      return Frame.malformed("ut_pex message of " + length + " bytes");
    }
    Decoded missing = Frame.missing(in, length);
    if (missing != null) {
      return missing;
    }
    Decoded decoded = PexMessages.decode(extendedPayload(in, length));
    if (decoded instanceof Decoded.Message) {
      Frame.take(in, length);
    }
    return decoded;
  }

  private static Decoded dontHave(ByteBuffer in, int length) {
    Decoded trouble = Frame.trouble(in, length, DONT_HAVE_LENGTH, "lt_donthave");
    if (trouble != null) {
      return trouble;
    }
    int piece = Frame.number(in, Frame.LENGTH_BYTES + EXTENDED_HEADER_LENGTH);
    return piece < 0
        ? Frame.tooLarge("piece", piece)
        : Frame.taken(in, length, new DontHave(piece));
  }

  private static byte[] extendedPayload(ByteBuffer in, int length) {
    return Frame.copy(in, length, Frame.LENGTH_BYTES + EXTENDED_HEADER_LENGTH);
  }

  private Decoded passOverExtension(ByteBuffer in, int length, int extendedId) {
    return beginPassingOver(in, length, UNKNOWN_BYTES_MAX, new UnknownExtension(extendedId));
  }

  private Decoded beginPassingOver(ByteBuffer in, int length, int max, PeerMessage message) {
    if (length > max) {
      return Frame.malformed(message + " of " + length + " bytes (expected: <= " + max + ")");
    }
    passedOver = message;
    passOverBytes = Frame.LENGTH_BYTES + length;
    return passOver(in, message);
  }

  private Decoded passOver(ByteBuffer in, PeerMessage message) {
    int now = Math.min(passOverBytes, in.remaining());
    in.position(in.position() + now);
    passOverBytes -= now;
    if (passOverBytes > 0) {
      return new Decoded.NeedMoreBytes(1);
    }
    passedOver = null;
    return new Decoded.Message(message);
  }

  private static String name(int id) {
    return switch (id) {
      case HAVE -> "have";
      case REQUEST -> "request";
      case CANCEL -> "cancel";
      case SUGGEST_PIECE -> "suggest piece";
      case REJECT_REQUEST -> "reject request";
      case ALLOWED_FAST -> "allowed fast";
      default -> "message " + id;
    };
  }

  /* --------------- messages to bytes --------------- */

  /**
   * How many bytes {@link #encode} appends for {@code message}; of a PIECE its header, 13. For
   * messages with a bencoded dictionary this costs as much as encoding them.
   */
  public int encodedBytes(PeerMessage message) {
    return switch (message) {
      case Request _, Cancel _, RejectRequest _ -> Frame.LENGTH_BYTES + BLOCK_RANGE_LENGTH;
      case Piece _ -> Frame.LENGTH_BYTES + PIECE_HEADER_LENGTH;
      case Have _, SuggestPiece _, AllowedFast _ -> Frame.LENGTH_BYTES + PIECE_NUMBER_LENGTH;
      case Grant _, GrantWithdrawn _, Complete _ -> GrantMessages.HEADER_BYTES;
      case Decline _ -> GrantMessages.HEADER_BYTES + 1;
      case RequestPiece _, Offer _, OfferDeclined _, Asking _, AskingWithdrawn _ ->
          GrantMessages.HEADER_BYTES + Integer.BYTES;
      case Haves(int[] pieces) -> GrantMessages.encodedBytes(pieces);
      case RequestPieces(int[] pieces) -> GrantMessages.encodedBytes(pieces);
      case OfferPieces(int[] pieces) -> GrantMessages.encodedBytes(pieces);
      case AskingPieces(int[] pieces) -> GrantMessages.encodedBytes(pieces);
      case AskingPiecesWithdrawn(int[] pieces) -> GrantMessages.encodedBytes(pieces);
      case KeepAlive _ -> Frame.LENGTH_BYTES;
      case Choke _, Unchoke _, Interested _, NotInterested _, HaveAll _, HaveNone _ ->
          Frame.LENGTH_BYTES + BARE_LENGTH;
      case Bitfield(byte[] bits) -> Frame.HEADER_BYTES + bits.length;
      case HashRequest _, HashReject _ -> Frame.LENGTH_BYTES + HashMessages.RANGE_LENGTH;
      case Hashes hashes ->
          Frame.LENGTH_BYTES + HashMessages.RANGE_LENGTH + hashes.hashes().size() * Hash256.BYTES;
      case ExtensionHandshake ours -> extendedBytes(RemoteExtensions.encode(ours));
      case MetadataRequest request -> extendedBytes(MetadataMessages.encode(request));
      case MetadataData data -> extendedBytes(MetadataMessages.encode(data));
      case MetadataReject reject -> extendedBytes(MetadataMessages.encode(reject));
      case PeerExchange peers -> extendedBytes(PexMessages.encode(peers));
      case DontHave _ -> Frame.LENGTH_BYTES + DONT_HAVE_LENGTH;
      case Unknown _, UnknownExtension _ -> throw unspeakable(message);
    };
  }

  /**
   * Appends {@code message} to {@code out}; of a PIECE the header, behind which the caller writes
   * the block.
   *
   * @throws java.nio.BufferOverflowException when {@code out} has less room than {@link
   *     #encodedBytes}; what it holds then is of no use
   * @throws IllegalStateException when the message belongs to an extension that the other side
   *     never announced, is larger than its limit, or is none that can be said
   */
  public void encode(PeerMessage message, ByteBuffer out) {
    switch (message) {
      case Request(int piece, int offset, int bytes) ->
          putBlockRange(out, REQUEST, piece, offset, bytes);
      case Piece(int piece, int offset, int bytes) ->
          Frame.header(out, Math.addExact(PIECE_HEADER_LENGTH, bytes), PIECE)
              .putInt(piece)
              .putInt(offset);
      case Have(int piece) -> Frame.header(out, PIECE_NUMBER_LENGTH, HAVE).putInt(piece);
      case RequestPiece(int piece) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.REQUEST_PIECE, piece);
      case Grant _ -> GrantMessages.encode(out, remote.grantId(), GrantMessages.GRANT);
      case Decline(DeclineReason reason) -> GrantMessages.encode(out, remote.grantId(), reason);
      case GrantWithdrawn _ ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.GRANT_WITHDRAWN);
      case Offer(int piece) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.OFFER, piece);
      case OfferDeclined(int piece) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.OFFER_DECLINED, piece);
      case Complete _ -> GrantMessages.encode(out, remote.grantId(), GrantMessages.COMPLETE);
      case Haves(int[] pieces) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.HAVES, pieces);
      case RequestPieces(int[] pieces) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.REQUEST_PIECES, pieces);
      case OfferPieces(int[] pieces) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.OFFER_PIECES, pieces);
      case AskingPieces(int[] pieces) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.ASKING_PIECES, pieces);
      case AskingPiecesWithdrawn(int[] pieces) ->
          GrantMessages.encode(
              out, remote.grantId(), GrantMessages.ASKING_PIECES_WITHDRAWN, pieces);
      case Asking(int piece) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.ASKING, piece);
      case AskingWithdrawn(int piece) ->
          GrantMessages.encode(out, remote.grantId(), GrantMessages.ASKING_WITHDRAWN, piece);
      case Cancel(int piece, int offset, int bytes) ->
          putBlockRange(out, CANCEL, piece, offset, bytes);
      case RejectRequest(int piece, int offset, int bytes) ->
          putBlockRange(out, REJECT_REQUEST, piece, offset, bytes);
      case SuggestPiece(int piece) ->
          Frame.header(out, PIECE_NUMBER_LENGTH, SUGGEST_PIECE).putInt(piece);
      case AllowedFast(int piece) ->
          Frame.header(out, PIECE_NUMBER_LENGTH, ALLOWED_FAST).putInt(piece);
      case KeepAlive _ -> out.putInt(0);
      case Choke _ -> Frame.header(out, BARE_LENGTH, CHOKE);
      case Unchoke _ -> Frame.header(out, BARE_LENGTH, UNCHOKE);
      case Interested _ -> Frame.header(out, BARE_LENGTH, INTERESTED);
      case NotInterested _ -> Frame.header(out, BARE_LENGTH, NOT_INTERESTED);
      case HaveAll _ -> Frame.header(out, BARE_LENGTH, HAVE_ALL);
      case HaveNone _ -> Frame.header(out, BARE_LENGTH, HAVE_NONE);
      case Bitfield(byte[] bits) -> putBitfield(out, bits);
      case HashRequest request -> HashMessages.encode(out, request);
      case HashReject reject -> HashMessages.encode(out, reject);
      case Hashes hashes -> HashMessages.encode(out, hashes);
      case ExtensionHandshake ours ->
          putExtended(out, EXTENSION_HANDSHAKE_ID, RemoteExtensions.encode(ours));
      case MetadataRequest request ->
          putExtended(out, remote.metadataId(), MetadataMessages.encode(request));
      case MetadataData data ->
          putExtended(out, remote.metadataId(), MetadataMessages.encode(data));
      case MetadataReject reject ->
          putExtended(out, remote.metadataId(), MetadataMessages.encode(reject));
      case PeerExchange peers -> putExtended(out, remote.pexId(), PexMessages.encode(peers));
      case DontHave(int piece) -> putDontHave(out, piece);
      case Unknown _, UnknownExtension _ -> throw unspeakable(message);
    }
  }

  private void putDontHave(ByteBuffer out, int piece) {
    Frame.header(out, DONT_HAVE_LENGTH, EXTENDED).put((byte) remote.dontHaveId()).putInt(piece);
  }

  private static void putBlockRange(ByteBuffer out, int id, int piece, int offset, int bytes) {
    Frame.header(out, BLOCK_RANGE_LENGTH, id).putInt(piece).putInt(offset).putInt(bytes);
  }

  private void putBitfield(ByteBuffer out, byte[] bits) {
    if (pieceCount != PIECES_UNKNOWN && !PieceSet.isBitfield(bits, pieceCount)) {
      throw new IllegalStateException(
          "bitfield: "
              + bits.length
              + " bytes (expected: a bitfield of "
              + pieceCount
              + " pieces)");
    }
    Frame.header(out, 1 + bits.length, BITFIELD).put(bits);
  }

  private static void putExtended(ByteBuffer out, int extendedId, byte[] payload) {
    Frame.header(out, EXTENDED_HEADER_LENGTH + payload.length, EXTENDED)
        .put((byte) extendedId)
        .put(payload);
  }

  private static int extendedBytes(byte[] payload) {
    return Frame.LENGTH_BYTES + EXTENDED_HEADER_LENGTH + payload.length;
  }

  private static IllegalStateException unspeakable(PeerMessage message) {
    return new IllegalStateException("nobody says " + message);
  }
}
