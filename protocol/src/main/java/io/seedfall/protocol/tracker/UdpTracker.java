package io.seedfall.protocol.tracker;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.WireHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The packets of the UDP tracker protocol (BEP 15), both ways. Numbers are big-endian; longer
 * packets than expected are fine, as the BEP wants. Strangers never make it throw.
 *
 * <pre>
 *   connect   request   0x41727101980 (8)  0 (4)  transaction (4)
 *             response  0 (4)  transaction (4)  connection (8)
 *   announce  request   connection (8)  1 (4)  transaction (4)  torrent (20)  peer id (20)
 *                       downloaded (8)  left (8)  uploaded (8)  event (4)  address, 0 (4)
 *                       key (4)  wanted (4)  port (2)
 *             response  1 (4)  transaction (4)  interval (4)  leeches (4)  seeds (4)
 *                       then peers, 6 bytes each over IPv4, 18 over IPv6
 *   scrape    request   connection (8)  2 (4)  transaction (4)  torrents (20 each)
 *             response  2 (4)  transaction (4)  then seeds (4), downloaded (4), leeches (4) each
 *   error     response  3 (4)  transaction (4)  text
 * </pre>
 */
public final class UdpTracker {
  /** The largest packet that is read or written; smaller than what every network passes whole. */
  public static final int PACKET_BYTES_MAX = 4 * 1024;

  /** The most peers in an answer, so that it fits a frame of Ethernet over IPv6. */
  public static final int PEERS_MAX = 74;

  private static final long PROTOCOL_ID = 0x41727101980L;
  private static final int CONNECT = 0;
  private static final int ANNOUNCE = 1;
  private static final int SCRAPE = 2;
  private static final int ERROR = 3;
  private static final int REQUEST_HEADER_BYTES = 16;
  private static final int ANNOUNCE_REQUEST_BYTES = 98;
  private static final int RESPONSE_HEADER_BYTES = 8;
  private static final int CONNECT_RESPONSE_BYTES = 16;
  private static final int ANNOUNCE_RESPONSE_BYTES = 20;
  private static final int COUNTS_BYTES = 12;

  private UdpTracker() {}

  /* --------------- requests --------------- */

  /** The packet of a request. */
  public static byte[] encode(UdpRequest request) {
    return switch (request) {
      case UdpRequest.Connect(int transactionId) ->
          written(header(PROTOCOL_ID, CONNECT, transactionId, 0));
      case UdpRequest.Announce(long connectionId, int transactionId, AnnounceRequest said) ->
          written(
              header(
                      connectionId,
                      ANNOUNCE,
                      transactionId,
                      ANNOUNCE_REQUEST_BYTES - REQUEST_HEADER_BYTES)
                  .put(said.torrent().toBytes())
                  .put(said.peerId().toBytes())
                  .putLong(said.downloaded())
                  .putLong(said.left())
                  .putLong(said.uploaded())
                  .putInt(number(said.event()))
                  .putInt(0)
                  .putInt(said.key())
                  .putInt(said.numWant())
                  .putShort((short) said.port()));
      case UdpRequest.Scrape(long connectionId, int transactionId, List<WireHash> torrents) -> {
        ByteBuffer packet =
            header(connectionId, SCRAPE, transactionId, torrents.size() * WireHash.BYTES);
        torrents.forEach(torrent -> packet.put(torrent.toBytes()));
        yield written(packet);
      }
    };
  }

  private static int number(AnnounceEvent event) {
    return switch (event) {
      case NONE -> 0;
      case COMPLETED -> 1;
      case STARTED -> 2;
      case STOPPED -> 3;
    };
  }

  private static AnnounceEvent event(int number) {
    return switch (number) {
      case 1 -> AnnounceEvent.COMPLETED;
      case 2 -> AnnounceEvent.STARTED;
      case 3 -> AnnounceEvent.STOPPED;
      default -> AnnounceEvent.NONE;
    };
  }

