package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tracker as programs that others wrote see it: bytes in, bytes out, none by our codec. */
final class TrackerTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final String HASH = "%aa".repeat(20);
  private static final String ID = "-XX0000-abcdefghijkl";
  private static final int PATIENCE_MILLIS = 20_000;

  private final AtomicLong nowMillis = new AtomicLong(1_000_000);
  private Tracker tracker;
  private DatagramSocket socket;

  @BeforeEach
  void begin() throws IOException {
    tracker =
        Tracker.start(new InetSocketAddress(LOOPBACK, 0), PeerBook.Limits.DEFAULTS, nowMillis::get);
    socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(tracker.address());
  }

  @AfterEach
  void end() {
    socket.close();
    tracker.close();
  }

  // ---- HTTP ---------------------------------------------------------------------------------

  private String raw(String request) throws IOException {
    try (Socket http = new Socket(LOOPBACK, tracker.address().getPort())) {
      http.setSoTimeout(PATIENCE_MILLIS);
      http.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(http.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private String get(String path) throws IOException {
    String answer =
        raw(
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
                .formatted(path, tracker.address().getPort()));
    assertThat(answer).startsWith("HTTP/1.1 200 ");
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private String announce(int port, long left, String more) throws IOException {
    return get(
        "/announce?info_hash=%s&peer_id=%s&port=%d&uploaded=0&downloaded=0&left=%d&compact=1%s"
            .formatted(HASH, ID, port, left, more));
  }

  @Test
  void aClientHearsOfAnotherOverHttp() throws IOException {
    assertThat(announce(6881, 0, "&event=started"))
        .isEqualTo("d8:completei1e10:incompletei0e8:intervali300e12:min intervali30e5:peers0:e");
    assertThat(announce(6882, 5, "&event=started&numwant=50"))
        .isEqualTo(
            "d8:completei1e10:incompletei1e8:intervali300e12:min intervali30e5:peers6:"
                + "\u007f\0\0\1\u001a\u00e1e");
    assertThat(get("/scrape?info_hash=" + HASH + "&info_hash=" + "%bb".repeat(20)))
        .isEqualTo(
            "d5:filesd20:"
                + "\u00aa".repeat(20)
                + "d8:completei1e10:downloadedi0e10:incompletei1eeee");
    assertThat(announce(6882, 0, "&event=completed")).startsWith("d8:completei2e10:incompletei0e");
    assertThat(get("/scrape?info_hash=" + HASH)).contains("10:downloadedi1e");
    assertThat(announce(6882, 0, "&event=stopped")).startsWith("d8:completei1e10:incompletei0e");
  }

  @Test
  void aClientIsWhereItsRequestComesFrom() throws IOException {
    announce(6881, 5, "&ip=192.0.2.1&ipv4=192.0.2.1&ipv6=[2001:db8::1]:6881");
    assertThat(announce(6882, 5, "")).endsWith("5:peers6:\u007f\0\0\1\u001a\u00e1e");
  }

  @Test
  void requestsThatMakeNoSenseAreRefusedInTheBody() throws IOException {
    for (String bad :
        new String[] {
          "/announce",
          "/announce?",
          "/announce?info_hash=" + HASH,
          "/announce?info_hash=%zz&peer_id=" + ID + "&port=1&left=0",
          "/announce?info_hash=" + HASH + "&peer_id=" + ID + "&port=0&left=0",
          "/announce?info_hash=" + HASH + "&peer_id=" + ID + "&port=1&left=-1",
          "/announce?" + "x".repeat(8_193),
          "/scrape",
          "/scrape?info_hash=short",
        }) {
      assertThat(get(bad)).as(bad).startsWith("d14:failure reason");
    }
    assertThat(announce(6881, 5, "")).as("and it goes on").contains("incompletei1e");
  }

  @Test
  void webPagesAndOtherHostNamesAreTurnedAway() throws IOException {
    String path = "GET /announce HTTP/1.1\r\nConnection: close\r\n";
    assertThat(raw(path + "Host: evil.example\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    assertThat(raw(path + "Host: 127.0.0.1\r\nOrigin: http://evil.example\r\n\r\n"))
        .startsWith("HTTP/1.1 403 ");
    assertThat(raw("GET /api/v1/status HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1\r\n\r\n"))
        .as("nothing of the coordinator is here")
        .startsWith("HTTP/1.1 404 ");
  }

  @Test
  void anAddressThatAsksTooOftenIsToldSoUntilTheNextSecond() throws IOException {
    for (int i = 0; i < Tracker.REQUESTS_PER_ADDRESS_MAX; i++) {
      assertThat(tracker.admits("127.0.0.1")).isTrue();
    }
    assertThat(announce(6881, 5, "")).isEqualTo("d14:failure reason17:too many requestse");
    assertThat(get("/scrape?info_hash=" + HASH)).contains("too many requests");
    nowMillis.addAndGet(1_000);
    assertThat(announce(6881, 5, "")).contains("incompletei1e");
  }

  // ---- UDP ----------------------------------------------------------------------------------

  private void send(ByteBuffer packet) throws IOException {
    byte[] bytes = new byte[packet.position()];
    packet.flip().get(bytes);
    socket.send(new DatagramPacket(bytes, bytes.length));
  }

  private ByteBuffer receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
    socket.receive(packet);
    return ByteBuffer.wrap(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  private long connect(int transaction) throws IOException {
    send(ByteBuffer.allocate(16).putLong(0x41727101980L).putInt(0).putInt(transaction));
    ByteBuffer answer = receive();
    assertThat(answer.remaining()).isEqualTo(16);
    assertThat(answer.getInt()).isZero();
    assertThat(answer.getInt()).isEqualTo(transaction);
    return answer.getLong();
  }

  private static ByteBuffer announcement(long connection, int port, long left, int event) {
    byte[] torrent = new byte[20];
    Arrays.fill(torrent, (byte) 0xaa);
    return ByteBuffer.allocate(98)
        .putLong(connection)
        .putInt(1)
        .putInt(77)
        .put(torrent)
        .put(ID.getBytes(ISO_8859_1))
        .putLong(0)
        .putLong(left)
        .putLong(0)
        .putInt(event)
        .putInt(0xc0000201) // an address of somebody else's
        .putInt(0)
        .putInt(-1)
        .putShort((short) port);
  }

  @Test
  void aClientHearsOfAnotherOverUdp() throws IOException {
    announce(6881, 0, "");
    long connection = connect(5);
    send(announcement(connection, 6882, 5, 2));
    assertThat(receive())
        .isEqualTo(
            ByteBuffer.allocate(26)
                .putInt(1)
                .putInt(77)
                .putInt(300)
                .putInt(1)
                .putInt(1)
                .put(new byte[] {127, 0, 0, 1, 0x1a, (byte) 0xe1})
                .flip());
    assertThat(announce(6883, 5, "&numwant=9")).contains("5:peers12:");
    byte[] torrents = new byte[40];
    Arrays.fill(torrents, 0, 20, (byte) 0xaa);
    send(ByteBuffer.allocate(56).putLong(connection).putInt(2).putInt(9).put(torrents));
    assertThat(receive())
        .isEqualTo(
            ByteBuffer.allocate(32)
                .putInt(2)
                .putInt(9)
                .putInt(1)
                .putInt(0)
                .putInt(2)
                .put(new byte[12])
                .flip());
  }

  @Test
  void aConnectionIdThatWasNotGivenIsRefusedInFewerBytesThanWereSent() throws IOException {
    send(announcement(connect(5) + 1, 6881, 5, 2));
    assertFailed(77);
    byte[] torrent = new byte[20];
    send(ByteBuffer.allocate(36).putLong(0x41727101980L).putInt(2).putInt(9).put(torrent));
    assertFailed(9);
    assertThat(get("/scrape?info_hash=" + HASH)).isEqualTo("d5:filesdee");
  }

  private void assertFailed(int transaction) throws IOException {
    ByteBuffer answer = receive();
    assertThat(answer.remaining()).isLessThanOrEqualTo(36);
    assertThat(answer.getInt()).isEqualTo(3);
    assertThat(answer.getInt()).isEqualTo(transaction);
  }

  @Test
  void aConnectionIdExpires() throws IOException {
    long connection = connect(5);
    nowMillis.addAndGet(120_000);
    send(announcement(connection, 6881, 5, 2));
    assertThat(receive().getInt()).isEqualTo(1);
    nowMillis.addAndGet(60_000);
    send(announcement(connection, 6881, 5, 2));
    assertFailed(77);
  }

  @Test
  void packetsThatMakeNoSenseGetNoAnswer() throws IOException {
    send(ByteBuffer.allocate(15).putLong(0x41727101980L).putInt(0));
    send(ByteBuffer.allocate(16).putLong(0x41727101981L).putInt(0).putInt(1));
    send(ByteBuffer.allocate(16).putLong(0x41727101980L).putInt(7).putInt(2));
    send(ByteBuffer.allocate(97).putLong(connectLater()).putInt(1).put(new byte[85]));
    send(
        ByteBuffer.allocate(5_000)
            .putLong(0x41727101980L)
            .putInt(0)
            .putInt(3)
            .put(new byte[4_984]));
    connect(99); // the next answer is to this one
  }

  private long connectLater() {
    return tracker.connect("127.0.0.1");
  }

  @Test
  void anAddressThatAsksTooOftenGetsNoAnswer() throws IOException {
    for (int i = 0; i < Tracker.REQUESTS_PER_ADDRESS_MAX; i++) {
      assertThat(tracker.admits("127.0.0.1")).isTrue();
    }
    send(ByteBuffer.allocate(16).putLong(0x41727101980L).putInt(0).putInt(1));
    DatagramSocket unheard = socket;
    InetAddress another = InetAddress.ofLiteral("127.0.0.2");
    socket = new DatagramSocket(new InetSocketAddress(another, 0));
    try (DatagramSocket heard = socket) {
      heard.setSoTimeout(PATIENCE_MILLIS);
      heard.connect(tracker.address());
      connect(2); // packets are taken in their order: the first was passed over
    } finally {
      socket = unheard;
    }
    nowMillis.addAndGet(1_000);
    connect(3);
  }

  // ---- with the coordinator -----------------------------------------------------------------

  @Test
  void aTakenPortIsSaidInWords() throws IOException {
    // an address of its own: what other programs have open on 127.0.0.1 is no matter
    InetAddress own = InetAddress.ofLiteral("127.77.3.1");
    try (DatagramSocket other = new DatagramSocket(0, own)) {
      InetSocketAddress taken = new InetSocketAddress(own, other.getLocalPort());
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> Tracker.start(taken, PeerBook.Limits.DEFAULTS, nowMillis::get).close())
          .withMessageContaining("cannot listen on 127.77.3.1 port " + taken.getPort());
      try (Socket free = new Socket()) {
        free.bind(taken); // HTTP has let go of it
      }
    }
  }

  @Test
  void aCoordinatorHasATrackerWhenItIsTold(@TempDir Path state) throws IOException {
    InetSocketAddress any = new InetSocketAddress(LOOPBACK, 0);
    try (Coordinator with =
        Coordinator.start(
            new CoordinatorSettings(
                any, new Database.Embedded(state.resolve("a")), false, null, any))) {
      assertThat(with.trackerAddress()).isNotNull().isNotEqualTo(with.address());
    }
    try (Coordinator without =
        Coordinator.start(new CoordinatorSettings(any, state.resolve("b"), false))) {
      assertThat(without.trackerAddress()).isNull();
    }
    InetSocketAddress everywhere = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new CoordinatorSettings(any, new Database.Embedded(state), false, null, everywhere))
        .withMessageContaining("tracker: 0.0.0.0");
    assertThat(
            new CoordinatorSettings(any, new Database.Embedded(state), true, null, everywhere)
                .tracker())
        .isEqualTo(everywhere);
  }
}
