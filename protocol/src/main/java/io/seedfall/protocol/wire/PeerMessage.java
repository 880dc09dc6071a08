package io.seedfall.protocol.wire;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.Hash256;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one peer says to another after the handshake: one record a message, in the order
 * of the BEPs. Numbers are as they came from the wire (already within their fields, not yet checked
 * against a torrent). Byte arrays are owned by the message: nobody changes them.
 */
public sealed interface PeerMessage {

  /* --------------- BEP 3 --------------- */

  /** Length zero: the connection lives. */
  record KeepAlive() implements PeerMessage {}

  /** Id 0. */
  record Choke() implements PeerMessage {}

  /** Id 1. */
  record Unchoke() implements PeerMessage {}

  /** Id 2. */
  record Interested() implements PeerMessage {}

  /** Id 3. */
  record NotInterested() implements PeerMessage {}

  /** Id 4: the sender has a whole, verified piece. */
  record Have(int piece) implements PeerMessage {}

  /** Id 5: what the sender has, high bit first. */
  @SuppressWarnings("ArrayRecordComponent") // a message is passed on, never compared
  record Bitfield(byte[] bits) implements PeerMessage {}

  /** Id 6. */
  record Request(int piece, int offset, int length) implements PeerMessage {}

  /**
   * Id 7, the header only: the next {@code length} bytes of the stream are the block itself, which
   * goes straight into its buffer.
   */
  record Piece(int piece, int offset, int length) implements PeerMessage {}

  /** Id 8. */
  record Cancel(int piece, int offset, int length) implements PeerMessage {}

  /* --------------- BEP 6, the fast extension --------------- */

  /** Id 13. */
  record SuggestPiece(int piece) implements PeerMessage {}

  /** Id 14. */
  record HaveAll() implements PeerMessage {}

  /** Id 15. */
  record HaveNone() implements PeerMessage {}

  /** Id 16: that request will not be answered. */
  record RejectRequest(int piece, int offset, int length) implements PeerMessage {}

  /** Id 17. */
  record AllowedFast(int piece) implements PeerMessage {}

  /* --------------- BEP 10, the extension protocol --------------- */

  /**
   * Id 20, extended id 0.
   *
   * @param metadataBytes size of the info dictionary, 0 when not said (BEP 9)
   * @param requestsMax how many requests the sender queues (reqq), 0 when not said
   * @param listenPort where the sender listens (p), 0 when not said
   * @param client name and version (v), empty when not said
   * @param hasMetadataExchange whether the sender announced ut_metadata
   * @param grant the sender's terms for sf_grant, null when it does not speak it
   * @param uploadOnly whether the sender wants to download nothing more (BEP 21)
   * @param hasPeerExchange whether the sender announced ut_pex (BEP 11)
   * @param hasDontHave whether the sender announced lt_donthave (BEP 54)
   */
  record ExtensionHandshake(
      int metadataBytes,
      int requestsMax,
      int listenPort,
      String client,
      boolean hasMetadataExchange,
      @Nullable GrantTerms grant,
      boolean uploadOnly,
      boolean hasPeerExchange,
      boolean hasDontHave)
      implements PeerMessage {
    /** One that says nothing of BEP 11, 21 and 54. */
    public ExtensionHandshake(
        int metadataBytes,
        int requestsMax,
        int listenPort,
        String client,
        boolean hasMetadataExchange,
        @Nullable GrantTerms grant) {
      this(
          metadataBytes,
          requestsMax,
          listenPort,
          client,
          hasMetadataExchange,
          grant,
          false,
          false,
          false);
    }
  }

  /* --------------- BEP 9, metadata exchange --------------- */

  /** Asks for 16 KiB of the info dictionary. */
  record MetadataRequest(int piece) implements PeerMessage {}

  /** 16 KiB of the info dictionary, the last one shorter. */
  @SuppressWarnings("ArrayRecordComponent")
  record MetadataData(int piece, int totalBytes, byte[] data) implements PeerMessage {}

  /** No. */
  record MetadataReject(int piece) implements PeerMessage {}

  /* --------------- BEP 11, peer exchange, and BEP 54 --------------- */

