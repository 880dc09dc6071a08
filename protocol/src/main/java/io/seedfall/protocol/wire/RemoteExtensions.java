package io.seedfall.protocol.wire;

import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import io.seedfall.protocol.wire.PeerMessage.ExtensionHandshake;
import org.jspecify.annotations.Nullable;

/**
 * The extension handshake (BEP 10) and what the other side has said in it. The ids in its {@code m}
 * are its own: it is spoken to with them, and speaks to us with ours, which are constants.
 *
 * <p>A further handshake says only what changes; the id 0 ends an extension. Messages that were on
 * their way by then still carry the id that was good when they were made: the reading thread learns
 * of the end before the thread that writes can. So an id, once said, stays usable for writing.
 *
 * <p>Numbers out of their range, and text that is too long or no text, count as not said: they are
 * hints, and no hint is worth a connection. What is no dictionary at all is malformed.
 */
final class RemoteExtensions {
  /** Requests that a peer can say it queues; more counts as not said. */
  static final int REQUESTS_MAX = 1 << 20;

  /** The longest client name, in characters. */
  static final int CLIENT_CHARS_MAX = 128;

  private static final String METADATA = "ut_metadata";
  private static final String GRANT = "sf_grant";
  private static final String PEX = "ut_pex";
  private static final String DONT_HAVE = "lt_donthave";
  private static final String UPLOAD_ONLY = "upload_only";
  private static final int ID_MAX = 255;
  private static final int PORT_MAX = 65_535;
  private static final int VERSION_MAX = 255;

  /* Written by the thread that decodes, read by the one that encodes. 0: never said. */
  private volatile int metadataId;
  private volatile int grantId;
  private volatile int pexId;
  private volatile int dontHaveId;

  /* Of the decoding thread alone. */
  private boolean speaksMetadata;
  private boolean speaksPex;
  private boolean speaksDontHave;
  private boolean uploadOnly;
  private @Nullable GrantTerms grant;

  /** Whether the other side speaks sf_grant as of its latest handshake. Decoding thread only. */
  boolean speaksGrants() {
    return grant != null;
  }

  /** The other side's id for ut_metadata. */
  int metadataId() {
    return announced(metadataId, METADATA);
  }

  /** The other side's id for sf_grant. */
  int grantId() {
    return announced(grantId, GRANT);
  }

  /** The other side's id for ut_pex. */
  int pexId() {
    return announced(pexId, PEX);
  }

  /** The other side's id for lt_donthave. */
  int dontHaveId() {
    return announced(dontHaveId, DONT_HAVE);
  }

  private static int announced(int id, String name) {
    if (id == 0) {
      throw new IllegalStateException(name + " was not announced by the other side");
    }
    return id;
  }

  /** Takes in the payload of an extension handshake. */
  Decoded decode(byte[] payload) {
    return switch (BencodeDecoder.decode(payload, BencodeLimits.PEER_MESSAGE)) {
      case BencodeDecoder.Decoded.Malformed(String reason) ->
          Frame.malformed("extension handshake: " + reason);
      case BencodeDecoder.Decoded.Value(BencodeDictionary said, _) -> decode(said);
      case BencodeDecoder.Decoded.Value _ ->
          Frame.malformed("extension handshake: not a dictionary");
    };
  }

  private Decoded decode(BencodeDictionary said) {
    BencodeDictionary ids =
        said.get("m") instanceof BencodeDictionary m ? m : BencodeDictionary.EMPTY;
    int saidMetadataId = number(ids.get(METADATA), 0, ID_MAX, -1);
    int saidGrantId = number(ids.get(GRANT), 0, ID_MAX, -1);
    int saidPexId = number(ids.get(PEX), 0, ID_MAX, -1);
    int saidDontHaveId = number(ids.get(DONT_HAVE), 0, ID_MAX, -1);
    int twice = saidTwice(saidMetadataId, saidGrantId, saidPexId, saidDontHaveId);
    if (twice > 0) {
      return Frame.malformed("extension handshake: two extensions with the id " + twice);
    }
    if (saidPexId >= 0) {
      speaksPex = saidPexId > 0;
      pexId = saidPexId > 0 ? saidPexId : pexId;
    }
    if (saidDontHaveId >= 0) {
      speaksDontHave = saidDontHaveId > 0;
      dontHaveId = saidDontHaveId > 0 ? saidDontHaveId : dontHaveId;
    }
    uploadOnly = number(said.get(UPLOAD_ONLY), 0, 1, uploadOnly ? 1 : 0) == 1;
    if (saidMetadataId >= 0) {
      speaksMetadata = saidMetadataId > 0;
      metadataId = saidMetadataId > 0 ? saidMetadataId : metadataId;
    }
    if (saidGrantId >= 0) {
      grant = saidGrantId > 0 ? terms(said.get(GRANT)) : null;
      grantId = grant != null ? saidGrantId : grantId;
    }
    return new Decoded.Message(
        new ExtensionHandshake(
            number(said.get("metadata_size"), 1, MetadataMessages.METADATA_BYTES_MAX, 0),
            number(said.get("reqq"), 1, REQUESTS_MAX, 0),
            number(said.get("p"), 1, PORT_MAX, 0),
            text(said.get("v"), CLIENT_CHARS_MAX),
            speaksMetadata,
            grant,
            uploadOnly,
            speaksPex,
            speaksDontHave));
  }

