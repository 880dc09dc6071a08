package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.PeerSources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes over loopback: pause, cap, and two transfers that share one node's link. */
final class PaceTest {
  private static final int PIECE_BYTES = 256 * 1024;
  private static final TransferPace LOW = new TransferPace(4, 0, false, false);
  private static final TransferPace URGENT = new TransferPace(256, 0, false, false);
  private static final TransferPace PAUSED = new TransferPace(4, 0, true, false);

  @TempDir Path temporary;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(temporary);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  /** One content, where it comes from, and where it goes. */
  private final class Flow {
    final Metainfo metainfo;
    final Heard heard = new Heard();
    final Heard seedHeard = new Heard();
    final Transfer seed;
    final Transfer fetch;
    private final Path file;

    Flow(String name, long bytes, Node from, Node to, TransferPace pace) throws IOException {
      file = bench.file(name, bytes, name.length());
      metainfo = Bench.metainfo(file, PIECE_BYTES);
      seed =
          from.seed(
              new SeedSpec(
                  metainfo, file, true, List.of(), seedHeard, PeerSources.NEIGHBOURS, pace));
      fetch = to.fetch(spec(to, from, pace));
    }

    private FetchSpec spec(Node to, Node from, TransferPace pace) throws IOException {
      return new FetchSpec(
              metainfo,
              bench.directory("fetched-" + metainfo.name() + to.listenAddress().getPort()),
              List.of(Bench.endpoint(from)),
              heard)
          .withPace(pace);
    }

    long received() {
      return fetch.progress().bytesFromPeers();
    }

    void awaitReceived(long bytes) {
      await().atMost(Duration.ofSeconds(60)).until(() -> received() >= bytes);
    }

    void assertWhole() throws Exception {
      heard.awaitCompleted();
      assertThat(fetch.content()).hasSameBinaryContentAs(file);
      assertThat(seedHeard.hasFailed()).isFalse();
      // No piece was asked for twice, and nobody lost his connection.
      assertThat(received()).isEqualTo(metainfo.geometry().totalBytes());
    }
  }

  @Test
  void twoTransfersShareACappedUplinkByTheirWeights() throws Exception {
    Node source = bench.node(Bench.settings("127.0.0.1", 1, 0, 8_000_000));
    Flow low = new Flow("low.bin", 60_000_000, source, bench.node(), LOW);
    low.awaitReceived(2_000_000); // it has the link for itself
    Flow urgent = new Flow("urgent!.bin", 12_000_000, source, bench.node(), URGENT);
    urgent.awaitReceived(1_000_000);
    long lowBefore = low.received();
    urgent.heard.awaitCompleted();
    long lowMeanwhile = low.received() - lowBefore;
    assertThat(lowMeanwhile).isLessThan(11_000_000 / 16);
    long lowAfter = low.received();
    low.awaitReceived(lowAfter + 4_000_000); // and again
  }

  @Test
  void twoTransfersShareACappedDownlinkByTheirWeights() throws Exception {
    Node sink = bench.node(Bench.settings("127.0.0.1", 1, 8_000_000, 0));
    Flow low = new Flow("low.bin", 60_000_000, bench.node(), sink, LOW);
    low.awaitReceived(2_000_000);
    Flow urgent = new Flow("urgent!.bin", 12_000_000, bench.node(), sink, URGENT);
    urgent.awaitReceived(1_000_000);
    long lowBefore = low.received();
    urgent.heard.awaitCompleted();
    assertThat(low.received() - lowBefore).isLessThan(11_000_000 / 16);
  }

  @Test
  void whatAnUrgentTransferCannotUseTheOtherGets() throws Exception {
    Node source = bench.node(Bench.settings("127.0.0.1", 1, 0, 8_000_000));
    Node slow = bench.node(Bench.settings("127.0.0.1", 2, 1_000_000, 0));
    Flow urgent = new Flow("urgent!.bin", 60_000_000, source, slow, URGENT);
    urgent.awaitReceived(500_000);
    Flow low = new Flow("low.bin", 60_000_000, source, bench.node(), LOW);
    low.awaitReceived(1_000_000);
    long urgentBefore = urgent.received();
    long lowBefore = low.received();
    low.awaitReceived(lowBefore + 10_000_000);
    long urgentMeanwhile = urgent.received() - urgentBefore;
    assertThat(urgentMeanwhile).isLessThan(5_000_000).isPositive();
  }

