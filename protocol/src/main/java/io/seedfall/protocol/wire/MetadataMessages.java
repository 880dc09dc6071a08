package io.seedfall.protocol.wire;

import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.wire.PeerMessage.MetadataData;
import io.seedfall.protocol.wire.PeerMessage.MetadataReject;
import io.seedfall.protocol.wire.PeerMessage.MetadataRequest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The payloads of ut_metadata (BEP 9): a bencoded dictionary and, for data, raw bytes behind it.
 */
final class MetadataMessages {
  /** The info dictionary travels in pieces of so many bytes. */
  static final int PIECE_BYTES = 16 * 1024;

  /** The largest info dictionary that is taken or announced. */
  static final int METADATA_BYTES_MAX = BencodeLimits.BYTES_MAX;

  /** The longest dictionary before the raw bytes. */
  static final int DICTIONARY_BYTES_MAX = 1024;

  private static final int REQUEST = 0;
  private static final int DATA = 1;
  private static final int REJECT = 2;
  private static final String MSG_TYPE = "msg_type";
  private static final String PIECE = "piece";
  private static final String TOTAL_SIZE = "total_size";

  private MetadataMessages() {}

  /** What the payload says; null when its msg_type is not known, which BEP 9 wants ignored. */
  static @Nullable Decoded decode(byte[] payload) {
    return switch (BencodeDecoder.decodePrefix(payload, 0, BencodeLimits.PEER_MESSAGE)) {
      case BencodeDecoder.Decoded.Malformed(String reason) ->
          Frame.malformed("ut_metadata: " + reason);
      case BencodeDecoder.Decoded.Value(BencodeDictionary dictionary, int end) ->
          message(dictionary, payload, end);
      case BencodeDecoder.Decoded.Value _ -> Frame.malformed("ut_metadata: not a dictionary");
    };
  }

  private static @Nullable Decoded message(BencodeDictionary dictionary, byte[] payload, int end) {
    if (!(dictionary.get(MSG_TYPE) instanceof BencodeInteger(long type))) {
      return Frame.malformed("ut_metadata: no msg_type");
    }
    if (type < REQUEST || type > REJECT) {
      return null;
    }
    if (!(dictionary.get(PIECE) instanceof BencodeInteger(long piece))
        || piece < 0
        || piece > METADATA_BYTES_MAX / PIECE_BYTES) {
      return Frame.malformed("ut_metadata: piece: " + dictionary.get(PIECE));
    }
    if (type == DATA) {
      return data(dictionary, (int) piece, Arrays.copyOfRange(payload, end, payload.length));
    }
    if (end < payload.length) {
      return Frame.malformed("ut_metadata: " + (payload.length - end) + " bytes too many");
    }
    return new Decoded.Message(
        type == REQUEST ? new MetadataRequest((int) piece) : new MetadataReject((int) piece));
  }

  private static Decoded data(BencodeDictionary dictionary, int piece, byte[] data) {
    if (!(dictionary.get(TOTAL_SIZE) instanceof BencodeInteger(long total))
        || total < 1
        || total > METADATA_BYTES_MAX) {
      return Frame.malformed("ut_metadata: total_size: " + dictionary.get(TOTAL_SIZE));
    }
    long expected = Math.min(PIECE_BYTES, total - (long) piece * PIECE_BYTES);
    if (data.length != expected) {
      return Frame.malformed(
          "ut_metadata: piece %d of %d bytes has %d (expected: %d)"
              .formatted(piece, total, data.length, expected));
    }
    return new Decoded.Message(new MetadataData(piece, (int) total, data));
  }

  static byte[] encode(MetadataRequest request) {
    return BencodeEncoder.encode(dictionary(REQUEST, request.piece()).build());
  }

  static byte[] encode(MetadataReject reject) {
    return BencodeEncoder.encode(dictionary(REJECT, reject.piece()).build());
  }

  static byte[] encode(MetadataData data) {
    byte[] head =
        BencodeEncoder.encode(
            dictionary(DATA, data.piece()).put(TOTAL_SIZE, data.totalBytes()).build());
    byte[] payload = Arrays.copyOf(head, head.length + data.data().length);
    System.arraycopy(data.data(), 0, payload, head.length, data.data().length);
    return payload;
  }

  private static BencodeDictionary.Builder dictionary(int type, int piece) {
    return BencodeDictionary.builder().put(MSG_TYPE, type).put(PIECE, piece);
  }
}
