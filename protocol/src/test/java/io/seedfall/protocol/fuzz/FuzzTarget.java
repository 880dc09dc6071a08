package io.seedfall.protocol.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.HttpTracker;
import io.seedfall.protocol.tracker.Parsed;
import io.seedfall.protocol.tracker.UdpTracker;
import io.seedfall.protocol.wire.Decoded;
import io.seedfall.protocol.wire.DecodedHandshake;
import io.seedfall.protocol.wire.Handshake;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessageCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The decoders of bytes from strangers. Each asks more than that nothing is thrown: what was
 * accepted is within its limits, and written again it means the same.
 */
enum FuzzTarget {
  BENCODE,
  METAINFO,
  MAGNET_LINK,
  HANDSHAKE,
  PEER_MESSAGES,
  HTTP_TRACKER_ANSWER,
  HTTP_TRACKER_QUERY,
  UDP_TRACKER;

  private static final int PIECES = 20;
  private static final int BLOCK_BYTES_MAX = 256 * 1024;

  /** The name of its folder of seeds. */
  String folder() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Throws when the decoder does not hold what it promises about {@code bytes}. */
  void check(byte[] bytes) {
    switch (this) {
      case BENCODE -> bencode(bytes);
      case METAINFO -> metainfo(bytes);
      case MAGNET_LINK -> magnetLink(bytes);
      case HANDSHAKE -> handshake(bytes);
      case PEER_MESSAGES -> peerMessages(bytes);
      case HTTP_TRACKER_ANSWER -> httpTrackerAnswer(bytes);
      case HTTP_TRACKER_QUERY -> httpTrackerQuery(bytes);
      case UDP_TRACKER -> udpTracker(bytes);
    }
  }

  private static void bencode(byte[] bytes) {
    if (BencodeDecoder.decode(bytes) instanceof BencodeDecoder.Decoded.Value(var value, int end)) {
      assertThat(end).isEqualTo(bytes.length);
      assertThat(BencodeEncoder.encode(value)).as("canonical").isEqualTo(bytes);
    }
    if (BencodeDecoder.decodePrefix(bytes, 0, BencodeLimits.PEER_MESSAGE)
        instanceof BencodeDecoder.Decoded.Value(var value, int end)) {
      assertThat(end).isLessThanOrEqualTo(BencodeLimits.PEER_MESSAGE.bytesMax());
      assertThat(BencodeEncoder.encode(value)).isEqualTo(Arrays.copyOf(bytes, end));
    }
  }

  private static void metainfo(byte[] bytes) {
    if (MetainfoParser.parse(bytes) instanceof ParsedMetainfo.Valid(Metainfo metainfo)) {
      assertThat(metainfo.files()).hasSizeLessThanOrEqualTo(Metainfo.FILES_MAX);
      assertThat(metainfo.webSeeds()).hasSizeLessThanOrEqualTo(Metainfo.WEB_SEEDS_MAX);
      assertThat(metainfo.trackers().stream().mapToInt(tier -> tier.size()).sum())
          .isLessThanOrEqualTo(Metainfo.TRACKERS_MAX);
      byte[] torrent = metainfo.toTorrentBytes();
      assertThat(MetainfoParser.parse(torrent)).isEqualTo(new ParsedMetainfo.Valid(metainfo));
    }
  }

  private static void magnetLink(byte[] bytes) {
    if (MagnetLink.parse(new String(bytes, UTF_8))
        instanceof MagnetLink.Parsed.Valid(MagnetLink link)) {
      assertThat(link.name()).hasSizeLessThanOrEqualTo(MagnetLink.NAME_CHARS_MAX);
      assertThat(link.peers()).hasSizeLessThanOrEqualTo(MagnetLink.PEERS_MAX);
      assertThat(link.trackers()).hasSizeLessThanOrEqualTo(Metainfo.TRACKERS_MAX);
      assertThat(link.webSeeds()).hasSizeLessThanOrEqualTo(Metainfo.WEB_SEEDS_MAX);
      String written = link.toString();
      // What is escaped is longer: a link of many names may come back beyond the limit.
      if (written.length() <= MagnetLink.CHARS_MAX) {
        assertThat(MagnetLink.parse(written)).isEqualTo(new MagnetLink.Parsed.Valid(link));
      }
    }
  }

  private static void handshake(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    switch (Handshake.decode(in)) {
      case DecodedHandshake.Complete(Handshake handshake) -> {
        ByteBuffer out = ByteBuffer.allocate(in.position());
        handshake.encode(out);
        assertThat(Handshake.decode(out.flip()))
            .isEqualTo(new DecodedHandshake.Complete(handshake));
      }
      case DecodedHandshake.NeedMoreBytes(int atLeast) -> {
        assertThat(atLeast).isPositive();
        assertThat(in.position()).as("nothing taken").isZero();
      }
      case DecodedHandshake.Malformed(String reason) -> assertThat(reason).isNotBlank();
    }
  }