  @Test
  void aPausedTransferStandsStillAndGoesOnWhereItWas() throws Exception {
    Node source = bench.node(Bench.settings("127.0.0.1", 1, 0, 20_000_000));
    Node sink = bench.node();
    Flow flow = new Flow("paused.bin", 12_000_000, source, sink, LOW);
    Flow other = new Flow("other.bin", 6_000_000, source, sink, LOW);
    flow.awaitReceived(2_000_000);
    flow.fetch.pace(PAUSED);
    flow.seed.pace(PAUSED);
    other.heard.awaitCompleted();
    long before = flow.received();
    Flow third = new Flow("third-one.bin", 30_000_000, source, sink, LOW);
    third.heard.awaitCompleted(); // more than a second at this rate
    assertThat(flow.received()).isEqualTo(before).isLessThan(12_000_000);
    assertThat(flow.fetch.progress().peers()).isEqualTo(1);
    flow.seed.pace(LOW);
    flow.fetch.pace(LOW);
    flow.assertWhole();
  }

  @Test
  void pausingOneSideIsEnoughToStopIt() throws Exception {
    Node source = bench.node(Bench.settings("127.0.0.1", 1, 0, 20_000_000));
    Node sink = bench.node();
    Flow flow = new Flow("paused.bin", 12_000_000, source, sink, PAUSED);
    flow.seed.pace(LOW);
    Flow other = new Flow("other.bin", 12_000_000, source, sink, LOW);
    other.heard.awaitCompleted();
    assertThat(flow.received()).isZero();
    flow.fetch.pace(LOW);
    flow.assertWhole();
    assertThat(flow.heard.hasFailed()).isFalse();
  }

  @Test
  void aCapHoldsForOneTransferAndMayChange() throws Exception {
    Node source = bench.node();
    TransferPace capped = new TransferPace(4, 2_000_000, false, false);
    long startedNanos = System.nanoTime();
    Flow flow = new Flow("capped.bin", 60_000_000, source, bench.node(), capped);
    Flow other = new Flow("other.bin", 30_000_000, source, bench.node(), LOW);
    other.heard.awaitCompleted();
    flow.awaitReceived(4_000_000);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    assertThat(flow.received()).isLessThan((long) (2_000_000 * seconds) + 1_000_000);
    flow.seed.pace(LOW);
    flow.fetch.pace(LOW);
    flow.assertWhole();
  }

  @Test
  void aNodesCapHoldsForAllItsTransfersTogetherAndMayChange() throws Exception {
    Node source = bench.node();
    long startedNanos = System.nanoTime();
    source.cap(NodeCaps.inAll(2_000_000));
    Flow one = new Flow("one.bin", 30_000_000, source, bench.node(), LOW);
    Flow two = new Flow("two.bin!", 30_000_000, source, bench.node(), LOW);
    await().atMost(Duration.ofSeconds(60)).until(() -> one.received() + two.received() > 5_000_000);
    long received = one.received() + two.received();
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    assertThat(received).isLessThan((long) (2_000_000 * seconds) + 1_000_000);
    source.cap(NodeCaps.NONE);
    one.assertWhole();
    two.assertWhole();
  }