  private static ByteBuffer header(long id, int action, int transactionId, int bytesBehind) {
    return ByteBuffer.allocate(REQUEST_HEADER_BYTES + bytesBehind)
        .putLong(id)
        .putInt(action)
        .putInt(transactionId);
  }

  /**
   * Reads a packet that came to a tracker. Whether its connection id is right is not known here.
   */
  public static Parsed<UdpRequest> parseRequest(byte[] bytes) {
    if (bytes.length < REQUEST_HEADER_BYTES || bytes.length > PACKET_BYTES_MAX) {
      return wrongLength(bytes.length);
    }
    ByteBuffer packet = ByteBuffer.wrap(bytes);
    long id = packet.getLong();
    int action = packet.getInt();
    int transactionId = packet.getInt();
    return switch (action) {
      case CONNECT ->
          id == PROTOCOL_ID
              ? new Parsed.Valid<>(new UdpRequest.Connect(transactionId))
              : new Parsed.Malformed<>("connect with another protocol's number");
      case ANNOUNCE -> announce(packet, id, transactionId);
      case SCRAPE -> scrape(packet, id, transactionId);
      default -> new Parsed.Malformed<>("action: " + action);
    };
  }

  private static Parsed<UdpRequest> announce(ByteBuffer packet, long id, int transactionId) {
    if (packet.capacity() < ANNOUNCE_REQUEST_BYTES) {
      return wrongLength(packet.capacity());
    }
    byte[] torrent = new byte[WireHash.BYTES];
    byte[] peerId = new byte[PeerId.BYTES];
    packet.get(torrent).get(peerId);
    long downloaded = packet.getLong();
    long left = packet.getLong();
    long uploaded = packet.getLong();
    int event = packet.getInt();
    packet.getInt(); // another address than the packet's would be anybody's
    int key = packet.getInt();
    int numWant = packet.getInt();
    int port = packet.getShort() & 0xffff;
    if (port == 0 || left < 0) {
      return new Parsed.Malformed<>("announce: port " + port + ", left " + left);
    }
    return new Parsed.Valid<>(
        new UdpRequest.Announce(
            id,
            transactionId,
            new AnnounceRequest(
                WireHash.of(torrent),
                PeerId.of(peerId),
                port,
                Math.max(0, uploaded),
                Math.max(0, downloaded),
                left,
                event(event),
                Math.max(AnnounceRequest.NUM_WANT_DEFAULT, numWant),
                key)));
  }