  /** A stream of messages to a peer whose extended ids are ours, so that it can say them again. */
  private static void peerMessages(byte[] bytes) {
    PeerMessageCodec codec = new PeerMessageCodec(PIECES, BLOCK_BYTES_MAX);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (true) {
      int before = in.position();
      switch (codec.decode(in)) {
        case Decoded.Message(PeerMessage message) -> {
          assertThat(in.position()).as("progress").isGreaterThan(before);
          saidAgain(message);
        }
        case Decoded.NeedMoreBytes(int atLeast) -> {
          assertThat(atLeast).isPositive();
          assertThat(in.remaining()).isLessThan(codec.wholeMessageBytesMax());
          return;
        }
        case Decoded.Malformed(String reason) -> {
          assertThat(reason).isNotBlank();
          return;
        }
      }
    }
  }

  private static void saidAgain(PeerMessage message) {
    if (message instanceof PeerMessage.Unknown || message instanceof PeerMessage.UnknownExtension) {
      return;
    }
    byte[] once = encoded(message);
    ByteBuffer in = ByteBuffer.wrap(once);
    // Anew: a second extension handshake is added to the first (BEP 10).
    Decoded decoded = new PeerMessageCodec(PIECES, BLOCK_BYTES_MAX).decode(in);
    assertThat(decoded).isInstanceOf(Decoded.Message.class);
    assertThat(in.remaining()).as("bytes left over").isZero();
    PeerMessage again = ((Decoded.Message) decoded).message();
    assertThat(again).hasSameClassAs(message);
    assertThat(encoded(again)).as("said twice").isEqualTo(once);
  }

  private static byte[] encoded(PeerMessage message) {
    PeerMessageCodec codec = heardOurIds();
    byte[] bytes = new byte[codec.encodedBytes(message)];
    ByteBuffer out = ByteBuffer.wrap(bytes);
    codec.encode(message, out);
    assertThat(out.remaining()).as("encodedBytes").isZero();
    return bytes;
  }

  private static PeerMessageCodec heardOurIds() {
    byte[] said =
        ("d1:md11:lt_donthavei%de8:sf_granti%de11:ut_metadatai%de6:ut_pexi%dee"
                + "8:sf_grantd5:blocki65536e4:rack2:r71:vi1eee")
            .formatted(
                PeerMessageCodec.DONT_HAVE_ID,
                PeerMessageCodec.GRANT_ID,
                PeerMessageCodec.METADATA_ID,
                PeerMessageCodec.PEX_ID)
            .getBytes(US_ASCII);
    ByteBuffer handshake = ByteBuffer.allocate(Integer.BYTES + 2 + said.length);
    handshake.putInt(2 + said.length).put((byte) 20).put((byte) 0).put(said).flip();
    PeerMessageCodec codec = new PeerMessageCodec(PIECES, BLOCK_BYTES_MAX);
    assertThat(codec.decode(handshake)).isInstanceOf(Decoded.Message.class);
    return codec;
  }

  private static void httpTrackerAnswer(byte[] bytes) {
    if (HttpTracker.parseAnnounceResponse(bytes)
        instanceof Parsed.Valid<AnnounceResponse>(AnnounceResponse answer)) {
      if (answer instanceof AnnounceResponse.Peers peers) {
        assertThat(peers.peers()).hasSizeLessThanOrEqualTo(AnnounceResponse.PEERS_MAX);
        assertThat(peers.intervalSeconds()).isBetween(1, AnnounceResponse.INTERVAL_SECONDS_MAX);
      }
      // What others write as a list of dictionaries, we write compact: the second time is the same.
      byte[] once = HttpTracker.encode(answer);
      if (HttpTracker.parseAnnounceResponse(once)
          instanceof Parsed.Valid<AnnounceResponse>(var again)) {
        assertThat(HttpTracker.encode(again)).isEqualTo(once);
      } else {
        throw new AssertionError("what we write ourselves is malformed: " + answer);
      }
    }
    if (HttpTracker.parseScrapeResponse(bytes) instanceof Parsed.Valid(var answer)) {
      byte[] once = HttpTracker.encode(answer);
      assertThat(HttpTracker.parseScrapeResponse(once)).isEqualTo(new Parsed.Valid<>(answer));
    }
  }

  private static void httpTrackerQuery(byte[] bytes) {
    String query = new String(bytes, ISO_8859_1);
    if (HttpTracker.parseAnnounce(query) instanceof Parsed.Valid(var request)) {
      String url = HttpTracker.announceUrl("http://tracker/announce", request);
      assertThat(HttpTracker.parseAnnounce(url.substring(url.indexOf('?') + 1)))
          .isEqualTo(new Parsed.Valid<>(request));
    }
    if (HttpTracker.parseScrape(query) instanceof Parsed.Valid(var torrents)) {
      assertThat(torrents).hasSizeBetween(1, HttpTracker.SCRAPE_MAX);
    }
  }

  private static void udpTracker(byte[] bytes) {
    if (UdpTracker.parseRequest(bytes) instanceof Parsed.Valid(var request)) {
      assertThat(UdpTracker.parseRequest(UdpTracker.encode(request)))
          .isEqualTo(new Parsed.Valid<>(request));
    }
    for (CompactEndpoints family : CompactEndpoints.values()) {
      if (UdpTracker.parseResponse(bytes, family) instanceof Parsed.Valid(var response)) {
        byte[] once = UdpTracker.encode(response, family);
        assertThat(UdpTracker.parseResponse(once, family)).isEqualTo(new Parsed.Valid<>(response));
      }
    }
  }
}
