package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDecoder.Decoded;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The part of a torrent that its info-hash covers: what a magnet link leads to (BEP 9). A v1
 * torrent needs no more. Of a v2 or hybrid torrent the piece layers may be missing still, which
 * peers give in answer to hash requests (BEP 52):
 *
 * <pre>
 *   bytes of peers --parse--> InfoDictionary --withLayers--> Metainfo
 *                                 missingLayers() names what to ask for
 * </pre>
 *
 * <p>Immutable.
 */
public final class InfoDictionary {
  private final TorrentFormat format;
  private final byte[] bytes;
  private final @Nullable InfoHash infoHash;
  private final @Nullable WireHash v1Hash;
  private final String name;
  private final boolean isPrivate;
  private final boolean isSingleFile;
  private final List<MetainfoFile> files;
  private final PieceGeometry geometry;
  private final byte[] sha1s;

  /** The numbers of the files that have a pieces root, in the order of their roots. */
  private final int[] filesByRoot;

  /** Takes what {@link InfoParser} has checked. */
  InfoDictionary(
      TorrentFormat format,
      byte[] bytes,
      String name,
      boolean isPrivate,
      boolean isSingleFile,
      List<MetainfoFile> files,
      PieceGeometry geometry,
      byte[] sha1s) {
    this.format = format;
    this.bytes = bytes;
    this.infoHash = format == TorrentFormat.V1 ? null : new InfoHash(Digests.sha256(bytes));
    this.v1Hash = format == TorrentFormat.V2 ? null : Digests.sha1(bytes);
    this.name = name;
    this.isPrivate = isPrivate;
    this.isSingleFile = isSingleFile;
    this.files = files;
    this.geometry = geometry;
    this.sha1s = sha1s;
    this.filesByRoot =
        IntStream.range(0, files.size())
            .filter(file -> files.get(file).piecesRoot() != null)
            .boxed()
            .sorted(Comparator.comparing(file -> rootOf(files.get(file))))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * A part of the tree of a file that is not here.
   *
   * @param piecesRoot the root of the file's tree
   * @param layer the layer asked for, counted from the leaves: that of the pieces
   * @param count how many hashes it has, one for each piece of the file, at least 2
   */
  public record MissingLayer(Hash256 piecesRoot, int layer, int count) {}

  /** What {@code bytes}, an info dictionary and nothing else, are. */
  public static InfoReading parse(byte[] bytes) {
    return switch (BencodeDecoder.decode(bytes, BencodeLimits.TORRENT_FILE)) {
      case Decoded.Malformed(String reason) -> new InfoReading.Invalid(reason);
      case Decoded.Value(BencodeDictionary info, _) -> InfoParser.read(bytes.clone(), info);
      case Decoded.Value(BencodeValue _, _) -> new InfoReading.Invalid("info: no dictionary");
    };
  }

  /** The format. */
  public TorrentFormat format() {
    return format;
  }

  /** A copy of the bytes as they came, with every key that is not understood here. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The SHA-256 of the bytes; null for a v1 torrent, which has no such name. */
  public @Nullable InfoHash infoHashOrNull() {
    return infoHash;
  }

  /** The SHA-1 of the bytes; null for a v2 torrent, which has no such name. */
  public @Nullable WireHash v1Hash() {
    return v1Hash;
  }

  /** All names of the torrent on the wire: v1 first, then v2 cut short; at least one. */
  public List<WireHash> wireHashes() {
    List<WireHash> names = new ArrayList<>(2);
    if (v1Hash != null) {
      names.add(v1Hash);
    }
    if (infoHash != null) {
      names.add(infoHash.wire());
    }
    return names;
  }

  /** The torrent's name; it could be the name of a file. */
  public String name() {
    return name;
  }

  /** Whether the torrent asks for peers from its tracker only (BEP 27). */
  public boolean isPrivate() {
    return isPrivate;
  }

  /** Whether the torrent is one file and no directory. */
  public boolean isSingleFile() {
    return isSingleFile;
  }

  /** All files in torrent order, at least one; of a v1 torrent the pad files too. Unmodifiable. */
  public List<MetainfoFile> files() {
    return files;
  }

  /** Which bytes of which file a piece is. */
  public PieceGeometry geometry() {
    return geometry;
  }

  /** The first file with that root, or -1. */
  int fileOf(Hash256 piecesRoot) {
    int low = 0;
    int high = filesByRoot.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rootOf(files.get(filesByRoot[middle])).compareTo(piecesRoot) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < filesByRoot.length && rootOf(files.get(filesByRoot[low])).equals(piecesRoot)
        ? filesByRoot[low]
        : -1;
  }

  private static Hash256 rootOf(MetainfoFile file) {
    return Objects.requireNonNull(file.piecesRoot());
  }

  /** The SHA-1 of a piece; see {@link Metainfo#sha1Of}. */
  byte[] sha1Of(int piece) {
    if (format == TorrentFormat.V2) {
      throw new IllegalStateException("a v2 torrent has no SHA-1 of its pieces");
    }
    geometry.pieceLength(piece); // checks the number
    byte[] hash = new byte[WireHash.BYTES];
    System.arraycopy(sha1s, piece * hash.length, hash, 0, hash.length);
    return hash;
  }

  /**
   * The piece layers that a {@link Metainfo} needs and no info dictionary has: one for each
   * different file that is larger than a piece, in the order of their roots. Empty for v1.
   */
  public List<MissingLayer> missingLayers() {
    TreeMap<Hash256, MissingLayer> missing = new TreeMap<>();
    int layer = MetainfoParser.pieceLayer(geometry.pieceBytes());
    for (int file = 0; file < files.size(); file++) {
      Hash256 root = files.get(file).piecesRoot();
      if (root != null && geometry.pieceCount(file) > 1) {
        missing.put(root, new MissingLayer(root, layer, geometry.pieceCount(file)));
      }
    }
    return List.copyOf(missing.values());
  }

  /**
   * The torrent of this and its piece layers, which are checked as those of a torrent file: one
   * that is wrong, missing or needless makes it invalid.
   *
   * @param layers the hashes of each layer that {@link #missingLayers} names, by pieces root
   */
  public ParsedMetainfo withLayers(Map<Hash256, List<Hash256>> layers) {
    BencodeDictionary.Builder rows = BencodeDictionary.builder();
    layers.forEach((root, hashes) -> {
      ByteBuffer row = ByteBuffer.allocate(hashes.size() * Hash256.BYTES);
      hashes.forEach(hash -> row.put(hash.toBytes()));
      rows.put(BencodeString.of(root.toBytes()), BencodeString.of(row.array()));
    });
    BencodeDictionary encoded = rows.build();
    boolean hasLayers = format != TorrentFormat.V1;
    byte[] torrent = OuterDictionary.NOTHING.torrentBytes(bytes, hasLayers ? encoded : null);
    // As a whole it may be beyond what others accept, where its parts are not.
    if (BencodeDecoder.decode(torrent, BencodeLimits.TORRENT_FILE)
        instanceof Decoded.Malformed(String reason)) {
      return new ParsedMetainfo.Invalid(reason);
    }
    return hasLayers
        ? MetainfoParser.withLayers(this, encoded, OuterDictionary.NOTHING)
        : new ParsedMetainfo.Valid(new Metainfo(this, new TreeMap<>(), OuterDictionary.NOTHING));
  }
}