  private static double secondsSince(long startedNanos) {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  @Test
  void whatLeavesTheZoneHasItsShareAndWhatStaysInsideHasAllOfTheLink() throws Exception {
    Node source = bench.node(Bench.settings("127.0.0.1", 21).withZone("a"));
    Node inside = bench.node(Bench.settings("127.0.0.1", 22).withZone("a"));
    Node outside = bench.node(Bench.settings("127.0.0.1", 23).withZone("b"));
    long startedNanos = System.nanoTime();
    source.cap(new NodeCaps(0, new NodeCaps.Share(2_000_000, 1), NodeCaps.Share.OPEN));
    Flow far = new Flow("far.bin", 100_000_000, source, outside, LOW);
    Flow near = new Flow("near.bin", 30_000_000, source, inside, LOW);
    near.assertWhole();
    far.awaitReceived(4_000_000);
    assertThat(far.received())
        .isLessThan((long) (2_000_000 * secondsSince(startedNanos)) + 1_000_000);
    source.cap(NodeCaps.NONE);
    far.assertWhole();
  }

  @Test
  void whatComesInFromAnotherRackHasItsShareAndARateThatChangesEveryMomentLetsNothingPassSooner()
      throws Exception {
    Node fetcher = bench.node();
    long startedNanos = System.nanoTime();
    fetcher.cap(fromOtherRacks(2_000_000));
    // The source says nothing of its rack, and so stands in another one.
    Flow flow = new Flow("from.bin", 100_000_000, bench.node(), fetcher, LOW);
    int changes = 0;
    while (flow.received() < 4_000_000) {
      fetcher.cap(fromOtherRacks(2_000_000 - changes++ % 2));
      Thread.onSpinWait();
    }
    assertThat(flow.received())
        .isLessThan((long) (2_000_000 * secondsSince(startedNanos)) + 1_000_000);
    fetcher.cap(NodeCaps.NONE);
    flow.assertWhole();
  }

  private static NodeCaps fromOtherRacks(long bytesPerSecond) {
    return new NodeCaps(0, NodeCaps.Share.OPEN, new NodeCaps.Share(0, bytesPerSecond));
  }

  @Test
  void ofACapOnWhatComesInAndOneEachWayTheLeastCounts() {
    assertThat(new TransferPace(1, 0, false, false, 7).receivableBytesPerSecond()).isEqualTo(7);
    assertThat(new TransferPace(1, 6, false, false, 7).receivableBytesPerSecond()).isEqualTo(6);
    assertThat(new TransferPace(1, 8, false, false, 7).receivableBytesPerSecond()).isEqualTo(7);
    assertThat(new TransferPace(1, 8, false, false).receivableBytesPerSecond()).isEqualTo(8);
  }

  @Test
  void ofTwoCapsOnANodeTheLeastCounts() {
    NodeSettings settings = Bench.settings("127.0.0.1", 1, 0, 8_000_000);
    assertThat(settings.capped(0)).isEqualTo(settings);
    assertThat(settings.capped(9_000_000).sendBytesPerSecond()).isEqualTo(8_000_000);
    assertThat(settings.capped(9_000_000).receiveBytesPerSecond()).isEqualTo(9_000_000);
    assertThat(settings.capped(7_000_000).sendBytesPerSecond()).isEqualTo(7_000_000);
  }

  @Test
  void aBackgroundTransferMarksItsPacketsAlsoWhenItBecomesOneLater() throws Exception {
    for (String loopback : List.of("127.0.0.1", "::1")) {
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.ofLiteral(loopback), 0));
        try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
          Connection connection = connection(channel);
          assertThat(channel.getOption(StandardSocketOptions.IP_TOS)).isZero();
          connection.pace(new TransferPace(1, 0, false, true));
          assertThat(channel.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x04);
          connection.pace(LOW);
          assertThat(channel.getOption(StandardSocketOptions.IP_TOS)).isZero();
        }
      }
    }
  }

  private Connection connection(SocketChannel channel) throws IOException {
    Endpoint remote = Endpoint.parse("127.0.0.1:1");
    PeerFacts facts = new PeerFacts(remote, PeerId.random(new SeededRandom(1)), true, true, true);
    ConnectionCap.Place place = Objects.requireNonNull(new ConnectionCap().enterDialled());
    PieceGeometry geometry = Bench.metainfo(bench.file("f", 65_536, 1), PIECE_BYTES).geometry();
    return new Connection(
        0,
        new Greeted(new PlainWire(channel), facts, place, Permit.ALL),
        geometry,
        16_384,
        new Inbox<>(1));
  }
}
