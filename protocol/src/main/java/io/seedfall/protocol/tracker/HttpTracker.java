package io.seedfall.protocol.tracker;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.IpAddress;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.PercentCode;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDecoder.Decoded;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP tracker's side and the client's side (BEP 3, 7, 23, 48): a request is the query of a
 * GET, an answer a bencoded dictionary.
 *
 * <pre>
 *   GET /announce?info_hash=%12...&amp;peer_id=...&amp;port=6881&amp;uploaded=0&amp;downloaded=0&amp;left=5&amp;compact=1
 *   d8:intervali1800e5:peers6:......6:peers618:..................e
 *
 *   GET /scrape?info_hash=...&amp;info_hash=...
 *   d5:filesd20:....................d8:completei1e10:downloadedi0e10:incompletei2eeee
 * </pre>
 *
 * <p>Answers are always written in the compact form, which BEP 23 allows whatever the client wants;
 * both forms are read. Strangers never make it throw.
 */
public final class HttpTracker {
  /** The longest query that is read, in characters. */
  public static final int QUERY_CHARS_MAX = 8 * 1024;

  /** The largest answer that is read, in bytes. */
  public static final int ANSWER_BYTES_MAX = 256 * 1024;

  /** The most torrents of one scrape. */
  public static final int SCRAPE_MAX = 64;

  /** The longest reason of a refusal, in characters; the rest is cut off. */
  public static final int REASON_CHARS_MAX = 256;

  private static final BencodeLimits LIMITS = new BencodeLimits(8, 16 * 1024, ANSWER_BYTES_MAX);
  private static final String ANNOUNCE = "announce";
  private static final String INFO_HASH = "info_hash";
  private static final String FAILURE = "failure reason";

  private HttpTracker() {}

  /* --------------- requests --------------- */

  /** The URL of an announcement to the tracker at {@code trackerUrl}. */
  public static String announceUrl(String trackerUrl, AnnounceRequest request) {
    StringBuilder url = new StringBuilder(trackerUrl);
    url.append(trackerUrl.indexOf('?') < 0 ? '?' : '&');
    url.append("info_hash=").append(PercentCode.escape(request.torrent().toBytes()));
    url.append("&peer_id=").append(PercentCode.escape(request.peerId().toBytes()));
    url.append("&port=").append(request.port());
    url.append("&uploaded=").append(request.uploaded());
    url.append("&downloaded=").append(request.downloaded());
    url.append("&left=").append(request.left());
    url.append("&compact=1");
    if (request.event() != AnnounceEvent.NONE) {
      url.append("&event=").append(name(request.event()));
    }
    if (request.numWant() != AnnounceRequest.NUM_WANT_DEFAULT) {
      url.append("&numwant=").append(request.numWant());
    }
    if (request.key() != 0) {
      url.append("&key=").append("%08X".formatted(request.key()));
    }
    return url.toString();
  }

  /**
   * The URL of a scrape, or null when the tracker has none: BEP 48 wants {@code announce} in the
   * last name of its path.
   *
   * @param torrents 1 to {@link #SCRAPE_MAX}
   */
  public static @Nullable String scrapeUrl(String trackerUrl, List<WireHash> torrents) {
    if (torrents.isEmpty() || torrents.size() > SCRAPE_MAX) {
      throw new IllegalArgumentException(
          "torrents: " + torrents.size() + " (expected: 1.." + SCRAPE_MAX + ")");
    }
    int query = trackerUrl.indexOf('?');
    int pathEnd = query < 0 ? trackerUrl.length() : query;
    int name = trackerUrl.lastIndexOf('/', pathEnd) + 1;
    if (!trackerUrl.substring(name, pathEnd).startsWith(ANNOUNCE)) {
      return null;
    }
    StringBuilder url = new StringBuilder(trackerUrl.substring(0, name));
    url.append("scrape").append(trackerUrl.substring(name + ANNOUNCE.length()));
    char separator = query < 0 ? '?' : '&';
    for (WireHash torrent : torrents) {
      url.append(separator).append("info_hash=").append(PercentCode.escape(torrent.toBytes()));
      separator = '&';
    }
    return url.toString();
  }