  private static Parsed<UdpRequest> scrape(ByteBuffer packet, long id, int transactionId) {
    int count = packet.remaining() / WireHash.BYTES;
    if (count < 1 || count > UdpRequest.SCRAPE_MAX) {
      return new Parsed.Malformed<>(
          "scrape: " + count + " torrents (expected: 1.." + UdpRequest.SCRAPE_MAX + ")");
    }
    List<WireHash> torrents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] torrent = new byte[WireHash.BYTES];
      packet.get(torrent);
      torrents.add(WireHash.of(torrent));
    }
    return new Parsed.Valid<>(new UdpRequest.Scrape(id, transactionId, torrents));
  }

  /* --------------- responses --------------- */

  /**
   * The packet of a response.
   *
   * @param family that of the address it goes to: peers of the other family are left out
   */
  public static byte[] encode(UdpResponse response, CompactEndpoints family) {
    return switch (response) {
      case UdpResponse.Connected(int transactionId, long connectionId) ->
          written(head(CONNECT, transactionId, Long.BYTES).putLong(connectionId));
      case UdpResponse.Announced(int transactionId, AnnounceResponse.Peers said) -> {
        List<Endpoint> fitting =
            said.peers().stream().filter(family::fits).limit(PEERS_MAX).toList();
        byte[] row = family.encode(fitting);
        yield written(
            head(ANNOUNCE, transactionId, 3 * Integer.BYTES + row.length)
                .putInt(said.intervalSeconds())
                .putInt(said.leeches())
                .putInt(said.seeds())
                .put(row));
      }
      case UdpResponse.Scraped(int transactionId, List<SwarmCounts> swarms) -> {
        ByteBuffer packet = head(SCRAPE, transactionId, swarms.size() * COUNTS_BYTES);
        for (SwarmCounts counts : swarms) {
          packet.putInt(counts.seeds()).putInt(counts.downloaded()).putInt(counts.leeches());
        }
        yield written(packet);
      }
      case UdpResponse.Failed(int transactionId, String message) -> {
        byte[] text = Words.plain(message).getBytes(StandardCharsets.UTF_8);
        yield written(head(ERROR, transactionId, text.length).put(text));
      }
    };
  }

  private static ByteBuffer head(int action, int transactionId, int bytesBehind) {
    return ByteBuffer.allocate(RESPONSE_HEADER_BYTES + bytesBehind)
        .putInt(action)
        .putInt(transactionId);
  }

  /**
   * Reads a packet that came from a tracker. The caller checks its transaction id.
   *
   * @param family that of the tracker's address
   */
  public static Parsed<UdpResponse> parseResponse(byte[] bytes, CompactEndpoints family) {
    if (bytes.length < RESPONSE_HEADER_BYTES || bytes.length > PACKET_BYTES_MAX) {
      return wrongLength(bytes.length);
    }
    ByteBuffer packet = ByteBuffer.wrap(bytes);
    int action = packet.getInt();
    int transactionId = packet.getInt();
    return switch (action) {
      case CONNECT ->
          bytes.length < CONNECT_RESPONSE_BYTES
              ? wrongLength(bytes.length)
              : new Parsed.Valid<>(new UdpResponse.Connected(transactionId, packet.getLong()));
      case ANNOUNCE ->
          bytes.length < ANNOUNCE_RESPONSE_BYTES
              ? wrongLength(bytes.length)
              : new Parsed.Valid<>(announced(packet, transactionId, family));
      case SCRAPE -> new Parsed.Valid<>(scraped(packet, transactionId));
      case ERROR -> {
        byte[] text = Arrays.copyOfRange(bytes, RESPONSE_HEADER_BYTES, bytes.length);
        yield new Parsed.Valid<>(
            new UdpResponse.Failed(
                transactionId, Words.plain(new String(text, StandardCharsets.UTF_8))));
      }
      default -> new Parsed.Malformed<>("action: " + action);
    };
  }

  private static UdpResponse announced(
      ByteBuffer packet, int transactionId, CompactEndpoints family) {
    int interval = packet.getInt();
    int leeches = packet.getInt();
    int seeds = packet.getInt();
    int whole = packet.remaining() / family.strideBytes() * family.strideBytes();
    byte[] row = new byte[whole];
    packet.get(row);
    return new UdpResponse.Announced(
        transactionId,
        new AnnounceResponse.Peers(
            Math.clamp(interval, 1, AnnounceResponse.INTERVAL_SECONDS_MAX),
            0,
            Math.max(0, seeds),
            Math.max(0, leeches),
            family.decode(row, AnnounceResponse.PEERS_MAX)));
  }

  private static UdpResponse scraped(ByteBuffer packet, int transactionId) {
    List<SwarmCounts> swarms = new ArrayList<>();
    while (packet.remaining() >= COUNTS_BYTES && swarms.size() < UdpRequest.SCRAPE_MAX) {
      swarms.add(
          new SwarmCounts(
              Math.max(0, packet.getInt()),
              Math.max(0, packet.getInt()),
              Math.max(0, packet.getInt())));
    }
    return new UdpResponse.Scraped(transactionId, swarms);
  }

  /** All bytes of a packet that is complete. */
  private static byte[] written(ByteBuffer packet) {
    byte[] bytes = new byte[packet.position()];
    packet.flip().get(bytes);
    return bytes;
  }

  private static <T> Parsed<T> wrongLength(int bytes) {
    return new Parsed.Malformed<>("a packet of " + bytes + " bytes");
  }
}
