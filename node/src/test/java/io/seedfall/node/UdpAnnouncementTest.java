package io.seedfall.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceEvent;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BEP 15 against a tracker that is this test: it reads and writes packets by hand. */
final class UdpAnnouncementTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final long CONNECTION = 0x1122334455667788L;
  private static final TrackerPatience LONG = new TrackerPatience(60_000, 60_000, 0);
  private static final AnnounceRequest REQUEST =
      new AnnounceRequest(
          WireHash.parse("aa".repeat(20)),
          PeerId.of("-SF0100-abcdefghijkl".getBytes(US_ASCII)),
          6881,
          3,
          2,
          1,
          AnnounceEvent.STARTED,
          7,
          0x99);

  private DatagramSocket tracker;
  private SocketAddress client = new InetSocketAddress(0);

  @BeforeEach
  void begin() throws IOException {
    tracker = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
    tracker.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Heard.PATIENCE_SECONDS));
  }

  @AfterEach
  void end() {
    tracker.close();
  }

  private CompletableFuture<AnnounceResponse> announced(TrackerPatience patience) {
    CompletableFuture<AnnounceResponse> answer = new CompletableFuture<>();
    InetSocketAddress at = (InetSocketAddress) tracker.getLocalSocketAddress();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer.complete(
                UdpAnnouncement.announce(at, LOOPBACK, REQUEST, patience, new SeededRandom(1)));
          } catch (Exception e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private static AnnounceResponse of(CompletableFuture<AnnounceResponse> answer) throws Exception {
    return answer.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private ByteBuffer receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
    tracker.receive(packet);
    client = packet.getSocketAddress();
    return ByteBuffer.wrap(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  private void send(ByteBuffer packet) throws IOException {
    byte[] bytes = new byte[packet.position()];
    packet.flip().get(bytes);
    tracker.send(new DatagramPacket(bytes, bytes.length, client));
  }

  /** Takes a connect and gives its transaction. */
  private int connect() throws IOException {
    ByteBuffer packet = receive();
    assertThat(packet.remaining()).isEqualTo(16);
    assertThat(packet.getLong()).isEqualTo(0x41727101980L);
    assertThat(packet.getInt()).isZero();
    return packet.getInt();
  }

  private void connected(int transaction) throws IOException {
    send(ByteBuffer.allocate(16).putInt(0).putInt(transaction).putLong(CONNECTION));
  }

  private void answered(int transaction) throws IOException {
    send(
        ByteBuffer.allocate(26)
            .putInt(1)
            .putInt(transaction)
            .putInt(300)
            .putInt(4)
            .putInt(5)
            .put(new byte[] {10, 0, 0, 9, 0x1a, (byte) 0xe1}));
  }

  @Test
  void itConnectsAnnouncesAndTakesThePeers() throws Exception {
    CompletableFuture<AnnounceResponse> answer = announced(LONG);
    connected(connect());
    ByteBuffer packet = receive();
    int transaction = packet.getInt(12);
    byte[] torrent = new byte[20];
    Arrays.fill(torrent, (byte) 0xaa);
    assertThat(packet)
        .isEqualTo(
            ByteBuffer.allocate(98)
                .putLong(CONNECTION)
                .putInt(1)
                .putInt(transaction)
                .put(torrent)
                .put("-SF0100-abcdefghijkl".getBytes(US_ASCII))
                .putLong(2)
                .putLong(1)
                .putLong(3)
                .putInt(2)
                .putInt(0)
                .putInt(0x99)
                .putInt(7)
                .putShort((short) 6881)
                .flip());
    answered(transaction);
    assertThat(of(answer))
        .isEqualTo(
            new AnnounceResponse.Peers(300, 0, 5, 4, List.of(new Endpoint("10.0.0.9", 6881))));
  }

  @Test
  void answersToSomethingElseArePassedOver() throws Exception {
    CompletableFuture<AnnounceResponse> answer = announced(LONG);
    int transaction = connect();
    connected(transaction + 1);
    send(ByteBuffer.allocate(7).putInt(0));
    send(ByteBuffer.allocate(16).putInt(9).putInt(transaction));
    connected(transaction);
    int announcement = receive().getInt(12);
    answered(announcement + 1);
    answered(announcement);
    assertThat(of(answer)).isInstanceOf(AnnounceResponse.Peers.class);
  }

  @Test
  void aTrackersNoIsARefusalInItsWords() throws Exception {
    CompletableFuture<AnnounceResponse> answer = announced(LONG);
    int transaction = connect();
    send(ByteBuffer.allocate(10).putInt(3).putInt(transaction).put("no".getBytes(US_ASCII)));
    assertThat(of(answer)).isEqualTo(new AnnounceResponse.Refused("no"));
  }

  @Test
  void anAnswerOfAnotherKindIsARefusal() throws Exception {
    CompletableFuture<AnnounceResponse> answer = announced(LONG);
    answered(connect());
    assertThat(of(answer)).isEqualTo(new AnnounceResponse.Refused("it answers what was not asked"));
  }

  @Test
  void aLostPacketIsSentAgainSoOftenAndNoOftener() throws Exception {
    CompletableFuture<AnnounceResponse> lost = announced(new TrackerPatience(60_000, 10, 3));
    for (int sent = 1; sent <= 4; sent++) {
      connect();
    }
    assertThat(of(lost)).isEqualTo(new AnnounceResponse.Refused("no answer"));
    tracker.setSoTimeout(1);
    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(this::receive);
  }

  @Test
  void anAnnouncementThatIsLostIsSentAgain() throws Exception {
    CompletableFuture<AnnounceResponse> answer = announced(new TrackerPatience(60_000, 2_000, 5));
    connected(connect());
    int first = receive().getInt(12);
    ByteBuffer again = receive();
    assertThat(again.getInt(8)).isEqualTo(1);
    assertThat(again.getInt(12)).as("drawn anew").isNotEqualTo(first);
    answered(again.getInt(12));
    assertThat(of(answer)).isInstanceOf(AnnounceResponse.Peers.class);
  }

  @Test
  void aPortWhereNobodyListensIsARefusalAtOnce() throws Exception {
    InetSocketAddress at = (InetSocketAddress) tracker.getLocalSocketAddress();
    tracker.close();
    assertThat(UdpAnnouncement.announce(at, null, REQUEST, LONG, new SeededRandom(1)))
        .isEqualTo(new AnnounceResponse.Refused("nobody listens there"));
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    InetSocketAddress at = (InetSocketAddress) tracker.getLocalSocketAddress();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                UdpAnnouncement.announce(at, null, REQUEST, LONG, new SeededRandom(1));
                interrupted.complete(false);
              } catch (InterruptedException e) {
                interrupted.complete(true);
              }
            });
    connect();
    thread.interrupt();
    assertThat(interrupted.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theUsualPauseIsThatOfTheBep() {
    assertThat(TrackerPatience.USUAL.udpMillis()).isEqualTo(15_000);
  }
}
