package io.seedfall.protocol.merkle;

import io.seedfall.protocol.Hash256;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hash tree of one file (BEP 52), from some layer up to its root. Immutable.
 *
 * <pre>
 *   layer 3                    root
 *   layer 2           x                     x           a node is the SHA-256 of its two children
 *   layer 1       x       x             x       -
 *   layer 0     x   x   x   x         x   -   -   -     x: SHA-256 of 16 KiB of the file
 * </pre>
 *
 * The leaves behind the end of the file (-) are 32 zero bytes, and the nodes above nothing but
 * those are the same in every tree, one for each layer: {@link #padding}. Only nodes above the file
 * are stored. A tree may begin above the leaves, as one made of a piece layer does: then {@link
 * #baseLayer} is the layer of what it was made of.
 */
public final class MerkleTree {
  /** Bytes of the file below one leaf; the last leaf of a file may have fewer. */
  public static final int LEAF_BYTES = 16 * 1024;

  /** The most hashes that a tree is made of, 32 MiB of them. */
  public static final int HASHES_MAX = 1 << 20;

  /** The most hashes of one layer that a peer gets for one hash request (BEP 52). */
  public static final int REQUEST_HASHES_MAX = 512;

  /** No tree of the largest file there could be is higher. */
  private static final int LAYERS_MAX = 64;

  private static final MessageDigest FRESH_DIGEST = freshDigest();
  private static final byte[][] PADDING = paddings();

  private final int baseLayer;
  private final byte[][] layers; // from the base layer to the root, hashes one behind the other

  private MerkleTree(int baseLayer, byte[][] layers) {
    this.baseLayer = baseLayer;
    this.layers = layers;
  }

  /**
   * The tree above {@code hashes}, which are nodes of the layer {@code baseLayer} one behind the
   * other, padded to the next power of two.
   *
   * @throws IllegalArgumentException when there is no hash, a part of one, or too many
   */
  public static MerkleTree of(byte[] hashes, int baseLayer) {
    int count = hashes.length / Hash256.BYTES;
    if (hashes.length % Hash256.BYTES != 0 || count < 1 || count > HASHES_MAX) {
      throw new IllegalArgumentException(
          "hashes: " + hashes.length + " bytes (expected: 1.." + HASHES_MAX + " times 32)");
    }
    int height = Integer.numberOfTrailingZeros(width(count));
    if (baseLayer < 0 || baseLayer + height >= LAYERS_MAX) {
      throw new IllegalArgumentException("baseLayer: " + baseLayer + " (expected: 0..)");
    }
    byte[][] layers = new byte[height + 1][];
    layers[0] = hashes.clone();
    MessageDigest sha256 = sha256();
    for (int i = 0; i < height; i++) {
      layers[i + 1] = new byte[Math.ceilDiv(layers[i].length, 2 * Hash256.BYTES) * Hash256.BYTES];
      combine(layers[i], layers[i].length, baseLayer + i, layers[i + 1], sha256);
    }
    return new MerkleTree(baseLayer, layers);
  }

  /** The tree above {@code hashes}, nodes of the layer {@code baseLayer}. */
  public static MerkleTree of(List<Hash256> hashes, int baseLayer) {
    return of(concatenate(hashes), baseLayer);
  }

  /* --------------- without keeping a tree --------------- */

  /** The leaf of the remaining bytes of {@code bytes}, 1 to 16384 of them; it consumes them. */
  public static Hash256 leaf(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (length < 1 || length > LEAF_BYTES) {
      throw new IllegalArgumentException("leaf: " + length + " bytes (expected: 1..16384)");
    }
    MessageDigest sha256 = sha256();
    sha256.update(bytes);
    return Hash256.of(sha256.digest());
  }

  /**
   * The root above {@code leaves}, padded with zero leaves to {@code width}: what a piece or a file
   * of one piece must have.
   *
   * @param leaves 1 to {@code width} leaf hashes
   * @param width a power of two
   */
  public static Hash256 root(List<Hash256> leaves, int width) {
    return reduce(concatenate(leaves), width);
  }

  /** The same for leaf hashes that stand one behind the other; the array is left as it is. */
  public static Hash256 root(byte[] leaves, int width) {
    return reduce(leaves.clone(), width);
  }

  /** The node of a layer that has only zero leaves below it; layer 0 is the zero leaf itself. */
  public static Hash256 padding(int layer) {
    return Hash256.of(PADDING[layer]);
  }

  /** The node above two nodes. */
  public static Hash256 parent(Hash256 left, Hash256 right) {
    MessageDigest sha256 = sha256();
    sha256.update(left.toBytes());
    sha256.update(right.toBytes());
    return Hash256.of(sha256.digest());
  }

  /** The next power of two: how wide the layer is on which {@code count} hashes stand. */
  public static int width(int count) {
    if (count < 1 || count > 1 << 30) {
      throw new IllegalArgumentException("count: " + count + " (expected: 1..2^30)");
    }
    return count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
  }

  /**
   * Whether {@code answer} are {@code length} hashes of a layer from {@code index} on and behind
   * them all uncles that lead to {@code root}: what {@link #hashes} gives with the most proof
   * layers. The number of uncles is checked too, so that no node passes for one of another layer.
   *
   * @param answer the hashes, then the uncles, lowest first
   * @param root the root that is known to be right
   * @param rootLayer its layer
   * @param baseLayer the layer of the hashes
   * @param index the number of the first of them in its layer
   * @param length how many they are, uncles not counted
   */
  public static boolean proves(
      List<Hash256> answer, Hash256 root, int rootLayer, int baseLayer, int index, int length) {
    if (length < 1 || length > answer.size() || length > HASHES_MAX || index < 0) {
      return false;
    }
    if (baseLayer < 0 || baseLayer > rootLayer || rootLayer >= LAYERS_MAX) {
      return false;
    }
    int top = baseLayer + Integer.numberOfTrailingZeros(width(length));
    if (answer.size() - length != rootLayer - top || index % width(length) != 0) {
      return false;
    }
    Hash256 node = of(answer.subList(0, length), baseLayer).root();
    int position = index / width(length);
    for (Hash256 uncle : answer.subList(length, answer.size())) {
      node = (position & 1) == 0 ? parent(node, uncle) : parent(uncle, node);
      position >>= 1;
    }
    return position == 0 && node.equals(root);
  }

  /* --------------- with a tree --------------- */

  /** The layer of the hashes that the tree was made of; 0 are the leaves. */
  public int baseLayer() {
    return baseLayer;
  }

  /** The layer of the root. */
  public int rootLayer() {
    return baseLayer + layers.length - 1;
  }

  /** The root. */
  public Hash256 root() {
    return Hash256.of(layers[layers.length - 1]);
  }

  /** How many nodes of a layer stand above the file; those behind them are padding. */
  public int count(int layer) {
    checkLayer(layer);
    return layers[layer - baseLayer].length / Hash256.BYTES;
  }

  /** The nodes of a layer that stand above the file, one behind the other, in a new array. */
  public byte[] bytes(int layer) {
    checkLayer(layer);
    return layers[layer - baseLayer].clone();
  }

  /** A node, or the padding where the file has none. */
  public Hash256 node(int layer, int index) {
    if (index < 0 || index >= widthOf(layer)) {
      throw new IndexOutOfBoundsException(
          "node: " + index + " of layer " + layer + " (expected: 0.." + (widthOf(layer) - 1) + ")");
    }
    return index < count(layer)
        ? Hash256.of(layers[layer - baseLayer], index * Hash256.BYTES)
        : padding(layer);
  }

  /**
   * The answer to a hash request of BEP 52: {@code length} nodes of a layer from {@code index} on,
   * then the uncles that tie them to the layers above, lowest first. The first layers of the proof
   * follow from the nodes themselves and are left out:
   *
   * <pre>
   *   proof layer 3         uncle            o
   *   proof layer 2               o                 uncle      length 4, from index 4 on,
   *   proof layer 1 (left out) o     o                         3 proof layers: 4 nodes, 2 uncles
   *   requested     . . . .  x x x x   . . . . . . . .
   * </pre>
   *
   * One node alone has its first uncle beside it, in the layer asked for.
   *
   * @param layer the layer asked for
   * @param index number of the first node, a multiple of {@code length}
   * @param length a power of two, or what remains of the layer behind {@code index}
   * @param proofLayers how many layers above the one asked for shall be tied in
   * @return null when the request is not one that BEP 52 allows for this tree
   */
  public @Nullable List<Hash256> hashes(int layer, int index, int length, int proofLayers) {
    if (layer < baseLayer || layer >= rootLayer()) {
      return null;
    }
    if (!isRequest(rootLayer() - layer, count(layer), index, length, proofLayers)) {
      return null;
    }
    List<Hash256> answer = new ArrayList<>(length + proofLayers + 1);
    for (int i = index; i < index + length; i++) {
      answer.add(node(layer, i));
    }
    int spanLayers = Integer.numberOfTrailingZeros(width(length));
    for (int above = spanLayers; above <= proofLayers; above++) {
      answer.add(node(layer + above, (index >> above) ^ 1));
    }
    return answer;
  }

  /**
   * The same for a layer below the one that this tree begins with: what leaves of some pieces tell,
   * and the uncles above them.
   *
   * <pre>
   *   base layer    o               o            nodes of this tree: pieces
   *               /    \          /   \
   *   leaves     x x x x         x x x -         given, of the pieces asked about; - is padding
   * </pre>
   *
   * @param leaves the leaves of whole pieces, those that the request has hashes of, the last piece
   *     as short as the file
   * @param firstLeaf the number of the first of them in the file, a multiple of a piece's leaves
   * @return null when the leaves are not those of this tree; whether the request is one that BEP 52
   *     allows is for the caller to check with {@link #isRequest}
   */
  public @Nullable List<Hash256> hashesBelow(
      List<Hash256> leaves, int firstLeaf, int layer, int index, int length, int proofLayers) {
    int pieceLeaves = 1 << baseLayer;
    int pieces = Math.ceilDiv(leaves.size(), pieceLeaves);
    byte[] row = Arrays.copyOf(concatenate(leaves), pieces * pieceLeaves * Hash256.BYTES);
    MerkleTree below = of(row, 0);
    for (int i = 0; i < pieces; i++) {
      if (!below.node(baseLayer, i).equals(node(baseLayer, (firstLeaf >> baseLayer) + i))) {
        return null;
      }
    }
    List<Hash256> answer = new ArrayList<>(length + proofLayers + 1);
    for (int i = index; i < index + length; i++) {
      boolean isPadding = (long) i << layer >= firstLeaf + leaves.size();
      answer.add(isPadding ? padding(layer) : below.node(layer, i - (firstLeaf >> layer)));
    }
    int spanLayers = Integer.numberOfTrailingZeros(width(length));
    for (int above = spanLayers; above <= proofLayers; above++) {
      int uncle = (index >> above) ^ 1;
      int at = layer + above;
      answer.add(at < baseLayer ? below.node(at, uncle - (firstLeaf >> at)) : node(at, uncle));
    }
    return answer;
  }

  /**
   * Whether BEP 52 allows a request for {@code length} hashes of a layer from {@code index} on.
   *
   * @param layersAbove how far below the root the layer is, at least 1 and at most 30
   * @param count how many nodes of the layer stand above the file
   * @param proofLayers how many layers above the one asked for shall be tied in
   */
  public static boolean isRequest(
      int layersAbove, int count, int index, int length, int proofLayers) {
    if (proofLayers < 0 || proofLayers >= layersAbove) {
      return false; // the root has no uncle
    }
    if (index < 0 || index >= count || length < 1 || length > REQUEST_HASHES_MAX) {
      return false;
    }
    int span = width(length);
    boolean toTheEnd = index + length == count;
    return index % span == 0
        && index + (long) length <= 1L << layersAbove
        && (length == span || toTheEnd);
  }

  private int widthOf(int layer) {
    checkLayer(layer);
    return 1 << (rootLayer() - layer);
  }

  private void checkLayer(int layer) {
    if (layer < baseLayer || layer > rootLayer()) {
      throw new IndexOutOfBoundsException(
          "layer: " + layer + " (expected: " + baseLayer + ".." + rootLayer() + ")");
    }
  }

  /* --------------- hashing --------------- */

  /** Reduces a row of leaves to its root in place. */
  private static Hash256 reduce(byte[] row, int width) {
    int count = row.length / Hash256.BYTES;
    if (width < 1 || width > HASHES_MAX || Integer.bitCount(width) != 1) {
      throw new IllegalArgumentException("width: " + width + " (expected: a power of two)");
    }
    if (row.length % Hash256.BYTES != 0 || count < 1 || count > width) {
      throw new IllegalArgumentException(
          "leaves: " + row.length + " bytes (expected: 1.." + width + " times 32)");
    }
    MessageDigest sha256 = sha256();
    int bytes = row.length;
    for (int layer = 0; 1 << layer < width; layer++) {
      combine(row, bytes, layer, row, sha256);
      bytes = Math.ceilDiv(bytes, 2 * Hash256.BYTES) * Hash256.BYTES;
    }
    return Hash256.of(row);
  }

  /** Writes the nodes above a row; a row of odd length meets the padding of its layer. */
  private static void combine(
      byte[] row, int rowBytes, int layer, byte[] above, MessageDigest sha256) {
    int pair = 2 * Hash256.BYTES;
    for (int from = 0, to = 0; from < rowBytes; from += pair, to += Hash256.BYTES) {
      int present = Math.min(pair, rowBytes - from);
      sha256.update(row, from, present);
      if (present < pair) {
        sha256.update(PADDING[layer]);
      }
      digest(sha256, above, to);
    }
  }

  private static byte[][] paddings() {
    byte[][] paddings = new byte[LAYERS_MAX][Hash256.BYTES];
    MessageDigest sha256 = sha256();
    for (int layer = 1; layer < LAYERS_MAX; layer++) {
      sha256.update(paddings[layer - 1]);
      sha256.update(paddings[layer - 1]);
      digest(sha256, paddings[layer], 0);
    }
    return paddings;
  }

  private static byte[] concatenate(List<Hash256> hashes) {
    byte[] row = new byte[Math.multiplyExact(hashes.size(), Hash256.BYTES)];
    for (int i = 0; i < hashes.size(); i++) {
      hashes.get(i).copyTo(row, i * Hash256.BYTES);
    }
    return row;
  }

  private static void digest(MessageDigest sha256, byte[] target, int offset) {
    try {
      sha256.digest(target, offset, Hash256.BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("no room for a hash", e);
    }
  }

  /** A copy of one that never took a byte: to look for a provider takes longer than a hash. */
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) FRESH_DIGEST.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest freshDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
