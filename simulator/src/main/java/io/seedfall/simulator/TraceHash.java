package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.Arrays;

/**
 * A 64-bit hash over numbers in their order. Hash codes of objects are never used: those of enums
 * differ from one JVM to the next. The numbers that stand for kinds only have to differ.
 */
final class TraceHash {
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private long hash = 0xCBF2_9CE4_8422_2325L;

  long value() {
    return hash;
  }

  static long tag(int kind, int number) {
    return (long) kind << 32 | (number & 0xFFFF_FFFFL);
  }

  void add(long value) {
    hash = (hash ^ value) * MULTIPLIER;
    hash ^= hash >>> 29;
  }

  void add(long first, long second) {
    add(first);
    add(second);
  }

  void add(int kind, int peer, Block block) {
    add(tag(kind, peer));
    add(tag(block.piece(), block.offset()));
    add(block.length());
  }

  private void add(int kind, int piece, int offset, int length) {
    add(tag(kind, piece));
    add(tag(offset, length));
  }

  void add(String text) {
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
  }

  void add(Endpoint endpoint) {
    add(endpoint.address());
    add(endpoint.port());
  }

  void add(PeerMessage message) {
    switch (message) {
      case PeerMessage.Have(int piece) -> add(tag(64, piece));
      case PeerMessage.Haves(int[] pieces) -> add(tag(96, Arrays.hashCode(pieces)));
      case PeerMessage.Request(int piece, int offset, int length) -> add(65, piece, offset, length);
      case PeerMessage.RequestPiece(int piece) -> add(tag(97, piece));
      case PeerMessage.RequestPieces(int[] pieces) -> add(tag(98, Arrays.hashCode(pieces)));
      case PeerMessage.OfferPieces(int[] pieces) -> add(tag(99, Arrays.hashCode(pieces)));
      case PeerMessage.AskingPieces(int[] pieces) -> add(tag(100, Arrays.hashCode(pieces)));
      case PeerMessage.AskingPiecesWithdrawn(int[] pieces) ->
          add(tag(101, Arrays.hashCode(pieces)));
      case PeerMessage.Grant _ -> add(66);
      case PeerMessage.Decline(var reason) -> add(tag(67, reason == DeclineReason.BUSY ? 1 : 2));
      case PeerMessage.Offer(int piece) -> add(tag(68, piece));
      case PeerMessage.OfferDeclined(int piece) -> add(tag(69, piece));
      case PeerMessage.GrantWithdrawn _ -> add(70);
      case PeerMessage.Asking(int piece) -> add(tag(71, piece));
      case PeerMessage.AskingWithdrawn(int piece) -> add(tag(72, piece));
      case PeerMessage.Complete _ -> add(73);
      case PeerMessage.Cancel(int piece, int offset, int length) -> add(74, piece, offset, length);
      case PeerMessage.RejectRequest(int piece, int offset, int length) ->
          add(75, piece, offset, length);
      case PeerMessage.Piece(int piece, int offset, int length) -> add(76, piece, offset, length);
      case PeerMessage.KeepAlive _ -> add(77);
      case PeerMessage.Choke _ -> add(78);
      case PeerMessage.Unchoke _ -> add(79);
      case PeerMessage.Interested _ -> add(80);
      case PeerMessage.NotInterested _ -> add(81);
      case PeerMessage.Bitfield(byte[] bits) -> add(tag(82, Arrays.hashCode(bits)));
      case PeerMessage.SuggestPiece(int piece) -> add(tag(83, piece));
      case PeerMessage.HaveAll _ -> add(84);
      case PeerMessage.HaveNone _ -> add(85);
      case PeerMessage.AllowedFast(int piece) -> add(tag(86, piece));
      case PeerMessage.ExtensionHandshake handshake -> introduction(handshake);
      case PeerMessage.MetadataRequest(int piece) -> add(tag(88, piece));
      case PeerMessage.MetadataData data -> add(tag(89, data.piece()));
      case PeerMessage.MetadataReject(int piece) -> add(tag(90, piece));
      case PeerMessage.HashRequest request -> add(tag(91, request.index()));
      case PeerMessage.Hashes hashes -> add(tag(92, hashes.index()));
      case PeerMessage.HashReject reject -> add(tag(93, reject.index()));
      case PeerMessage.PeerExchange exchange -> add(tag(102, exchange.added().size()));
      case PeerMessage.DontHave(int piece) -> add(tag(103, piece));
      case PeerMessage.Unknown(int id) -> add(tag(94, id));
      case PeerMessage.UnknownExtension(int id) -> add(tag(95, id));
    }
  }

  private void introduction(PeerMessage.ExtensionHandshake handshake) {
    add(tag(87, handshake.listenPort()));
    add(handshake.client());
    var grant = handshake.grant();
    if (grant != null) {
      add(tag(grant.version(), grant.blockBytes()));
      add(grant.rack());
    }
  }
}
