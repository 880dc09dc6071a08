package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes in over a socket from somebody who is not us. */
final class StrangersTest {
  private static final String PEER_ID = "-XX0001-abcdefghijkl";
  private static final int LEAF_BYTES = 16 * 1024;

  @TempDir Path root;
  private Bench bench;
  private Path source;
  private Metainfo metainfo;

  @BeforeEach
  void setUp() throws Exception {
    bench = new Bench(root);
    source = bench.file("a.bin", 200_000, 1);
    metainfo = Bench.metainfo(source, 64 * 1024);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private Node seeding() throws Exception {
    Node node = bench.node();
    node.seed(new SeedSpec(metainfo, source, false, List.of(), new Heard()));
    return node;
  }

  private byte[] truncated() {
    return metainfo.infoHash().wire().toBytes();
  }

  @Test
  void aFirstByteThatIsNot0x13IsTurnedAwayAtOnce() throws Exception {
    try (RawPeer peer = RawPeer.dial(seeding())) {
      peer.send(new byte[] {0x12});
      assertThat(peer.in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aTorrentThatIsNotHereIsTurnedAway() throws Exception {
    try (RawPeer peer = RawPeer.dial(seeding())) {
      byte[] other = truncated();
      other[0] ^= 1;
      peer.send(RawPeer.handshake(other, 0x10, 0x14, PEER_ID));
      assertThat(peer.in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aHandshakeThatStopsHalfWayIsClosedInItsTime() throws Exception {
    Node node = seeding();
    try (RawPeer peer = RawPeer.dial(node)) {
      peer.send(Arrays.copyOf(RawPeer.handshake(truncated(), 0, 4, PEER_ID), 67));
      assertThat(peer.in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aForeignClientIsServedWhatTheFileHolds() throws Exception {
    byte[] content = Files.readAllBytes(source);
    try (RawPeer peer = RawPeer.dial(seeding())) {
      peer.greetAsForeign(truncated(), PEER_ID);
      assertThat(Arrays.copyOfRange(peer.readHandshake(), 28, 48)).isEqualTo(truncated());
      peer.say(15); // HAVE_NONE
      peer.say(2); // INTERESTED
      peer.readUntil(1); // UNCHOKE
      for (int piece = 0; piece < metainfo.geometry().pieceCount(); piece++) {
        int length = metainfo.geometry().pieceLength(piece);
        for (int offset = 0; offset < length; offset += LEAF_BYTES) {
          int bytes = Math.min(LEAF_BYTES, length - offset);
          peer.say(6, piece, offset, bytes);
          byte[] answer = peer.readUntil(7);
          int from = piece * 64 * 1024 + offset;
          assertThat(Arrays.copyOfRange(answer, 9, answer.length))
              .isEqualTo(Arrays.copyOfRange(content, from, from + bytes));
        }
      }
    }
  }

  @Test
  void anOversizeFrameEndsTheConnectionBeforeItIsRead() throws Exception {
    try (RawPeer peer = RawPeer.dial(seeding())) {
      peer.greetAsForeign(truncated(), PEER_ID);
      peer.readHandshake();
      peer.out.writeInt(Integer.MAX_VALUE);
      peer.out.flush();
      assertThat(peer.isClosedByThem()).isTrue();
    }
  }

  @Test
  void aBlockOutsideTheTorrentEndsTheConnection() throws Exception {
    try (RawPeer peer = RawPeer.dial(seeding())) {
      peer.greetAsForeign(truncated(), PEER_ID);
      peer.readHandshake();
      peer.say(15);
      peer.sayPiece(99, 0, new byte[LEAF_BYTES]);
      assertThat(peer.isClosedByThem()).isTrue();
    }
  }

  @Test
  void aBlockThatNobodyAskedForIsDrainedAndHarmsNothing() throws Exception {
    Node node = seeding();
    try (RawPeer peer = RawPeer.dial(node)) {
      peer.greetAsForeign(truncated(), PEER_ID);
      peer.readHandshake();
      peer.say(15);
      peer.sayPiece(0, 0, new byte[LEAF_BYTES]);
      peer.say(2);
      peer.readUntil(1); // it is still talked to
    }
    assertThat(source).hasSize(200_000);
  }

  @Test
  void whoReadsNothingIsDisconnectedOnceTooMuchWaits() throws Exception {
    Path large = bench.file("large.bin", 64L * 1024 * 1024, 5);
    Metainfo many = Bench.metainfo(large, LEAF_BYTES);
    Node node = bench.node();
    node.seed(new SeedSpec(many, large, false, List.of(), new Heard()));
    try (RawPeer peer = RawPeer.dial(node)) {
      peer.greetAsForeign(many.infoHash().wire().toBytes(), PEER_ID);
      peer.readHandshake();
      peer.say(15);
      // Requests while choked are each answered by a REJECT (BEP 6), which we never read.
      byte[] request = {0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0};
      byte[] requests = new byte[request.length * 1024];
      for (int i = 0; i < 1024; i++) {
        System.arraycopy(request, 0, requests, i * request.length, request.length);
      }
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  peer.send(requests);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void oneAddressGetsSoManyConnectionsAndNoMore() throws Exception {
    Node node = seeding();
    List<RawPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < ConnectionCap.FROM_ONE_ADDRESS_MAX; i++) {
        RawPeer peer = RawPeer.dial(node);
        peers.add(peer);
        peer.greetAsForeign(truncated(), "-XX0001-%012d".formatted(i));
        assertThat(peer.readHandshake()).hasSize(68);
      }
      RawPeer oneTooMany = RawPeer.dial(node);
      peers.add(oneTooMany);
      assertThat(oneTooMany.isClosedByThem()).isTrue();
    } finally {
      for (RawPeer peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void aPortThatIsTakenIsSaidInWords() throws Exception {
    try (ServerSocket taken = RawPeer.listen()) {
      NodeSettings settings =
          new NodeSettings(
              new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), taken.getLocalPort()),
              0,
              0,
              1,
              0,
              "",
              1);
      assertThatThrownBy(() -> Node.open(settings))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void aConnectionThatBreaksInABlockCostsNothingButThatBlock() throws Exception {
    byte[] content = Files.readAllBytes(source);
    Heard heard = new Heard();
    Node fetching = bench.node();
    try (ServerSocket server = RawPeer.listen()) {
      fetching.fetch(
          new FetchSpec(
              metainfo,
              root.resolve("staging"),
              List.of(Addresses.endpoint((InetSocketAddress) server.getLocalSocketAddress())),
              heard));
      try (RawPeer broken = RawPeer.accept(server)) {
        seedBy(broken, content, 3);
      }
      try (RawPeer whole = RawPeer.accept(server)) { // it dials again
        seedBy(whole, content, Integer.MAX_VALUE);
        heard.awaitCompleted();
      }
    }
    assertThat(root.resolve("staging/content/a.bin")).hasSameBinaryContentAs(source);
  }

  /** Answers requests like a seed; breaks off in the middle of the block with that number. */
  private void seedBy(RawPeer peer, byte[] content, int breakAt) throws Exception {
    peer.readHandshake();
    peer.greetAsForeign(truncated(), PEER_ID);
    peer.say(14); // HAVE_ALL
    peer.say(1); // UNCHOKE
    int left = 13;
    for (int answered = 0; left > 0; answered++) {
      byte[] request = peer.readUntil(6);
      ByteBuffer numbers = ByteBuffer.wrap(request, 1, 12);
      int piece = numbers.getInt();
      int offset = numbers.getInt();
      int length = numbers.getInt();
      int from = piece * 64 * 1024 + offset;
      if (answered == breakAt) {
        peer.out.writeInt(9 + length);
        peer.out.writeByte(7);
        peer.out.writeInt(piece);
        peer.out.writeInt(offset);
        peer.out.write(content, from, length / 2);
        peer.out.flush();
        return;
      }
      peer.sayPiece(piece, offset, Arrays.copyOfRange(content, from, from + length));
      left--;
    }
  }
}
