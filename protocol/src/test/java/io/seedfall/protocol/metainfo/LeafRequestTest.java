package io.seedfall.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** BEP 52, "hash request" with a base layer below that of the pieces. */
final class LeafRequestTest {
  private static final int LEAF = MerkleTree.LEAF_BYTES;

  private static List<Hash256> leaves(byte[] content) {
    List<Hash256> leaves = new ArrayList<>();
    for (int at = 0; at < content.length; at += LEAF) {
      leaves.add(
          MerkleTree.leaf(ByteBuffer.wrap(content, at, Math.min(LEAF, content.length - at))));
    }
    return leaves;
  }

  private static Metainfo torrent(byte[] content, int pieceBytes) {
    byte[] other = {1, 2, 3};
    return new MetainfoBuilder("t", pieceBytes)
        .file(RelativePath.of("a"), other.length, TestHashes.pieces(other, pieceBytes))
        .file(RelativePath.of("b"), content.length, TestHashes.pieces(content, pieceBytes))
        .build();
  }

  /** The leaves of the pieces that an answer takes. */
  private static List<Hash256> needed(
      Metainfo metainfo, List<Hash256> leaves, Metainfo.PieceRange pieces) {
    int each = metainfo.pieceBytes() / LEAF;
    int from = (pieces.first() - metainfo.geometry().firstPiece(1)) * each;
    return leaves.subList(from, Math.min(leaves.size(), from + pieces.count() * each));
  }

  @Test
  void theAnswerIsThatOfTheWholeTree() {
    Seeds.check(
        60,
        random -> {
          int pieceBytes = LEAF << random.nextInt(4);
          byte[] content = new byte[1 + random.nextInt(40 * LEAF)];
          random.nextBytes(content);
          List<Hash256> leaves = leaves(content);
          Metainfo metainfo = torrent(content, pieceBytes);
          Hash256 root = Objects.requireNonNull(metainfo.files().get(1).piecesRoot());
          MerkleTree whole = MerkleTree.of(leaves, 0);
          assertThat(whole.root()).isEqualTo(root);
          for (int i = 0; i < 60; i++) {
            HashRequest request = request(random, root, leaves.size());
            List<Hash256> expected =
                whole.hashes(
                    request.baseLayer(), request.index(), request.length(), request.proofLayers());
            boolean isBelow =
                metainfo.pieceLayer(1) == null || LEAF << request.baseLayer() < pieceBytes;
            Metainfo.PieceRange pieces = metainfo.piecesBelow(request);
            if (expected == null || !isBelow) {
              assertThat(pieces).as(request.toString()).isNull();
              assertThat(metainfo.hashes(request)).isEqualTo(isBelow ? null : expected);
              continue;
            }
            assertThat(pieces).as(request.toString()).isNotNull();
            List<Hash256> given = needed(metainfo, leaves, Objects.requireNonNull(pieces));
            assertThat(metainfo.hashes(request, given)).as(request.toString()).isEqualTo(expected);
            assertThat(metainfo.hashes(request)).isNull();
          }
        });
  }

  private static HashRequest request(RandomGenerator random, Hash256 root, int leaves) {
    int layer = random.nextInt(4);
    int length = random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 1 << random.nextInt(5);
    int index = length * random.nextInt(1 + leaves / length);
    return new HashRequest(root, layer, index, length, random.nextInt(7));
  }

  @Test
  void aRequestTakesThePiecesItHasHashesOf() {
    byte[] content = new byte[10 * LEAF + 1]; // three pieces of four leaves, the last of three
    Metainfo metainfo = torrent(content, 4 * LEAF);
    Hash256 root = Objects.requireNonNull(metainfo.files().get(1).piecesRoot());
    int first = metainfo.geometry().firstPiece(1);
    assertThat(metainfo.piecesBelow(new HashRequest(root, 0, 4, 2, 0)))
        .isEqualTo(new Metainfo.PieceRange(first + 1, 1));
    assertThat(metainfo.piecesBelow(new HashRequest(root, 0, 0, 8, 3)))
        .isEqualTo(new Metainfo.PieceRange(first, 2));
    assertThat(metainfo.piecesBelow(new HashRequest(root, 0, 0, 16, 3)))
        .as("not beyond the end of the file")
        .isEqualTo(new Metainfo.PieceRange(first, 3));
    assertThat(metainfo.piecesBelow(new HashRequest(root, 1, 0, 2, 2)))
        .isEqualTo(new Metainfo.PieceRange(first, 1));
    assertThat(metainfo.piecesBelow(new HashRequest(root, 2, 0, 2, 0)))
        .as("the piece layer needs no leaves")
        .isNull();
    assertThat(metainfo.piecesBelow(new HashRequest(root, 0, 0, 2, 4))).isNull();
    assertThat(metainfo.piecesBelow(new HashRequest(root, 0, 1, 2, 0))).isNull();
    assertThat(metainfo.piecesBelow(new HashRequest(root, -1, 0, 2, 0))).isNull();
    assertThat(metainfo.piecesBelow(new HashRequest(TestTorrent.hash(9), 0, 0, 2, 0))).isNull();
  }

  @Test
  void otherLeavesThanTheTorrentsGiveNoAnswer() {
    for (int leafCount : new int[] {3, 11}) {
      byte[] content = new byte[leafCount * LEAF];
      Metainfo metainfo = torrent(content, 4 * LEAF);
      HashRequest request =
          new HashRequest(Objects.requireNonNull(metainfo.files().get(1).piecesRoot()), 0, 0, 2, 0);
      List<Hash256> leaves = new ArrayList<>(leaves(content).subList(0, Math.min(4, leafCount)));
      assertThat(metainfo.hashes(request, leaves)).hasSize(2);
      leaves.set(2, TestTorrent.hash(1));
      assertThat(metainfo.hashes(request, leaves)).isNull();
      assertThat(metainfo.hashes(request, leaves.subList(0, 2))).isNull();
    }
  }
}
