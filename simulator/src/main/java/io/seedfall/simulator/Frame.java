package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;

/**
 * What stands in a lane: a {@link PeerMessage}, a {@link Block} (its bytes are right), a {@link
 * Corrupt} block, or a {@link Part} of a block whose end comes later. These are plain objects
 * rather than one sealed type so that the many messages need no wrapper.
 */
final class Frame {
  /** Length, id, piece and offset before the bytes of a block (BEP 3). */
  static final int PIECE_HEADER_BYTES = 13;

  /** A chunk that is not the last of its block. */
  enum Part {
    PART
  }

  /** A block whose bytes are not those of the file. */
  record Corrupt(Block block) {}

  private Frame() {}

  /** The block that a frame with bytes ends. */
  static Block block(Object frame) {
    return frame instanceof Corrupt(Block block) ? block : (Block) frame;
  }

  /** How many bytes a message has on the wire, length prefix included; long ones roughly. */
  static int bytes(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Have _ -> 9;
      case PeerMessage.Haves(int[] pieces) -> 7 + 4 * pieces.length;
      case PeerMessage.RequestPieces(int[] pieces) -> 7 + 4 * pieces.length;
      case PeerMessage.OfferPieces(int[] pieces) -> 7 + 4 * pieces.length;
      case PeerMessage.AskingPieces(int[] pieces) -> 7 + 4 * pieces.length;
      case PeerMessage.AskingPiecesWithdrawn(int[] pieces) -> 7 + 4 * pieces.length;
      case PeerMessage.Request _,
          PeerMessage.Cancel _,
          PeerMessage.RejectRequest _,
          PeerMessage.Piece _ ->
          17;
      case PeerMessage.Grant _, PeerMessage.GrantWithdrawn _, PeerMessage.Complete _ -> 7;
      case PeerMessage.Decline _ -> 8;
      case PeerMessage.Offer _,
          PeerMessage.OfferDeclined _,
          PeerMessage.RequestPiece _,
          PeerMessage.Asking _,
          PeerMessage.AskingWithdrawn _ ->
          11;
      case PeerMessage.KeepAlive _ -> 4;
      case PeerMessage.Choke _,
          PeerMessage.Unchoke _,
          PeerMessage.Interested _,
          PeerMessage.NotInterested _,
          PeerMessage.HaveAll _,
          PeerMessage.HaveNone _,
          PeerMessage.Unknown _ ->
          5;
      case PeerMessage.UnknownExtension _ -> 6;
      case PeerMessage.SuggestPiece _, PeerMessage.AllowedFast _ -> 9;
      case PeerMessage.Bitfield(byte[] bits) -> 5 + bits.length;
      case PeerMessage.ExtensionHandshake _ -> 150;
      case PeerMessage.MetadataRequest _, PeerMessage.MetadataReject _ -> 31;
      case PeerMessage.PeerExchange exchange ->
          50 + 7 * exchange.added().size() + 6 * exchange.dropped().size();
      case PeerMessage.DontHave _ -> 10;
      case PeerMessage.MetadataData data -> 50 + data.data().length;
      case PeerMessage.HashRequest _, PeerMessage.HashReject _ -> 53;
      case PeerMessage.Hashes hashes -> 53 + 32 * hashes.hashes().size();
    };
  }
}