  /** Whom the sender is connected to since its last message of this kind, and to whom no more. */
  record PeerExchange(List<ExchangedPeer> added, List<Endpoint> dropped) implements PeerMessage {
    /** The most peers added, and the most dropped, that one of our messages may have (BEP 11). */
    public static final int SAID_MAX = 50;

    /** The most that are taken of each from a message; further ones are left out. */
    public static final int HEARD_MAX = 200;

    /** Copies the lists. */
    public PeerExchange {
      added = List.copyOf(added);
      dropped = List.copyOf(dropped);
    }
  }

  /** The sender no longer has a piece that it announced. */
  record DontHave(int piece) implements PeerMessage {}

  /* --------------- BEP 52, hashes --------------- */

  /**
   * Id 21: asks for {@code length} hashes of a file's tree from {@code index} on, and their proof.
   */
  record HashRequest(Hash256 piecesRoot, int baseLayer, int index, int length, int proofLayers)
      implements PeerMessage {}

  /** Id 22: the hashes asked for, then those of the proof, lowest layer first. */
  record Hashes(
      Hash256 piecesRoot,
      int baseLayer,
      int index,
      int length,
      int proofLayers,
      List<Hash256> hashes)
      implements PeerMessage {}

  /** Id 23: that hash request will not be answered. */
  record HashReject(Hash256 piecesRoot, int baseLayer, int index, int length, int proofLayers)
      implements PeerMessage {}

  /* --------------- sf_grant, docs/protocol.md --------------- */

  /** You may ask me for exactly one piece, now. */
  record Grant() implements PeerMessage {}

  /** The grant that I gave you and you have not answered is void. */
  record GrantWithdrawn() implements PeerMessage {}

  /** I do not use your grant. */
  record Decline(DeclineReason reason) implements PeerMessage {}

  /** A grant for this one piece, which the receiver takes unless it has or is getting it. */
  record Offer(int piece) implements PeerMessage {}

  /** I have, am getting or cannot store that piece: give it to somebody else. */
  record OfferDeclined(int piece) implements PeerMessage {}

  /** I have every piece (said later than the handshake, by a source whose first pass is over). */
  record Complete() implements PeerMessage {}

  /** I have asked somebody for this piece: neighbours in my rack need not fetch it from outside. */
  record Asking(int piece) implements PeerMessage {}

  /** That is no longer so, and I do not have the piece. */
  record AskingWithdrawn(int piece) implements PeerMessage {}

  /** The answer to a grant: I ask for every block of this piece, first to last. */
  record RequestPiece(int piece) implements PeerMessage {}

  /**
   * The answer to a grant or an offer when pieces are small: I ask for every block of these pieces,
   * in this order, which are together no longer than the torrent's piece size.
   */
  @SuppressWarnings("ArrayRecordComponent") // a message is passed on, never compared
  record RequestPieces(int[] pieces) implements PeerMessage {
    /** The most pieces in one message, and under one grant or offer. */
    public static final int PIECES_MAX = 64;
  }

  /** A grant for these small pieces: the receiver takes what it has not and is not getting. */
  @SuppressWarnings("ArrayRecordComponent")
  record OfferPieces(int[] pieces) implements PeerMessage {}

  /** I have asked somebody for these pieces: many ASKINGs in one message. */
  @SuppressWarnings("ArrayRecordComponent")
  record AskingPieces(int[] pieces) implements PeerMessage {}

  /** That is no longer so for any of these, and I do not have them. */
  @SuppressWarnings("ArrayRecordComponent")
  record AskingPiecesWithdrawn(int[] pieces) implements PeerMessage {}

  /** I have these whole, verified pieces too: many HAVEs in one message. */
  @SuppressWarnings("ArrayRecordComponent") // a message is passed on, never compared
  record Haves(int[] pieces) implements PeerMessage {
    /** The most pieces in one message. */
    public static final int PIECES_MAX = 1024;
  }

  /* --------------- what we do not know --------------- */

  /** A core message with an id that is not spoken here; it has been passed over. */
  record Unknown(int id) implements PeerMessage {}

  /** An extended message with an id that we did not announce; it has been passed over. */
  record UnknownExtension(int extendedId) implements PeerMessage {}
}