  /**
   * Reads an announcement.
   *
   * @param rawQuery what stands behind the {@code ?}, still escaped
   */
  public static Parsed<AnnounceRequest> parseAnnounce(String rawQuery) {
    if (rawQuery.length() > QUERY_CHARS_MAX) {
      return tooLong(rawQuery);
    }
    TreeMap<String, String> said = new TreeMap<>();
    for (String parameter : rawQuery.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        said.putIfAbsent(parameter.substring(0, equals), parameter.substring(equals + 1));
      }
    }
    byte[] torrent = PercentCode.bytes(said.getOrDefault(INFO_HASH, ""));
    if (torrent == null || torrent.length != WireHash.BYTES) {
      return new Parsed.Malformed<>("info_hash: no 20 bytes");
    }
    byte[] peerId = PercentCode.bytes(said.getOrDefault("peer_id", ""));
    if (peerId == null || peerId.length != PeerId.BYTES) {
      return new Parsed.Malformed<>("peer_id: no 20 bytes");
    }
    long port = number(said.get("port"), 0);
    if (port < 1 || port > 65_535) {
      return new Parsed.Malformed<>("port: none of 1..65535");
    }
    long left = number(said.get("left"), -1);
    if (left < 0) {
      return new Parsed.Malformed<>("left: no number of bytes");
    }
    long numWant = number(said.get("numwant"), AnnounceRequest.NUM_WANT_DEFAULT);
    return new Parsed.Valid<>(
        new AnnounceRequest(
            WireHash.of(torrent),
            PeerId.of(peerId),
            (int) port,
            number(said.get("uploaded"), 0),
            number(said.get("downloaded"), 0),
            left,
            event(said.getOrDefault("event", "")),
            (int) Math.min(numWant, Integer.MAX_VALUE),
            key(said.getOrDefault("key", ""))));
  }

  /** A number without a sign; {@code otherwise} when it is none or beyond 64 bits. */
  private static long number(@Nullable String digits, long otherwise) {
    // Eighteen digits always fit.
    return digits != null && digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : otherwise;
  }

  private static AnnounceEvent event(String name) {
    for (AnnounceEvent event : AnnounceEvent.values()) {
      if (event != AnnounceEvent.NONE && name(event).equals(name)) {
        return event;
      }
    }
    return AnnounceEvent.NONE; // BEP 21's paused among them
  }

  private static String name(AnnounceEvent event) {
    return event.name().toLowerCase(Locale.ROOT);
  }

  private static int key(String key) {
    return key.matches("[0-9A-Fa-f]{1,8}") ? Integer.parseUnsignedInt(key, 16) : 0;
  }

  /** Reads which torrents a scrape is about, 1 to {@link #SCRAPE_MAX}. */
  public static Parsed<List<WireHash>> parseScrape(String rawQuery) {
    if (rawQuery.length() > QUERY_CHARS_MAX) {
      return tooLong(rawQuery);
    }
    List<WireHash> torrents = new ArrayList<>();
    for (String parameter : rawQuery.split("&", -1)) {
      if (!parameter.startsWith(INFO_HASH + "=")) {
        continue;
      }
      byte[] torrent = PercentCode.bytes(parameter.substring(INFO_HASH.length() + 1));
      if (torrent == null || torrent.length != WireHash.BYTES) {
        return new Parsed.Malformed<>("info_hash: no 20 bytes");
      }
      torrents.add(WireHash.of(torrent));
    }
    return torrents.isEmpty() || torrents.size() > SCRAPE_MAX
        ? new Parsed.Malformed<>(
            "info_hash: " + torrents.size() + " of them (expected: 1.." + SCRAPE_MAX + ")")
        : new Parsed.Valid<>(torrents);
  }

  private static <T> Parsed<T> tooLong(String query) {
    return new Parsed.Malformed<>(
        "query: " + query.length() + " characters (expected: <= " + QUERY_CHARS_MAX + ")");
  }

  /* --------------- answers --------------- */

  /** The answer to an announcement, in the compact form. */
  public static byte[] encode(AnnounceResponse response) {
    BencodeDictionary.Builder answer = BencodeDictionary.builder();
    switch (response) {
      case AnnounceResponse.Refused(String reason) -> answer.put(FAILURE, reason);
      case AnnounceResponse.Peers said -> {
        List<Endpoint> peers =
            said.peers().subList(0, Math.min(said.peers().size(), AnnounceResponse.PEERS_MAX));
        answer
            .put("complete", said.seeds())
            .put("incomplete", said.leeches())
            .put("interval", said.intervalSeconds())
            .put("peers", BencodeString.of(CompactEndpoints.V4.encode(peers)));
        if (said.minIntervalSeconds() > 0) {
          answer.put("min interval", said.minIntervalSeconds());
        }
        byte[] peers6 = CompactEndpoints.V6.encode(peers);
        if (peers6.length > 0) {
          answer.put("peers6", BencodeString.of(peers6));
        }
      }
    }
    return BencodeEncoder.encode(answer.build());
  }

  /** Reads the answer to an announcement, whichever form its peers are in. */
  public static Parsed<AnnounceResponse> parseAnnounceResponse(byte[] answer) {
    return switch (BencodeDecoder.decode(answer, LIMITS)) {
      case Decoded.Malformed(String reason) -> new Parsed.Malformed<>(reason);
      case Decoded.Value(BencodeDictionary said, _) -> announceResponse(said);
      case Decoded.Value _ -> new Parsed.Malformed<>("no dictionary");
    };
  }

  private static Parsed<AnnounceResponse> announceResponse(BencodeDictionary said) {
    String refusal = refusal(said);
    if (refusal != null) {
      return new Parsed.Valid<>(new AnnounceResponse.Refused(refusal));
    }
    if (!(said.get("interval") instanceof BencodeInteger(long interval))) {
      return new Parsed.Malformed<>("interval: missing or no number");
    }
    List<Endpoint> peers = new ArrayList<>();
    switch (said.get("peers")) {
      case BencodeString row ->
          peers.addAll(CompactEndpoints.V4.decode(row.toBytes(), AnnounceResponse.PEERS_MAX));
      case BencodeList(List<BencodeValue> list) -> list.forEach(peer -> addPeer(peers, peer));
      case null, default -> {}
    }
    if (said.get("peers6") instanceof BencodeString row) {
      int room = AnnounceResponse.PEERS_MAX - peers.size();
      peers.addAll(CompactEndpoints.V6.decode(row.toBytes(), room));
    }
    return new Parsed.Valid<>(
        new AnnounceResponse.Peers(
            Math.clamp(interval, 1, AnnounceResponse.INTERVAL_SECONDS_MAX),
            count(said.get("min interval"), AnnounceResponse.INTERVAL_SECONDS_MAX),
            count(said.get("complete"), Integer.MAX_VALUE),
            count(said.get("incomplete"), Integer.MAX_VALUE),
            peers));
  }

  /** A peer of the form with a dictionary for each; what is no literal address is left out. */
  private static void addPeer(List<Endpoint> peers, BencodeValue peer) {
    if (peers.size() < AnnounceResponse.PEERS_MAX
        && peer instanceof BencodeDictionary said
        && said.get("ip") instanceof BencodeString ip
        && said.get("port") instanceof BencodeInteger(long port)
        && port >= 1
        && port <= 65_535) {
      String text = ip.asText();
      byte[] address = text == null ? null : IpAddress.bytes(text);
      if (address != null) {
        peers.add(new Endpoint(IpAddress.text(address), (int) port));
      }
    }
  }

  private static int count(@Nullable BencodeValue value, int max) {
    return value instanceof BencodeInteger(long number) ? (int) Math.clamp(number, 0L, max) : 0;
  }

  private static @Nullable String refusal(BencodeDictionary said) {
    if (!(said.get(FAILURE) instanceof BencodeString bytes)) {
      return null;
    }
    String text = bytes.asText();
    return text == null ? bytes.toString() : Words.plain(text);
  }

  /** The answer to a scrape. */
  public static byte[] encode(ScrapeResponse response) {
    BencodeDictionary.Builder answer = BencodeDictionary.builder();
    switch (response) {
      case ScrapeResponse.Refused(String reason) -> answer.put(FAILURE, reason);
      case ScrapeResponse.Swarms(var swarms) -> {
        BencodeDictionary.Builder files = BencodeDictionary.builder();
        swarms.forEach((torrent, counts) ->
            files.put(
                BencodeString.of(torrent.toBytes()),
                BencodeDictionary.builder()
                    .put("complete", counts.seeds())
                    .put("downloaded", counts.downloaded())
                    .put("incomplete", counts.leeches())
                    .build()));
        answer.put("files", files.build());
      }
    }
    return BencodeEncoder.encode(answer.build());
  }

  /** Reads the answer to a scrape. */
  public static Parsed<ScrapeResponse> parseScrapeResponse(byte[] answer) {
    return switch (BencodeDecoder.decode(answer, LIMITS)) {
      case Decoded.Malformed(String reason) -> new Parsed.Malformed<>(reason);
      case Decoded.Value(BencodeDictionary said, _) -> scrapeResponse(said);
      case Decoded.Value _ -> new Parsed.Malformed<>("no dictionary");
    };
  }

  private static Parsed<ScrapeResponse> scrapeResponse(BencodeDictionary said) {
    String refusal = refusal(said);
    if (refusal != null) {
      return new Parsed.Valid<>(new ScrapeResponse.Refused(refusal));
    }
    if (!(said.get("files") instanceof BencodeDictionary files)) {
      return new Parsed.Malformed<>("files: missing or no dictionary");
    }
    TreeMap<WireHash, SwarmCounts> swarms = new TreeMap<>();
    for (BencodeDictionary.Entry file : files.entries()) {
      if (file.key().length() == WireHash.BYTES
          && file.value() instanceof BencodeDictionary counts
          && swarms.size() < SCRAPE_MAX) {
        swarms.put(
            WireHash.of(file.key().toBytes()),
            new SwarmCounts(
                count(counts.get("complete"), Integer.MAX_VALUE),
                count(counts.get("downloaded"), Integer.MAX_VALUE),
                count(counts.get("incomplete"), Integer.MAX_VALUE)));
      }
    }
    return new Parsed.Valid<>(new ScrapeResponse.Swarms(swarms));
  }
}
