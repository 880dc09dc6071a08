package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.merkle.MerkleTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes a torrent of hashes that somebody has taken of files. What has to be hashed depends on the
 * format:
 *
 * <ul>
 *   <li>v2: each file by itself ({@link #file(RelativePath, long, List)}), in any order.
 *   <li>hybrid: the same, and the SHA-1 of each file's pieces ({@link #file(RelativePath, long,
 *       List, byte[])}). The torrent gets pad files as libtorrent makes them: behind every file
 *       that does not end with a piece, unless it is the only one and in no directory.
 *   <li>v1: pieces through all files ({@link #file(RelativePath, long)}, {@link #sha1s}), in the
 *       order in which they are added.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class MetainfoBuilder {
  private record Added(MetainfoFile file, BencodeString sha1s) {
    private static final Comparator<Added> TORRENT_ORDER =
        Comparator.comparing(added -> added.file().path());
  }

  private final String name;
  private final int pieceBytes;
  private final TorrentFormat format;
  private final List<Added> files = new ArrayList<>();
  private final TreeMap<Hash256, List<Hash256>> layers = new TreeMap<>();
  private BencodeString sha1s = BencodeString.EMPTY;
  private boolean isPrivate;

  /**
   * Begins a v2 torrent.
   *
   * @param name its name, one that a file could have
   * @param pieceBytes the piece size, for which {@link PieceGeometry#isPieceSize} must hold
   */
  public MetainfoBuilder(String name, int pieceBytes) {
    this(name, pieceBytes, TorrentFormat.V2);
  }

  /** Begins a torrent of any format. */
  public MetainfoBuilder(String name, int pieceBytes, TorrentFormat format) {
    if (!PieceGeometry.isPieceSize(pieceBytes)) {
      throw new IllegalArgumentException(
          "pieceBytes: " + pieceBytes + " (expected: a power of two, 16384..67108864)");
    }
    this.name = name;
    this.pieceBytes = pieceBytes;
    this.format = format;
  }

  /** Makes the torrent private (BEP 27): peers come from its trackers only. */
  public MetainfoBuilder markPrivate() {
    isPrivate = true;
    return this;
  }

  /**
   * Adds a file to a v2 torrent.
   *
   * @param path where it stands; for a torrent of one file its name alone
   * @param length its bytes
   * @param pieceHashes one hash for each piece, none for an empty file: of a file larger than a
   *     piece the roots above the leaves of each piece, {@code pieceBytes / 16 KiB} leaves wide; of
   *     a smaller one the root above its leaves, padded to the next power of two
   * @throws IllegalArgumentException when the number of hashes is not that of the pieces
   */
  public MetainfoBuilder file(RelativePath path, long length, List<Hash256> pieceHashes) {
    expect(TorrentFormat.V2);
    return add(path, length, pieceHashes, BencodeString.EMPTY);
  }

  /**
   * Adds a file to a hybrid torrent.
   *
   * @param path where it stands
   * @param length its bytes
   * @param pieceHashes as for v2
   * @param fileSha1s the SHA-1 of each piece, one behind the other. That of the file's last piece
   *     is taken over its bytes and the zeros that fill the piece; in a torrent of a single file,
   *     whose path is the torrent's name, over its bytes alone
   * @throws IllegalArgumentException when the number of hashes is not that of the pieces
   */
  public MetainfoBuilder file(
      RelativePath path, long length, List<Hash256> pieceHashes, byte[] fileSha1s) {
    expect(TorrentFormat.HYBRID);
    if (fileSha1s.length != (long) pieceHashes.size() * WireHash.BYTES) {
      throw new IllegalArgumentException(
          "%s: %d bytes of SHA-1 (expected: 20 for each of %d pieces)"
              .formatted(path, fileSha1s.length, pieceHashes.size()));
    }
    return add(path, length, pieceHashes, BencodeString.of(fileSha1s));
  }

  private MetainfoBuilder add(
      RelativePath path, long length, List<Hash256> pieceHashes, BencodeString fileSha1s) {
    if (length < 0 || pieceHashes.size() != Math.ceilDiv(length, (long) pieceBytes)) {
      throw new IllegalArgumentException(
          "%s: %d piece hashes for %d bytes (expected: one for each %d bytes)"
              .formatted(path, pieceHashes.size(), length, pieceBytes));
    }
    Hash256 root = null;
    if (pieceHashes.size() == 1) {
      root = pieceHashes.getFirst();
    } else if (length > 0) {
      root = MerkleTree.of(pieceHashes, MetainfoParser.pieceLayer(pieceBytes)).root();
      layers.put(root, List.copyOf(pieceHashes));
    }
    files.add(new Added(new MetainfoFile(path, length, root), fileSha1s));
    return this;
  }

  /** Adds a file to a v1 torrent, behind those that are there. */
  public MetainfoBuilder file(RelativePath path, long length) {
    expect(TorrentFormat.V1);
    files.add(new Added(new MetainfoFile(path, length, null), BencodeString.EMPTY));
    return this;
  }

  /** Sets the SHA-1 of all pieces of a v1 torrent, one behind the other. */
  public MetainfoBuilder sha1s(byte[] ofAllPieces) {
    expect(TorrentFormat.V1);
    sha1s = BencodeString.of(ofAllPieces);
    return this;
  }

  private void expect(TorrentFormat expected) {
    if (format != expected) {
      throw new IllegalArgumentException("format: " + format + " (expected: " + expected + ")");
    }
  }

  /**
   * The torrent of the files added so far. It goes through {@link MetainfoParser} like any other,
   * so nothing is made here that others would refuse.
   *
   * @throws IllegalArgumentException when there is no file, a path occurs twice or runs through a
   *     file, names differ only in case or Unicode form, the number of hashes is not that of the
   *     pieces, or a limit is passed
   */
  public Metainfo build() {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("files: none (expected: at least one)");
    }
    return switch (InfoDictionary.parse(encodedInfo())) {
      case InfoReading.Invalid(String reason) -> throw new IllegalArgumentException(reason);
      case InfoReading.Valid(InfoDictionary valid) ->
          switch (valid.withLayers(layers)) {
            case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
            case ParsedMetainfo.Invalid(String reason) ->
                throw new IllegalArgumentException(reason);
          };
    };
  }

  private byte[] encodedInfo() {
    BencodeDictionary.Builder info =
        BencodeDictionary.builder().put("name", name).put("piece length", pieceBytes);
    if (isPrivate) {
      info.put("private", 1);
    }
    switch (format) {
      case V1 -> putV1(info, files.stream().map(Added::file).toList(), sha1s);
      case V2 -> putV2(info);
      case HYBRID -> {
        putV2(info);
        List<Added> ordered = files.stream().sorted(Added.TORRENT_ORDER).toList();
        putV1(info, withPads(ordered), concatenate(ordered.stream().map(Added::sha1s).toList()));
      }
    }
    return BencodeEncoder.encode(info.build());
  }

  private void putV2(BencodeDictionary.Builder info) {
    info.put("file tree", FileTree.write(files.stream().map(Added::file).toList()))
        .put("meta version", 2);
  }

  private void putV1(BencodeDictionary.Builder info, List<MetainfoFile> v1, BencodeString pieces) {
    info.put("pieces", pieces);
    if (isSingleFile()) {
      info.put(V1Files.LENGTH, v1.getFirst().length());
    } else {
      info.put(V1Files.FILES, V1Files.write(v1));
    }
  }

  private boolean isSingleFile() {
    return files.size() == 1 && files.getFirst().file().path().parts().equals(List.of(name));
  }

  private List<MetainfoFile> withPads(List<Added> ordered) {
    List<MetainfoFile> v1 = new ArrayList<>();
    for (Added added : ordered) {
      MetainfoFile file = added.file();
      v1.add(file);
      long gap = Math.floorMod(-file.length(), (long) pieceBytes);
      if (gap > 0 && !isSingleFile()) {
        v1.add(new MetainfoFile(V1Files.padPath(gap), gap, null, true));
      }
    }
    return v1;
  }

  private static BencodeString concatenate(List<BencodeString> parts) {
    ByteBuffer row = ByteBuffer.allocate(parts.stream().mapToInt(BencodeString::length).sum());
    parts.forEach(part -> row.put(part.toBytes()));
    return BencodeString.of(row.array());
  }
}
