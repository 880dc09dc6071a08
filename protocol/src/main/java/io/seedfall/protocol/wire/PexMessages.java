package io.seedfall.protocol.wire;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.wire.PeerMessage.PeerExchange;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of ut_pex (BEP 11): a dictionary of rows of endpoints, and of one byte of flags for
 * each that was added.
 *
 * <pre>
 *   {added: 6 bytes each, added.f: 1 byte each, added6: 18 bytes each, added6.f: 1 byte each,
 *    dropped: 6 bytes each, dropped6: 18 bytes each}
 * </pre>
 *
 * <p>All of it is hearsay: a row of a wrong length counts as not said, and so does what is beyond
 * {@link PeerExchange#HEARD_MAX}.
 */
final class PexMessages {
  /** The longest payload that is decoded. */
  static final int BYTES_MAX = 16 * 1024;

  private static final String ADDED = "added";
  private static final String DROPPED = "dropped";
  private static final String SIX = "6";
  private static final String FLAGS = ".f";

  private PexMessages() {}

  static Decoded decode(byte[] payload) {
    return switch (BencodeDecoder.decode(payload, BencodeLimits.PEER_MESSAGE)) {
      case BencodeDecoder.Decoded.Malformed(String reason) -> Frame.malformed("ut_pex: " + reason);
      case BencodeDecoder.Decoded.Value(BencodeDictionary said, _) ->
          new Decoded.Message(new PeerExchange(added(said), dropped(said)));
      case BencodeDecoder.Decoded.Value _ -> Frame.malformed("ut_pex: not a dictionary");
    };
  }

  private static List<ExchangedPeer> added(BencodeDictionary said) {
    List<ExchangedPeer> added = new ArrayList<>();
    for (CompactEndpoints family : CompactEndpoints.values()) {
      String key = key(ADDED, family);
      byte[] row = row(said, key);
      byte[] flags = row(said, key + FLAGS);
      int count = family.count(row);
      for (int i = 0; i < count && added.size() < PeerExchange.HEARD_MAX; i++) {
        Endpoint endpoint = family.at(row, i);
        if (endpoint != null) {
          added.add(new ExchangedPeer(endpoint, flags.length == count ? flags[i] & 0xff : 0));
        }
      }
    }
    return added;
  }

  private static List<Endpoint> dropped(BencodeDictionary said) {
    List<Endpoint> dropped = new ArrayList<>();
    for (CompactEndpoints family : CompactEndpoints.values()) {
      int room = PeerExchange.HEARD_MAX - dropped.size();
      dropped.addAll(family.decode(row(said, key(DROPPED, family)), room));
    }
    return dropped;
  }

  private static byte[] row(BencodeDictionary said, String key) {
    return said.get(key) instanceof BencodeString row ? row.toBytes() : new byte[0];
  }

  private static String key(String name, CompactEndpoints family) {
    return switch (family) {
      case V4 -> name;
      case V6 -> name + SIX;
    };
  }

  static byte[] encode(PeerExchange message) {
    if (message.added().size() > PeerExchange.SAID_MAX
        || message.dropped().size() > PeerExchange.SAID_MAX) {
      throw new IllegalStateException(
          "peer exchange: %d added, %d dropped (expected: <= %d each)"
              .formatted(message.added().size(), message.dropped().size(), PeerExchange.SAID_MAX));
    }
    BencodeDictionary.Builder all = BencodeDictionary.builder();
    for (CompactEndpoints family : CompactEndpoints.values()) {
      List<ExchangedPeer> added =
          message.added().stream().filter(peer -> family.fits(peer.endpoint())).toList();
      byte[] flags = new byte[added.size()];
      for (int i = 0; i < flags.length; i++) {
        flags[i] = (byte) added.get(i).flags();
      }
      String key = key(ADDED, family);
      // BEP 11 wants one of the four rows to be there; "added" always is.
      if (flags.length > 0 || family == CompactEndpoints.V4) {
        List<Endpoint> endpoints = added.stream().map(ExchangedPeer::endpoint).toList();
        all.put(key, BencodeString.of(family.encode(endpoints)));
        all.put(key + FLAGS, BencodeString.of(flags));
      }
      byte[] dropped = family.encode(message.dropped());
      if (dropped.length > 0) {
        all.put(key(DROPPED, family), BencodeString.of(dropped));
      }
    }
    return BencodeEncoder.encode(all.build());
  }
}
