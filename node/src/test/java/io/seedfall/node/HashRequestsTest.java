package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stranger asks for hashes (BEP 52), and checks them with arithmetic of its own. */
final class HashRequestsTest {
  private static final String PEER_ID = "-XX0001-abcdefghijkl";
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final int LEAF_BYTES = 16 * KIB;
  private static final int HASH_BYTES = 32;
  private static final int REQUEST = 21;
  private static final int HASHES = 22;
  private static final int REJECT = 23;

  @TempDir Path root;
  private Bench bench;
  private Path source;

  @BeforeEach
  void setUp() throws Exception {
    bench = new Bench(root);
    source = bench.file("a.bin", 4 * MIB - 5_000, 1); // 16 pieces, 256 leaves, the last one short
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private Metainfo metainfo() throws IOException {
    return Bench.metainfo(source, 256 * KIB);
  }

  private RawPeer dial(Node node, Metainfo metainfo) throws IOException {
    RawPeer peer = RawPeer.dial(node);
    peer.greetAsForeign(metainfo.wireHash().toBytes(), PEER_ID);
    peer.readHandshake();
    return peer;
  }

  private Node seeding(Metainfo metainfo) throws IOException {
    Node node = bench.node();
    node.seed(new SeedSpec(metainfo, source, false, List.of(), new Heard()));
    return node;
  }

  private static byte[] range(Metainfo metainfo, int layer, int index, int length, int proofs) {
    byte[] root = Objects.requireNonNull(metainfo.files().getFirst().piecesRoot()).toBytes();
    return ByteBuffer.allocate(48)
        .put(root)
        .putInt(layer)
        .putInt(index)
        .putInt(length)
        .putInt(proofs)
        .array();
  }

  private static void ask(RawPeer peer, byte[] range) throws IOException {
    peer.out.writeInt(1 + range.length);
    peer.out.writeByte(REQUEST);
    peer.send(range);
  }

  private static byte[] sha256(byte[]... parts) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  @Test
  void leavesComeWithTheUnclesThatTieThemToTheRoot() throws Exception {
    Metainfo metainfo = metainfo();
    byte[] file = Files.readAllBytes(source);
    try (RawPeer peer = dial(seeding(metainfo), metainfo)) {
      byte[] range = range(metainfo, 0, 254, 2, 7);
      ask(peer, range);
      byte[] answer = peer.readUntil(HASHES);
      assertThat(Arrays.copyOfRange(answer, 1, 49)).isEqualTo(range);
      assertThat(answer).hasSize(49 + (2 + 7) * HASH_BYTES);
      byte[] left = sha256(Arrays.copyOfRange(file, 254 * LEAF_BYTES, 255 * LEAF_BYTES));
      byte[] right = sha256(Arrays.copyOfRange(file, 255 * LEAF_BYTES, file.length));
      assertThat(hash(answer, 0)).isEqualTo(left);
      assertThat(hash(answer, 1)).isEqualTo(right);
      byte[] node = sha256(left, right);
      for (int uncle = 0; uncle < 7; uncle++) {
        node = sha256(hash(answer, 2 + uncle), node); // the last leaves are right children
      }
      assertThat(node).isEqualTo(Arrays.copyOf(range, HASH_BYTES));
    }
  }

  private static byte[] hash(byte[] answer, int index) {
    int at = 49 + index * HASH_BYTES;
    return Arrays.copyOfRange(answer, at, at + HASH_BYTES);
  }

  @Test
  void leavesOfAPieceThatIsNotHereAreRejected() throws Exception {
    Metainfo metainfo = metainfo();
    Node node = bench.node();
    node.fetch(new FetchSpec(metainfo, bench.directory("empty"), List.of(), new Heard()));
    try (RawPeer peer = dial(node, metainfo)) {
      ask(peer, range(metainfo, 0, 0, 2, 7));
      assertThat(peer.readUntil(REJECT)).hasSize(49);
      ask(peer, range(metainfo, 4, 0, 2, 3)); // the piece layer is known without the bytes
      assertThat(peer.readUntil(HASHES)).hasSizeGreaterThan(49);
    }
  }

  @Test
  void leavesOfAFileThatWasChangedAreRejected() throws Exception {
    Metainfo metainfo = metainfo();
    Node node = seeding(metainfo);
    Files.write(source, new byte[100]);
    try (RawPeer peer = dial(node, metainfo)) {
      ask(peer, range(metainfo, 0, 0, 2, 7));
      assertThat(peer.readUntil(REJECT)).hasSize(49);
    }
  }

  @Test
  void oneRequestMakesUsReadNoMoreThanItsLimit() throws Exception {
    Path large = bench.file("large.bin", 33L * MIB, 2);
    Metainfo metainfo = Bench.metainfo(large, 256 * KIB);
    MetainfoTerms terms = new MetainfoTerms(metainfo);
    assertThat(terms.piecesBelow(request(metainfo, 3, 128))).isNotNull();
    assertThat(128 / 2 * 256 * KIB).isEqualTo(MetainfoTerms.HASHED_BYTES_MAX);
    assertThat(terms.piecesBelow(request(metainfo, 3, 256))).isNull();
  }

  @Test
  void onePieceIsReadHoweverLargeItIs() throws Exception {
    Path large = bench.file("large.bin", 33L * MIB, 2);
    Metainfo metainfo = Bench.metainfo(large, 32 * MIB);
    assertThat(new MetainfoTerms(metainfo).piecesBelow(request(metainfo, 0, 2))).isNotNull();
  }

  private static HashRequest request(Metainfo metainfo, int layer, int length) {
    return new HashRequest(
        Objects.requireNonNull(metainfo.files().getFirst().piecesRoot()), layer, 0, length, 0);
  }
}