  /** An id above 0 that is there twice, or 0. */
  private static int saidTwice(int... ids) {
    for (int i = 0; i < ids.length; i++) {
      for (int j = 0; j < i; j++) {
        if (ids[i] > 0 && ids[i] == ids[j]) {
          return ids[i];
        }
      }
    }
    return 0;
  }

  private static @Nullable GrantTerms terms(@Nullable BencodeValue value) {
    if (!(value instanceof BencodeDictionary said)) {
      return null;
    }
    int version = number(said.get("v"), GrantTerms.VERSION, VERSION_MAX, 0);
    int block = number(said.get("block"), 1, GrantTerms.BLOCK_BYTES_MAX, 0);
    String rack = text(said.get("rack"), GrantTerms.PLACE_CHARS_MAX);
    String zone = text(said.get("zone"), GrantTerms.PLACE_CHARS_MAX);
    // Whoever speaks a later version speaks this one too; the lower of both is used.
    return version > 0 && GrantTerms.isBlockBytes(block)
        ? new GrantTerms(Math.min(version, GrantTerms.VERSION), block, rack, zone)
        : null;
  }

  private static int number(@Nullable BencodeValue value, int min, int max, int notSaid) {
    return value instanceof BencodeInteger(long number) && number >= min && number <= max
        ? (int) number
        : notSaid;
  }

  private static String text(@Nullable BencodeValue value, int charsMax) {
    if (!(value instanceof BencodeString bytes) || bytes.length() > 4 * charsMax) {
      return "";
    }
    String text = bytes.asText();
    return text == null
            || text.length() > charsMax
            || text.chars().anyMatch(Character::isISOControl)
        ? ""
        : text;
  }

  /** The payload of our extension handshake; what is 0, empty or null in it is not said. */
  static byte[] encode(ExtensionHandshake ours) {
    BencodeDictionary.Builder ids = BencodeDictionary.builder();
    BencodeDictionary.Builder all = BencodeDictionary.builder();
    if (ours.hasMetadataExchange()) {
      ids.put(METADATA, PeerMessageCodec.METADATA_ID);
    }
    if (ours.hasPeerExchange()) {
      ids.put(PEX, PeerMessageCodec.PEX_ID);
    }
    if (ours.hasDontHave()) {
      ids.put(DONT_HAVE, PeerMessageCodec.DONT_HAVE_ID);
    }
    GrantTerms terms = ours.grant();
    if (terms != null) {
      ids.put(GRANT, PeerMessageCodec.GRANT_ID);
      all.put(GRANT, encode(terms));
    }
    all.put("m", ids.build());
    putUnlessZero(all, "metadata_size", ours.metadataBytes());
    putUnlessZero(all, "p", ours.listenPort());
    putUnlessZero(all, "reqq", ours.requestsMax());
    putUnlessZero(all, UPLOAD_ONLY, ours.uploadOnly() ? 1 : 0);
    if (!ours.client().isEmpty()) {
      all.put("v", ours.client());
    }
    return BencodeEncoder.encode(all.build());
  }

  private static BencodeDictionary encode(GrantTerms terms) {
    if (!GrantTerms.isBlockBytes(terms.blockBytes())) {
      throw new IllegalStateException(
          "blockBytes: " + terms.blockBytes() + " (expected: a power of two, 16 KiB to 1 MiB)");
    }
    BencodeDictionary.Builder said = BencodeDictionary.builder();
    said.put("block", terms.blockBytes()).put("v", terms.version());
    if (!terms.rack().isEmpty()) {
      said.put("rack", terms.rack());
    }
    if (!terms.zone().isEmpty()) {
      said.put("zone", terms.zone());
    }
    return said.build();
  }

  private static void putUnlessZero(BencodeDictionary.Builder all, String key, int number) {
    if (number != 0) {
      all.put(key, number);
    }
  }
}
