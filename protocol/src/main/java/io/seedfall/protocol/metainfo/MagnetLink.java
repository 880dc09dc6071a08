package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.IpAddress;
import io.seedfall.protocol.PercentCode;
import io.seedfall.protocol.WireHash;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A link to a torrent whose info dictionary comes from its peers (BEP 9, BEP 52):
 *
 * <pre>
 *   magnet:?xt=urn:btih:INFOHASH        SHA-1, 40 hexadecimal or 32 base32 digits
 *          &amp;xt=urn:btmh:1220INFOHASH    SHA-256, 64 hexadecimal digits behind the mark of SHA-256
 *          &amp;dn=NAME &amp;tr=TRACKER &amp;x.pe=ADDRESS:PORT &amp;ws=WEB-SEED
 * </pre>
 *
 * @param v1Hash the SHA-1 of the info dictionary, null when not said
 * @param infoHash the SHA-256 of the info dictionary, null when not said; one of both is there
 * @param name what to show until the info dictionary is here, empty when not said
 * @param trackers URLs
 * @param peers whom to ask at once
 * @param webSeeds URLs (BEP 19)
 */
public record MagnetLink(
    @Nullable WireHash v1Hash,
    @Nullable InfoHash infoHash,
    String name,
    List<String> trackers,
    List<Endpoint> peers,
    List<String> webSeeds) {
  /** The longest link, in characters. */
  public static final int CHARS_MAX = 64 * 1024;

  /** The longest name, in characters; a longer one counts as not said. */
  public static final int NAME_CHARS_MAX = 255;

  /** The most peers; further ones are not kept. */
  public static final int PEERS_MAX = 64;

  private static final String NAME = "dn";
  private static final String SCHEME = "magnet:?";
  private static final String V1_TOPIC = "urn:btih:";
  private static final String V2_TOPIC = "urn:btmh:";

  /** How multihash writes "SHA-256, 32 bytes". */
  private static final String SHA256_MARK = "1220";

  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int BASE32_DIGITS = 32;
  private static final int HEX_DIGITS = 40;

  /** Checks that the torrent has a name, and copies the lists. */
  public MagnetLink {
    if (v1Hash == null && infoHash == null) {
      throw new IllegalArgumentException("v1Hash, infoHash: neither is there");
    }
    trackers = List.copyOf(trackers);
    peers = List.copyOf(peers);
    webSeeds = List.copyOf(webSeeds);
  }

  /** What a text turned out to be. */
  public sealed interface Parsed {
    /** A link. */
    record Valid(MagnetLink link) implements Parsed {}

    /** Why it is none that is accepted. */
    record Invalid(String reason) implements Parsed {}
  }

  /** The link to a torrent, with its trackers and web seeds. */
  public static MagnetLink of(Metainfo metainfo, List<Endpoint> peers) {
    return new MagnetLink(
        metainfo.v1Hash(),
        metainfo.infoHashOrNull(),
        metainfo.name(),
        metainfo.trackers().stream().flatMap(List::stream).toList(),
        peers,
        metainfo.webSeeds());
  }

  /**
   * Reads a link. A topic of BitTorrent that cannot be read makes it invalid; every other parameter
   * is advice, and what is unknown, malformed or beyond a limit counts as not said. So do peers
   * with a host name in place of an address.
   */
  public static Parsed parse(String text) {
    if (text.length() > CHARS_MAX) {
      return new Parsed.Invalid(text.length() + " characters (expected: <= " + CHARS_MAX + ")");
    }
    if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return new Parsed.Invalid("no magnet link: it does not begin with " + SCHEME);
    }
    Reader reader = new Reader();
    for (String parameter : text.substring(SCHEME.length()).split("&", -1)) {
      int equals = parameter.indexOf('=');
      String numbered = equals < 0 ? "" : parameter.substring(0, equals);
      String key = numbered.replaceFirst("\\.[0-9]+$", ""); // xt.1, xt.2
      String escaped = parameter.substring(equals + 1);
      String value = PercentCode.text(key.equals(NAME) ? escaped.replace('+', ' ') : escaped);
      String fault = value == null ? null : reader.take(key, value);
      if (fault != null) {
        return new Parsed.Invalid(fault);
      }
    }
    return reader.finish();
  }

  /** All names of the torrent on the wire, v1 first; one or two. */
  public List<WireHash> wireHashes() {
    List<WireHash> names = new ArrayList<>(2);
    if (v1Hash != null) {
      names.add(v1Hash);
    }
    if (infoHash != null) {
      names.add(infoHash.wire());
    }
    return names;
  }

  /** Whether this is what the link names: it must have every hash that it says. */
  public boolean isFor(InfoDictionary info) {
    return isFor(info.toBytes());
  }

  /**
   * Whether these bytes, whatever they are, have every hash that the link says: to be asked before
   * anything in them is looked at.
   */
  public boolean isFor(byte[] infoBytes) {
    return (v1Hash == null || v1Hash.equals(Digests.sha1(infoBytes)))
        && (infoHash == null || infoHash.hash().equals(Digests.sha256(infoBytes)));
  }

  /** The link, which {@link #parse} reads as this one. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(SCHEME);
    if (v1Hash != null) {
      out.append("xt=").append(V1_TOPIC).append(v1Hash);
    }
    if (infoHash != null) {
      out.append(v1Hash == null ? "xt=" : "&xt=").append(V2_TOPIC).append(SHA256_MARK);
      out.append(infoHash);
    }
    if (!name.isEmpty()) {
      out.append("&dn=").append(PercentCode.escape(name));
    }
    trackers.forEach(url -> out.append("&tr=").append(PercentCode.escape(url)));
    peers.forEach(peer -> out.append("&x.pe=").append(peer));
    webSeeds.forEach(url -> out.append("&ws=").append(PercentCode.escape(url)));
    return out.toString();
  }

  /** Gathers what the parameters say. */
  private static final class Reader {
    private @Nullable WireHash v1Hash;
    private @Nullable InfoHash infoHash;
    private String name = "";
    private final List<String> trackers = new ArrayList<>();
    private final List<Endpoint> peers = new ArrayList<>();
    private final List<String> webSeeds = new ArrayList<>();

    /** Takes a parameter; why the link is invalid with it, or null. */
    @Nullable String take(String key, String value) {
      if (key.equals("xt")) {
        return topic(value);
      }
      if (key.equals(NAME)) {
        boolean isName =
            value.length() <= NAME_CHARS_MAX && value.chars().noneMatch(Character::isISOControl);
        name = isName ? value : "";
      } else if (key.equals("tr")) {
        addUrl(trackers, value, Metainfo.TRACKERS_MAX);
      } else if (key.equals("ws")) {
        addUrl(webSeeds, value, Metainfo.WEB_SEEDS_MAX);
      } else if (key.equals("x.pe")) {
        addPeer(value);
      }
      return null;
    }

    private static void addUrl(List<String> urls, String url, int max) {
      if (Urls.isUrl(url) && urls.size() < max && !urls.contains(url)) {
        urls.add(url);
      }
    }

    private void addPeer(String text) {
      Endpoint peer;
      try {
        peer = Endpoint.parse(text);
      } catch (IllegalArgumentException _) {
        return;
      }
      byte[] address = IpAddress.bytes(peer.address());
      if (address != null && peers.size() < PEERS_MAX) {
        peers.add(new Endpoint(IpAddress.text(address), peer.port()));
      }
    }

    private @Nullable String topic(String topic) {
      String lower = topic.toLowerCase(Locale.ROOT);
      if (lower.startsWith(V1_TOPIC)) {
        byte[] hash = v1(lower.substring(V1_TOPIC.length()));
        WireHash read = hash == null ? null : WireHash.of(hash);
        if (read == null || (v1Hash != null && !v1Hash.equals(read))) {
          return fault(topic, read == null);
        }
        v1Hash = read;
      } else if (lower.startsWith(V2_TOPIC)) {
        String digits = lower.substring(V2_TOPIC.length());
        if (!digits.matches(SHA256_MARK + "[0-9a-f]{64}")) {
          return fault(topic, true);
        }
        InfoHash read = InfoHash.parse(digits.substring(SHA256_MARK.length()));
        if (infoHash != null && !infoHash.equals(read)) {
          return fault(topic, false);
        }
        infoHash = read;
      }
      return null; // of other networks
    }

    private static String fault(String topic, boolean unreadable) {
      return "xt: " + topic + (unreadable ? " is no info-hash" : " is another torrent");
    }

    private static byte @Nullable [] v1(String digits) {
      if (digits.matches("[0-9a-f]{" + HEX_DIGITS + "}")) {
        return HexFormat.of().parseHex(digits);
      }
      if (digits.length() != BASE32_DIGITS) {
        return null;
      }
      byte[] hash = new byte[WireHash.BYTES];
      for (int i = 0; i < BASE32_DIGITS; i++) {
        int five = BASE32.indexOf(digits.charAt(i));
        if (five < 0) {
          return null;
        }
        for (int bit = 0; bit < 5; bit++) {
          int at = 5 * i + bit;
          hash[at / Byte.SIZE] |= (byte) ((five >> (4 - bit) & 1) << (7 - at % Byte.SIZE));
        }
      }
      return hash;
    }

    Parsed finish() {
      return v1Hash == null && infoHash == null
          ? new Parsed.Invalid("no torrent: neither xt=urn:btih:... nor xt=urn:btmh:1220...")
          : new Parsed.Valid(new MagnetLink(v1Hash, infoHash, name, trackers, peers, webSeeds));
    }
  }
}
