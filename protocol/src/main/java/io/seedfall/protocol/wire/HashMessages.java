package io.seedfall.protocol.wire;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.wire.PeerMessage.HashReject;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import io.seedfall.protocol.wire.PeerMessage.Hashes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The hash messages of BEP 52. All three begin alike: id, pieces root (32 bytes), base layer,
 * index, length, proof layers (four bytes each); behind that, 22 carries hashes of 32 bytes.
 *
 * <p>BEP 52 says that a request should not ask for more than 512 hashes. Here it may not, so that
 * no answer is larger than {@link #LENGTH_MAX}.
 */
final class HashMessages {
  /** Id and range, as the length prefix counts them. */
  static final int RANGE_LENGTH = 1 + Hash256.BYTES + 4 * Integer.BYTES;

  /** The hashes that one message may carry, proof included. */
  static final int CARRIED_MAX = PeerMessageCodec.HASHES_MAX + PeerMessageCodec.PROOF_LAYERS_MAX;

  /** The longest of these messages, as the length prefix counts it. */
  static final int LENGTH_MAX = RANGE_LENGTH + CARRIED_MAX * Hash256.BYTES;

  private static final int ROOT_OFFSET = Frame.HEADER_BYTES;
  private static final int BASE_LAYER_OFFSET = ROOT_OFFSET + Hash256.BYTES;
  private static final int INDEX_OFFSET = BASE_LAYER_OFFSET + Integer.BYTES;
  private static final int COUNT_OFFSET = INDEX_OFFSET + Integer.BYTES;
  private static final int PROOF_LAYERS_OFFSET = COUNT_OFFSET + Integer.BYTES;
  private static final int HASHES_OFFSET = PROOF_LAYERS_OFFSET + Integer.BYTES;

  private HashMessages() {}

  /** Decodes a hash request or a hash reject. */
  static Decoded decodeRange(ByteBuffer in, int length, int id) {
    Decoded trouble = Frame.trouble(in, length, RANGE_LENGTH, name(id));
    return trouble != null ? trouble : decode(in, length, id, List.of());
  }

  /** Decodes hashes. */
  static Decoded decodeHashes(ByteBuffer in, int length) {
    int hashBytes = length - RANGE_LENGTH;
    if (hashBytes < 0 || hashBytes % Hash256.BYTES != 0 || length > LENGTH_MAX) {
      return Frame.malformed(
          "hashes of %d bytes (expected: %d and a multiple of 32, at most %d)"
              .formatted(length, RANGE_LENGTH, LENGTH_MAX));
    }
    Decoded missing = Frame.missing(in, length);
    if (missing != null) {
      return missing;
    }
    byte[] bytes = Frame.copy(in, length, HASHES_OFFSET);
    List<Hash256> hashes = new ArrayList<>(bytes.length / Hash256.BYTES);
    for (int at = 0; at < bytes.length; at += Hash256.BYTES) {
      hashes.add(Hash256.of(bytes, at));
    }
    return decode(in, length, PeerMessageCodec.HASHES, List.copyOf(hashes));
  }

  private static Decoded decode(ByteBuffer in, int length, int id, List<Hash256> hashes) {
    byte[] root = new byte[Hash256.BYTES];
    in.get(in.position() + ROOT_OFFSET, root);
    Hash256 piecesRoot = Hash256.of(root);
    int baseLayer = Frame.number(in, BASE_LAYER_OFFSET);
    int index = Frame.number(in, INDEX_OFFSET);
    int count = Frame.number(in, COUNT_OFFSET);
    int proofLayers = Frame.number(in, PROOF_LAYERS_OFFSET);
    if ((baseLayer | index | count | proofLayers) < 0
        || count > PeerMessageCodec.HASHES_MAX
        || proofLayers > PeerMessageCodec.PROOF_LAYERS_MAX) {
      return Frame.malformed(
          "%s: base layer %s, index %s, length %s, proof layers %s"
              .formatted(
                  name(id),
                  Integer.toUnsignedString(baseLayer),
                  Integer.toUnsignedString(index),
                  Integer.toUnsignedString(count),
                  Integer.toUnsignedString(proofLayers)));
    }
    PeerMessage message =
        switch (id) {
          case PeerMessageCodec.HASH_REQUEST ->
              new HashRequest(piecesRoot, baseLayer, index, count, proofLayers);
          case PeerMessageCodec.HASH_REJECT ->
              new HashReject(piecesRoot, baseLayer, index, count, proofLayers);
          default -> new Hashes(piecesRoot, baseLayer, index, count, proofLayers, hashes);
        };
    return Frame.taken(in, length, message);
  }

  private static String name(int id) {
    return switch (id) {
      case PeerMessageCodec.HASH_REQUEST -> "hash request";
      case PeerMessageCodec.HASH_REJECT -> "hash reject";
      default -> "hashes";
    };
  }

  /** Appends a hash request. */
  static void encode(ByteBuffer out, HashRequest message) {
    Frame.header(out, RANGE_LENGTH, PeerMessageCodec.HASH_REQUEST)
        .put(message.piecesRoot().toBytes())
        .putInt(message.baseLayer())
        .putInt(message.index())
        .putInt(message.length())
        .putInt(message.proofLayers());
  }

  /** Appends a hash reject. */
  static void encode(ByteBuffer out, HashReject message) {
    Frame.header(out, RANGE_LENGTH, PeerMessageCodec.HASH_REJECT)
        .put(message.piecesRoot().toBytes())
        .putInt(message.baseLayer())
        .putInt(message.index())
        .putInt(message.length())
        .putInt(message.proofLayers());
  }

  /** Appends hashes. */
  static void encode(ByteBuffer out, Hashes message) {
    List<Hash256> hashes = message.hashes();
    if (hashes.size() > CARRIED_MAX) {
      throw new IllegalStateException(
          "hashes: " + hashes.size() + " (expected: <= " + CARRIED_MAX + ")");
    }
    Frame.header(out, RANGE_LENGTH + hashes.size() * Hash256.BYTES, PeerMessageCodec.HASHES)
        .put(message.piecesRoot().toBytes())
        .putInt(message.baseLayer())
        .putInt(message.index())
        .putInt(message.length())
        .putInt(message.proofLayers());
    hashes.forEach(hash -> out.put(hash.toBytes()));
  }
}
