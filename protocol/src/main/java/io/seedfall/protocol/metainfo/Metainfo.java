package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A torrent: its files, and the hash that each of its pieces must have. A v2 or hybrid torrent (BEP
 * 52) has {@link #pieceHash} checked against the roots in the info dictionary, a v1 or hybrid
 * torrent (BEP 3) has {@link #sha1Of}; so whoever trusts the info-hash can trust all of that.
 * Immutable; made by {@link MetainfoParser} and {@link MetainfoBuilder}.
 */
public final class Metainfo {
  /** The largest torrent file. */
  public static final int TORRENT_BYTES_MAX = BencodeLimits.BYTES_MAX;

  /** The most files of a torrent, pad files included. */
  public static final int FILES_MAX = 1 << 17;

  /** The most trackers, all tiers together; further ones are not kept. */
  public static final int TRACKERS_MAX = 64;

  /** The longest URL of a tracker or web seed, in characters; longer ones are not kept. */
  public static final int URL_CHARS_MAX = Urls.CHARS_MAX;

  /** The most web seeds; further ones are not kept. */
  public static final int WEB_SEEDS_MAX = 64;

  static final String INFO = "info";
  static final String PIECE_LAYERS = "piece layers";

  private final InfoDictionary info;
  private final SortedMap<Hash256, MerkleTree> trees;
  private final OuterDictionary outer;

  /**
   * Takes what the parser has checked.
   *
   * @param trees by pieces root, from the piece layer up, for each file larger than a piece; none
   *     for a v1 torrent
   */
  Metainfo(InfoDictionary info, SortedMap<Hash256, MerkleTree> trees, OuterDictionary outer) {
    this.info = info;
    this.trees = trees;
    this.outer = outer;
  }

  /** The format. */
  public TorrentFormat format() {
    return info.format();
  }

  /**
   * The SHA-256 of the info dictionary, byte for byte as it came.
   *
   * @throws IllegalStateException for a v1 torrent, which has no such name
   */
  public InfoHash infoHash() {
    InfoHash infoHash = info.infoHashOrNull();
    if (infoHash == null) {
      throw new IllegalStateException("a v1 torrent has no v2 info-hash: " + this);
    }
    return infoHash;
  }

  /** The SHA-256 of the info dictionary; null for a v1 torrent. */
  public @Nullable InfoHash infoHashOrNull() {
    return info.infoHashOrNull();
  }

  /** The SHA-1 of the info dictionary, by which v1 clients know the torrent; null for v2. */
  public @Nullable WireHash v1Hash() {
    return info.v1Hash();
  }

  /** The first of {@link #wireHashes}. */
  public WireHash wireHash() {
    return info.wireHashes().getFirst();
  }

  /**
   * All names under which peers and trackers know the torrent: of a hybrid the SHA-1, which all its
   * clients know, before the cut SHA-256. One or two.
   */
  public List<WireHash> wireHashes() {
    return info.wireHashes();
  }

  /** A copy of the info dictionary as it came, with every key that is not understood here. */
  public byte[] infoBytes() {
    return info.toBytes();
  }

  /** The torrent's name; it could be the name of a file, but is only advice (BEP 52). */
  public String name() {
    return info.name();
  }

  /** Whether the torrent asks for peers from its tracker only (BEP 27). */
  public boolean isPrivate() {
    return info.isPrivate();
  }

  /** Tiers of tracker URLs (BEP 12), none of them empty. Unmodifiable. */
  public List<List<String>> trackers() {
    return outer.trackers();
  }

  /** URLs of web servers that have the content (BEP 19). Unmodifiable. */
  public List<String> webSeeds() {
    return outer.webSeeds();
  }

  /**
   * The same torrent with other trackers.
   *
   * @param tiers tiers of URLs, at most {@link #TRACKERS_MAX} together
   * @throws IllegalArgumentException when one is no URL, or there are too many
   */
  public Metainfo withTrackers(List<List<String>> tiers) {
    return new Metainfo(info, trees, new OuterDictionary(tiers, outer.webSeeds()));
  }

  /**
   * The same torrent with other web seeds.
   *
   * @param urls at most {@link #WEB_SEEDS_MAX}
   * @throws IllegalArgumentException when one is no URL, or there are too many
   */
  public Metainfo withWebSeeds(List<String> urls) {
    return new Metainfo(info, trees, new OuterDictionary(outer.trackers(), urls));
  }

  /** The piece size in bytes. */
  public int pieceBytes() {
    return geometry().pieceBytes();
  }

  /**
   * All files in torrent order, at least one. Of a v1 torrent the pad files too; those of a hybrid
   * follow from its alignment and are left out. Unmodifiable.
   */
  public List<MetainfoFile> files() {
    return info.files();
  }

  /**
   * Whether the torrent is one file and no directory. In v2 that is one path of one name, which is
   * the torrent's. (A directory that holds one file has a name of its own.)
   */
  public boolean isSingleFile() {
    return info.isSingleFile();
  }

  /** Which bytes of which file a piece is. */
  public PieceGeometry geometry() {
    return info.geometry();
  }

  /**
   * The SHA-1 that a piece must have in a v1 or hybrid torrent, 20 bytes. In a hybrid it is taken
   * over {@link PieceGeometry#paddedLength} bytes: those of the piece, then zeros.
   *
   * @throws IllegalStateException for a v2 torrent
   */
  public byte[] sha1Of(int piece) {
    return info.sha1Of(piece);
  }

  /**
   * The expected hashes of a file's pieces, a new list; null for a file of at most one piece, whose
   * only hash is its pieces root, and for every file of a v1 torrent.
   */
  public @Nullable List<Hash256> pieceLayer(int file) {
    MerkleTree tree = tree(file);
    if (tree == null) {
      return null;
    }
    int count = geometry().pieceCount(file);
    List<Hash256> hashes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      hashes.add(tree.node(tree.baseLayer(), i));
    }
    return hashes;
  }

  /**
   * The hash that a piece must have in a v2 or hybrid torrent: the root above its leaves, {@link
   * #pieceWidthLeaves} wide.
   *
   * @throws IllegalStateException for a v1 torrent
   */
  public Hash256 pieceHash(int piece) {
    int file = geometry().fileOf(piece);
    MerkleTree tree = tree(file);
    return tree == null
        ? rootOf(file)
        : tree.node(tree.baseLayer(), piece - geometry().firstPiece(file));
  }

  /**
   * Over how many leaves the hash of a piece is taken; those behind the end of the file are zero. A
   * power of two: a full piece, or for a file of at most one piece the next power of two above its
   * own leaves.
   *
   * @throws IllegalStateException for a v1 torrent
   */
  public int pieceWidthLeaves(int piece) {
    int file = geometry().fileOf(piece);
    rootOf(file);
    return tree(file) == null
        ? MerkleTree.width(Math.ceilDiv(geometry().pieceLength(piece), MerkleTree.LEAF_BYTES))
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
   * Some pieces in a row.
   *
   * @param first the number of the first piece
   * @param count how many there are, at least 1
   */
  public record PieceRange(int first, int count) {}

  /**
   * The pieces whose leaves the answer to a hash request below the piece layer takes, or to one for
   * a file of one piece: as many as the request has hashes of, at most 512, all of the same file.
   * Null when {@link #hashes(HashRequest)} could answer, or nobody can.
   */
  public @Nullable PieceRange piecesBelow(HashRequest request) {
    int file = info.fileOf(request.piecesRoot());
    if (file < 0) {
      return null;
    }
    long leaves = Math.ceilDiv(geometry().fileBytes(file), (long) MerkleTree.LEAF_BYTES);
    int layer = request.baseLayer();
    MerkleTree tree = tree(file);
    if (leaves > 1 << 30 || layer < 0) {
      return null;
    }
    int fileLayers = Integer.numberOfTrailingZeros(MerkleTree.width((int) leaves));
    int rootLayer = tree == null ? fileLayers : tree.rootLayer();
    int pieceLayer = tree == null ? rootLayer : tree.baseLayer();
    int count = layer < pieceLayer ? (int) Math.ceilDiv(leaves, 1L << layer) : 0;
    if (!MerkleTree.isRequest(
        rootLayer - layer, count, request.index(), request.length(), request.proofLayers())) {
      return null;
    }
    int first = request.index() >> (pieceLayer - layer);
    int last = (request.index() + request.length() - 1) >> (pieceLayer - layer);
    int lastOfFile = geometry().pieceCount(file) - 1;
    return new PieceRange(
        geometry().firstPiece(file) + first, Math.min(last, lastOfFile) - first + 1);
  }

  /**
   * The answer to a hash request below the piece layer.
   *
   * @param leaves the leaf hashes of the pieces that {@link #piecesBelow} names, in order
   * @return the hashes, then the uncles; null when the request cannot be answered, or the leaves
   *     are not those of this torrent
   */
  public @Nullable List<Hash256> hashes(HashRequest request, List<Hash256> leaves) {
    PieceRange pieces = piecesBelow(request);
    if (pieces == null || leaves.size() != leafCount(pieces)) {
      return null;
    }
    int file = geometry().fileOf(pieces.first());
    MerkleTree tree = tree(file);
    if (tree == null) {
      MerkleTree whole = MerkleTree.of(leaves, 0);
      return whole.root().equals(request.piecesRoot())
          ? whole.hashes(
              request.baseLayer(), request.index(), request.length(), request.proofLayers())
          : null;
    }
    int firstLeaf = (pieces.first() - geometry().firstPiece(file)) << tree.baseLayer();
    return tree.hashesBelow(
        leaves,
        firstLeaf,
        request.baseLayer(),
        request.index(),
        request.length(),
        request.proofLayers());
  }

  private int leafCount(PieceRange pieces) {
    int leaves = 0;
    for (int piece = pieces.first(); piece < pieces.first() + pieces.count(); piece++) {
      leaves += Math.ceilDiv(geometry().pieceLength(piece), MerkleTree.LEAF_BYTES);
    }
    return leaves;
  }

  /**
   * A torrent file: the info dictionary as it came, the piece layers, trackers and web seeds. Other
   * keys of the file that this torrent was read from are not part of it.
   */
  public byte[] toTorrentBytes() {
    if (format() == TorrentFormat.V1) {
      return outer.torrentBytes(info.toBytes(), null);
    }
    BencodeDictionary.Builder layers = BencodeDictionary.builder();
    trees.forEach((root, tree) ->
        layers.put(
            BencodeString.of(root.toBytes()), BencodeString.of(tree.bytes(tree.baseLayer()))));
    return outer.torrentBytes(info.toBytes(), layers.build());
  }

  private @Nullable MerkleTree tree(int file) {
    Hash256 root = files().get(file).piecesRoot();
    return root == null || geometry().pieceCount(file) == 1 ? null : trees.get(root);
  }

  private Hash256 rootOf(int file) {
    Hash256 root = files().get(file).piecesRoot();
    if (root == null) {
      throw new IllegalStateException("no Merkle tree: " + files().get(file).path());
    }
    return root;
  }

  /** Torrents are equal when their names are: whatever their trackers, they are one swarm. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Metainfo other
        && Objects.equals(infoHashOrNull(), other.infoHashOrNull())
        && Objects.equals(v1Hash(), other.v1Hash());
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(wireHash());
  }

  @Override
  public String toString() {
    InfoHash infoHash = infoHashOrNull();
    return name() + " (" + (infoHash == null ? wireHash().hex() : infoHash.hex()) + ")";
  }
}
