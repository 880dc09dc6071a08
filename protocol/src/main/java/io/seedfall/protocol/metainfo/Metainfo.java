package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A torrent (BEP 52): its files, and the hash that each of its pieces must have. The hashes were
 * checked against the roots in the info dictionary, so whoever trusts the info-hash can trust all
 * that is here. Immutable; made by {@link MetainfoParser} and {@link MetainfoBuilder}.
 */
public final class Metainfo {
  /** The largest torrent file. */
  public static final int TORRENT_BYTES_MAX = BencodeLimits.BYTES_MAX;

  /** The most files of a torrent. */
  public static final int FILES_MAX = 1 << 16;

  static final String INFO = "info";
  static final String PIECE_LAYERS = "piece layers";

  private final InfoHash infoHash;
  private final byte[] infoBytes;
  private final String name;
  private final boolean isPrivate;
  private final List<MetainfoFile> files;
  private final PieceGeometry geometry;
  private final SortedMap<Hash256, MerkleTree> trees;

  /**
   * Takes what the parser has checked.
   *
   * @param trees by pieces root, from the piece layer up, for each file larger than a piece
   */
  Metainfo(
      InfoHash infoHash,
      byte[] infoBytes,
      String name,
      boolean isPrivate,
      List<MetainfoFile> files,
      PieceGeometry geometry,
      SortedMap<Hash256, MerkleTree> trees) {
    this.infoHash = infoHash;
    this.infoBytes = infoBytes;
    this.name = name;
    this.isPrivate = isPrivate;
    this.files = files;
    this.geometry = geometry;
    this.trees = trees;
  }

  /** The SHA-256 of the info dictionary, byte for byte as it came. */
  public InfoHash infoHash() {
    return infoHash;
  }

  /** A copy of the info dictionary as it came, with every key that is not understood here. */
  public byte[] infoBytes() {
    return infoBytes.clone();
  }

  /** The torrent's name; it could be the name of a file, but is only advice (BEP 52). */
  public String name() {
    return name;
  }

  /** Whether the torrent asks for peers from its tracker only (BEP 27). */
  public boolean isPrivate() {
    return isPrivate;
  }

  /** The piece size in bytes. */
  public int pieceBytes() {
    return geometry.pieceBytes();
  }

  /** All files in torrent order, at least one. Unmodifiable. */
  public List<MetainfoFile> files() {
    return files;
  }

  /**
   * Whether the torrent is one file and no directory: one path of one name, which is the torrent's.
   * (A directory that holds one file has a name of its own.)
   */
  public boolean isSingleFile() {
    return files.size() == 1 && files.getFirst().path().parts().equals(List.of(name));
  }

  /** Which bytes of which file a piece is. */
  public PieceGeometry geometry() {
    return geometry;
  }

  /**
   * The expected hashes of a file's pieces, a new list; null for a file of at most one piece, whose
   * only hash is its pieces root.
   */
  public @Nullable List<Hash256> pieceLayer(int file) {
    MerkleTree tree = tree(file);
    if (tree == null) {
      return null;
    }
    int count = geometry.pieceCount(file);
    List<Hash256> hashes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      hashes.add(tree.node(tree.baseLayer(), i));
    }
    return hashes;
  }

  /** The hash that a piece must have: the root above its leaves, {@link #pieceWidthLeaves} wide. */
  public Hash256 pieceHash(int piece) {
    int file = geometry.fileOf(piece);
    MerkleTree tree = tree(file);
    return tree == null
        ? rootOf(file)
        : tree.node(tree.baseLayer(), piece - geometry.firstPiece(file));
  }

  /**
   * Over how many leaves the hash of a piece is taken; those behind the end of the file are zero. A
   * power of two: a full piece, or for a file of at most one piece the next power of two above its
   * own leaves.
   */
  public int pieceWidthLeaves(int piece) {
    int file = geometry.fileOf(piece);
    return tree(file) == null
        ? MerkleTree.width(Math.ceilDiv(geometry.pieceLength(piece), MerkleTree.LEAF_BYTES))
        : pieceBytes() / MerkleTree.LEAF_BYTES;
  }

  /**
   * The answer to a hash request of BEP 52 from what is known here: the piece layer of files larger
   * than a piece, and the layers above it.
   *
   * @return the hashes, then the uncles; null when the request asks for something else
   */
  public @Nullable List<Hash256> hashes(HashRequest request) {
    MerkleTree tree = trees.get(request.piecesRoot());
    return tree == null
        ? null
        : tree.hashes(
            request.baseLayer(), request.index(), request.length(), request.proofLayers());
  }

  /**
   * A torrent file: the info dictionary as it came, and the piece layers. Trackers and other keys
   * of the file that this torrent was read from are not part of it.
   */
  public byte[] toTorrentBytes() {
    BencodeDictionary.Builder layers = BencodeDictionary.builder();
    trees.forEach((root, tree) ->
        layers.put(
            BencodeString.of(root.toBytes()), BencodeString.of(tree.bytes(tree.baseLayer()))));
    return torrentBytes(infoBytes, layers.build());
  }

  static byte[] torrentBytes(byte[] infoBytes, BencodeDictionary pieceLayers) {
    byte[] head = "d4:info".getBytes(StandardCharsets.US_ASCII);
    byte[] key = BencodeEncoder.encode(BencodeString.of(PIECE_LAYERS));
    byte[] layers = BencodeEncoder.encode(pieceLayers);
    int length = head.length + key.length + 1;
    return ByteBuffer.allocate(
            Math.addExact(length, Math.addExact(infoBytes.length, layers.length)))
        .put(head)
        .put(infoBytes)
        .put(key)
        .put(layers)
        .put((byte) 'e')
        .array();
  }

  private @Nullable MerkleTree tree(int file) {
    return geometry.pieceCount(file) > 1 ? trees.get(rootOf(file)) : null;
  }

  private Hash256 rootOf(int file) {
    Hash256 root = files.get(file).piecesRoot();
    if (root == null) {
      throw new IllegalStateException("an empty file has no piece: " + files.get(file).path());
    }
    return root;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Metainfo other && infoHash.equals(other.infoHash);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(infoHash);
  }

  @Override
  public String toString() {
    return name + " (" + infoHash + ")";
  }
}
