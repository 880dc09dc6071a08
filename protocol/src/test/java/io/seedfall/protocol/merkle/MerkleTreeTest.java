package io.seedfall.protocol.merkle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.Seeds;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** BEP 52: "pieces root", "piece layers" and the messages 21 to 23. */
final class MerkleTreeTest {
  @Test
  void aLeafIsTheSha256OfAtMostSixteenKib() throws Exception {
    byte[] bytes = new byte[MerkleTree.LEAF_BYTES + 1];
    bytes[5] = 7;
    assertThat(MerkleTree.leaf(ByteBuffer.wrap(bytes, 0, 16_384)))
        .isEqualTo(sha256(ByteBuffer.wrap(bytes, 0, 16_384)));
    assertThat(MerkleTree.leaf(ByteBuffer.wrap(bytes, 5, 1)))
        .isEqualTo(Hash256.of(MessageDigest.getInstance("SHA-256").digest(new byte[] {7})));
    assertThatThrownBy(() -> MerkleTree.leaf(ByteBuffer.wrap(bytes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16385");
    assertThatThrownBy(() -> MerkleTree.leaf(ByteBuffer.allocate(0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void paddingIsTheRootOfZeroLeaves() throws Exception {
    assertThat(MerkleTree.padding(0)).isEqualTo(Hash256.ZERO);
    assertThat(MerkleTree.padding(1))
        .isEqualTo(sha256(ByteBuffer.allocate(64)))
        .hasToString("f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
    for (int layer = 0; layer < 6; layer++) {
      NaiveTree zeros = new NaiveTree(List.of(), Hash256.ZERO, 1 << layer);
      assertThat(MerkleTree.padding(layer)).isEqualTo(zeros.root());
    }
  }

  @Test
  void theWidthOfALayerIsTheNextPowerOfTwo() {
    int[][] expected = {{1, 1}, {2, 2}, {3, 4}, {4, 4}, {5, 8}, {513, 1024}, {1 << 30, 1 << 30}};
    for (int[] pair : expected) {
      assertThat(MerkleTree.width(pair[0])).isEqualTo(pair[1]);
    }
    assertThatThrownBy(() -> MerkleTree.width(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.width((1 << 30) + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRootOfOneLeafIsTheLeaf() {
    Hash256 leaf = MerkleTree.padding(3);
    assertThat(MerkleTree.root(List.of(leaf), 1)).isEqualTo(leaf);
    assertThat(MerkleTree.of(List.of(leaf), 0).root()).isEqualTo(leaf);
    assertThat(MerkleTree.of(List.of(leaf), 0).rootLayer()).isZero();
  }

  @Test
  void rootsAgreeWithTheNaiveTree() {
    Seeds.check(
        300,
        random -> {
          List<Hash256> leaves = randomHashes(random, 1 + random.nextInt(70));
          int width = MerkleTree.width(leaves.size()) << random.nextInt(4);
          Hash256 expected = new NaiveTree(leaves, Hash256.ZERO, width).root();
          assertThat(MerkleTree.root(leaves, width)).isEqualTo(expected);
          byte[] row = concatenate(leaves);
          byte[] before = row.clone();
          assertThat(MerkleTree.root(row, width)).isEqualTo(expected);
          assertThat(row).isEqualTo(before);
        });
  }

  @Test
  void aPieceLayerHasTheRootOfItsLeaves() {
    Seeds.check(
        200,
        random -> {
          List<Hash256> leaves = randomHashes(random, 1 + random.nextInt(100));
          int layer = random.nextInt(4);
          int leavesOfPiece = 1 << layer;
          List<Hash256> pieces = new ArrayList<>();
          for (int i = 0; i < leaves.size(); i += leavesOfPiece) {
            List<Hash256> piece = leaves.subList(i, Math.min(leaves.size(), i + leavesOfPiece));
            pieces.add(MerkleTree.root(piece, leavesOfPiece));
          }
          int width = Math.max(MerkleTree.width(leaves.size()), leavesOfPiece);
          assertThat(MerkleTree.of(pieces, layer).root())
              .isEqualTo(new NaiveTree(leaves, Hash256.ZERO, width).root());
        });
  }

  @Test
  void everyNodeAgreesWithTheNaiveTree() {
    Seeds.check(
        200,
        random -> {
          int base = random.nextInt(5);
          List<Hash256> hashes = randomHashes(random, 1 + random.nextInt(40));
          MerkleTree tree = MerkleTree.of(hashes, base);
          NaiveTree naive = naive(hashes, base);
          assertThat(tree.baseLayer()).isEqualTo(base);
          assertThat(tree.rootLayer()).isEqualTo(base + naive.height());
          assertThat(tree.root()).isEqualTo(naive.root());
          for (int layer = 0; layer <= naive.height(); layer++) {
            int at = base + layer;
            List<Hash256> row = naive.layers.get(layer);
            for (int i = 0; i < row.size(); i++) {
              assertThat(tree.node(at, i)).isEqualTo(row.get(i));
            }
            assertThat(tree.count(at)).isEqualTo(Math.ceilDiv(hashes.size(), 1 << layer));
            assertThatThrownBy(() -> tree.node(at, row.size()))
                .isInstanceOf(IndexOutOfBoundsException.class);
          }
          assertThatThrownBy(() -> tree.count(base - 1))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> tree.count(base + naive.height() + 1))
              .isInstanceOf(IndexOutOfBoundsException.class);
        });
  }

  @Test
  void everyRequestThatBep52AllowsIsAnsweredLikeTheNaiveTreeDoes() {
    Seeds.check(
        300,
        random -> {
          int base = random.nextInt(4);
          List<Hash256> hashes = randomHashes(random, 2 + random.nextInt(60));
          MerkleTree tree = MerkleTree.of(hashes, base);
          NaiveTree naive = naive(hashes, base);
          int layer = random.nextInt(naive.height());
          int width = 1 << (naive.height() - layer);
          int length = 1 << random.nextInt(naive.height() - layer + 1);
          int index = random.nextInt(width / length) * length;
          int count = tree.count(base + layer);
          if (random.nextBoolean() && index < count) {
            length = Math.min(length, count - index); // truncated by the end of the layer
          }
          int proofLayers = random.nextInt(naive.height() - layer);
          List<Hash256> answer = tree.hashes(base + layer, index, length, proofLayers);
          if (index >= count) {
            assertThat(answer).isNull();
          } else {
            assertThat(answer).isEqualTo(naive.answer(layer, index, length, proofLayers));
          }
        });
  }

  @Test
  void theFirstProofLayersAreLeftOut() {
    // BEP 52: "the first log2(length)-1 proof layers are omitted", and still counted.
    MerkleTree tree = MerkleTree.of(hashes(16), 0);
    assertThat(tree.hashes(0, 4, 4, 3))
        .containsExactly(
            tree.node(0, 4),
            tree.node(0, 5),
            tree.node(0, 6),
            tree.node(0, 7),
            tree.node(2, 0),
            tree.node(3, 1));
    assertThat(tree.hashes(0, 4, 4, 1)).hasSize(4);
    assertThat(tree.hashes(0, 4, 4, 0)).hasSize(4);
    assertThat(tree.hashes(0, 0, 16, 3)).hasSize(16);
    assertThat(tree.hashes(0, 2, 2, 3))
        .containsExactly(
            tree.node(0, 2), tree.node(0, 3), tree.node(1, 0), tree.node(2, 1), tree.node(3, 1));
  }

  @Test
  void oneNodeAloneHasItsSiblingAsFirstUncle() {
    MerkleTree tree = MerkleTree.of(hashes(5), 0);
    assertThat(tree.hashes(0, 4, 1, 2))
        .containsExactly(tree.node(0, 4), Hash256.ZERO, MerkleTree.padding(1), tree.node(2, 0));
  }

  @Test
  void requestsBeyondTheTreeAreNotAnswered() {
    MerkleTree tree = MerkleTree.of(hashes(11), 3);
    assertThat(tree.hashes(3, 8, 4, 3)).as("ends in padding").isNotNull();
    assertThat(tree.hashes(3, 8, 3, 3)).as("ends with the layer").isNotNull();
    assertThat(tree.hashes(3, 8, 8, 3)).as("as wide as the tree").isNotNull();
    assertThat(tree.hashes(3, 8, 16, 3)).as("wider than the tree").isNull();
    assertThat(tree.hashes(3, 4, 3, 3)).as("no power of two").isNull();
    assertThat(tree.hashes(3, 6, 4, 3)).as("no multiple").isNull();
    assertThat(tree.hashes(3, 12, 4, 3)).as("padding only").isNull();
    assertThat(tree.hashes(3, -4, 4, 3)).isNull();
    assertThat(tree.hashes(3, 0, 0, 3)).isNull();
    assertThat(tree.hashes(3, 0, -4, 3)).isNull();
    assertThat(tree.hashes(3, 0, Integer.MIN_VALUE, 3)).isNull();
    assertThat(tree.hashes(3, 0, 4, 4)).as("proof of the root").isNull();
    assertThat(tree.hashes(3, 0, 4, -1)).isNull();
    assertThat(tree.hashes(2, 0, 4, 3)).as("below what is known").isNull();
    assertThat(tree.hashes(6, 0, 2, 0)).isNotNull();
    assertThat(tree.hashes(7, 0, 1, 0)).as("the root").isNull();
    assertThat(tree.hashes(-1, 0, 1, 0)).isNull();
  }

  @Test
  void aRequestIsForAtMost512Hashes() {
    MerkleTree tree = MerkleTree.of(hashes(1025), 0);
    assertThat(tree.hashes(0, 512, MerkleTree.REQUEST_HASHES_MAX, 10)).hasSize(512 + 2);
    assertThat(tree.hashes(0, 0, 2 * MerkleTree.REQUEST_HASHES_MAX, 10)).isNull();
    assertThat(tree.hashes(0, 1024, 1, 10)).hasSize(1 + 11);
  }

  @Test
  void noRequestEverThrows() {
    Seeds.check(
        3_000,
        random -> {
          MerkleTree tree = MerkleTree.of(hashes(1 + random.nextInt(9)), random.nextInt(3));
          tree.hashes(any(random), any(random), any(random), any(random));
        });
  }

  @Test
  void aFullAnswerProvesItselfAndNothingElse() {
    Seeds.check(
        500,
        random -> {
          int base = random.nextInt(4);
          List<Hash256> hashes = randomHashes(random, 2 + random.nextInt(60));
          MerkleTree tree = MerkleTree.of(hashes, base);
          int root = tree.rootLayer();
          int layer = base + random.nextInt(root - base);
          int length = 1 << random.nextInt(root - layer + 1);
          int index = random.nextInt(Math.ceilDiv(tree.count(layer), length)) * length;
          if (random.nextBoolean()) {
            length = Math.min(length, tree.count(layer) - index);
          }
          List<Hash256> answer =
              requireNonNull(tree.hashes(layer, index, length, root - layer - 1));
          assertThat(MerkleTree.proves(answer, tree.root(), root, layer, index, length)).isTrue();

          assertThat(MerkleTree.proves(answer, tree.root(), root, layer, index ^ 64, length))
              .isFalse();
          assertThat(MerkleTree.proves(answer, tree.root(), root + 1, layer, index, length))
              .isFalse();
          assertThat(MerkleTree.proves(answer, Hash256.ZERO, root, layer, index, length)).isFalse();
          List<Hash256> changed = new ArrayList<>(answer);
          changed.set(random.nextInt(changed.size()), randomHashes(random, 1).getFirst());
          assertThat(MerkleTree.proves(changed, tree.root(), root, layer, index, length)).isFalse();
          List<Hash256> longer = new ArrayList<>(answer);
          longer.add(tree.root());
          assertThat(MerkleTree.proves(longer, tree.root(), root, layer, index, length)).isFalse();
          List<Hash256> shorter = answer.subList(0, answer.size() - 1);
          assertThat(MerkleTree.proves(shorter, tree.root(), root, layer, index, length)).isFalse();
        });
  }

  @Test
  void aNodeDoesNotPassForOneOfAnotherLayer() {
    MerkleTree tree = MerkleTree.of(hashes(8), 0);
    List<Hash256> answer = requireNonNull(tree.hashes(1, 0, 2, 1));
    assertThat(MerkleTree.proves(answer, tree.root(), 3, 1, 0, 2)).isTrue();
    assertThat(MerkleTree.proves(answer, tree.root(), 3, 0, 0, 2)).isFalse();
    assertThat(MerkleTree.proves(List.of(tree.root()), tree.root(), 3, 0, 0, 1)).isFalse();
  }

  @Test
  void noAnswerThrowsWhenItIsChecked() {
    Seeds.check(
        3_000,
        random ->
            MerkleTree.proves(
                hashes(random.nextInt(9)),
                Hash256.ZERO,
                any(random),
                any(random),
                any(random),
                any(random)));
  }

  @Test
  void aTreeHasItsLimits() {
    byte[] most = new byte[MerkleTree.HASHES_MAX * Hash256.BYTES];
    assertThat(MerkleTree.of(most, 0).root()).isEqualTo(MerkleTree.padding(20));
    assertThat(MerkleTree.root(most, MerkleTree.HASHES_MAX)).isEqualTo(MerkleTree.padding(20));
    assertThatThrownBy(() -> MerkleTree.of(new byte[most.length + Hash256.BYTES], 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.root(new byte[32], 2 * MerkleTree.HASHES_MAX))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.of(new byte[0], 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.of(new byte[33], 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.of(new byte[32], -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(MerkleTree.of(new byte[32], 63)).isNotNull();
    assertThatThrownBy(() -> MerkleTree.of(new byte[32], 64))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.root(new byte[32], 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.root(new byte[32], 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.root(new byte[96], 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.root(List.of(), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static int any(RandomGenerator random) {
    return random.nextBoolean() ? random.nextInt(20) - 2 : random.nextInt();
  }

  private static NaiveTree naive(List<Hash256> hashes, int baseLayer) throws Exception {
    Hash256 padding = new NaiveTree(List.of(), Hash256.ZERO, 1 << baseLayer).root();
    int width = 1;
    while (width < hashes.size()) {
      width *= 2;
    }
    return new NaiveTree(hashes, padding, width);
  }

  /** Different hashes, always the same. */
  private static List<Hash256> hashes(int count) {
    List<Hash256> hashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[Hash256.BYTES];
      bytes[0] = (byte) (i + 1);
      bytes[1] = (byte) (i >> 8);
      hashes.add(Hash256.of(bytes));
    }
    return hashes;
  }

  private static List<Hash256> randomHashes(RandomGenerator random, int count) {
    List<Hash256> hashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[Hash256.BYTES];
      random.nextBytes(bytes);
      hashes.add(Hash256.of(bytes));
    }
    return hashes;
  }

  private static byte[] concatenate(List<Hash256> hashes) {
    ByteBuffer row = ByteBuffer.allocate(hashes.size() * Hash256.BYTES);
    hashes.forEach(hash -> row.put(hash.toBytes()));
    return row.array();
  }

  private static Hash256 sha256(ByteBuffer bytes) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(bytes);
    return Hash256.of(sha256.digest());
  }
}
