package io.seedfall.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.WireHash;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who is on the local network, by multicast over loopback. */
final class LocalDiscoveryTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress GROUP = InetAddress.ofLiteral("239.192.152.143");
  private static final WireHash TORRENT = WireHash.parse("a5".repeat(20));
  private static final long INTERVAL_MILLIS = 300_000;
  private static final long JITTER_MILLIS = 30_000;
  private static final long PAUSE_MILLIS = 60_000;
  private static final int PACKETS_PER_SECOND_MAX = 100;

  private record Learnt(WireHash torrent, Endpoint peer) {}

  private final BlockingQueue<Learnt> learnt = new LinkedBlockingQueue<>();
  private final Threads threads = new Threads();

  private static int freePort() throws IOException {
    try (DatagramSocket free = new DatagramSocket(0, LOOPBACK)) {
      return free.getLocalPort();
    }
  }

  private LocalDiscovery open(int groupPort) throws IOException {
    LocalDiscovery discovery =
        LocalDiscovery.open(
            new LocalDiscovery.Setup(
                new InetSocketAddress(LOOPBACK, 7001),
                groupPort,
                () -> List.of(TORRENT),
                (torrent, peer) -> learnt.add(new Learnt(torrent, peer)),
                5));
    discovery.start(threads);
    return discovery;
  }

  private static void say(MulticastSocket socket, int port, String packet) throws IOException {
    byte[] bytes = packet.getBytes(ISO_8859_1);
    socket.send(new DatagramPacket(bytes, bytes.length, GROUP, port));
  }

  private static MulticastSocket client(int groupPort) throws IOException {
    MulticastSocket socket = new MulticastSocket(groupPort);
    NetworkInterface loopback = NetworkInterface.getByInetAddress(LOOPBACK);
    socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
    socket.joinGroup(new InetSocketAddress(GROUP, groupPort), loopback);
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Heard.PATIENCE_SECONDS));
    return socket;
  }

  private static String packet(int port, String cookie) {
    return "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: %d\r\nInfohash: %s\r\ncookie: %s\r\n\r\n\r\n"
        .formatted(port, TORRENT.hex(), cookie);
  }

  @Test
  void itTellsOfATorrentAtOnceAndHearsOthersButNotItself() throws Exception {
    int port = freePort();
    try (MulticastSocket client = client(port);
        LocalDiscovery discovery = open(port)) {
      discovery.torrentAdded();
      DatagramPacket heard = new DatagramPacket(new byte[2000], 2000);
      client.receive(heard);
      String said = new String(heard.getData(), 0, heard.getLength(), ISO_8859_1);
      assertThat(said)
          .startsWith("BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:" + port + "\r\n")
          .contains("\r\nPort: 7001\r\n", "\r\nInfohash: " + TORRENT.hex() + "\r\n");
      say(client, port, said); // as if it were its own
      say(client, port, "nonsense");
      say(client, port, packet(7002, "other"));
      assertThat(learnt.poll(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isEqualTo(new Learnt(TORRENT, new Endpoint("127.0.0.1", 7002)));
      assertThat(learnt).isEmpty();
    }
    threads.awaitNone();
  }

  @Test
  void ofManyPacketsInASecondOnlySoManyAreLookedAt() throws Exception {
    int port = freePort();
    int sent = 4 * PACKETS_PER_SECOND_MAX;
    try (MulticastSocket client = client(port);
        LocalDiscovery _ = open(port)) {
      long began = System.nanoTime();
      for (int i = 0; i < sent; i++) {
        say(client, port, packet(1 + i, "other"));
      }
      assertThat(learnt.poll(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
      say(client, port, "the end of it");
      long seconds = (System.nanoTime() - began) / 1_000_000_000L;
      assertThat(learnt.size()).isLessThanOrEqualTo((int) (seconds + 2) * PACKETS_PER_SECOND_MAX);
    }
    threads.awaitNone();
  }

  @Test
  void anAddressOfNoInterfaceIsRefusedInWords() {
    LocalDiscovery.Setup nowhere =
        new LocalDiscovery.Setup(
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1),
            1,
            List::of,
            (_, _) -> {},
            1);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> LocalDiscovery.open(nowhere))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("local network");
  }

  @Test
  void itIsSaidAtOnceThenEveryFiveMinutesAndNeverTwiceInAMinute() {
    LocalSchedule schedule = new LocalSchedule(new SeededRandom(1));
    assertThat(schedule.dueMillis()).isEqualTo(Long.MAX_VALUE);
    schedule.torrentAdded(1000);
    assertThat(schedule.dueMillis()).isEqualTo(1000);
    schedule.announced(1000);
    assertThat(schedule.dueMillis())
        .isBetween(1000 + INTERVAL_MILLIS, 1000 + INTERVAL_MILLIS + JITTER_MILLIS);
    schedule.torrentAdded(2000);
    assertThat(schedule.dueMillis()).isEqualTo(1000 + PAUSE_MILLIS);
    schedule.announced(1000 + PAUSE_MILLIS);
    schedule.torrentAdded(1000 + 3 * PAUSE_MILLIS);
    assertThat(schedule.dueMillis()).isEqualTo(1000 + 3 * PAUSE_MILLIS);
  }
}
