package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.merkle.MerkleTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes a torrent (BEP 52) of hashes that somebody has taken of files. Files may come in any order;
 * the torrent has them in its own. Not thread-safe.
 */
public final class MetainfoBuilder {
  private final String name;
  private final int pieceBytes;
  private final List<MetainfoFile> files = new ArrayList<>();
  private final TreeMap<Hash256, List<Hash256>> layers = new TreeMap<>();

  /**
   * Begins a torrent.
   *
   * @param name its name, one that a file could have
   * @param pieceBytes the piece size, for which {@link PieceGeometry#isPieceSize} must hold
   */
  public MetainfoBuilder(String name, int pieceBytes) {
    if (!PieceGeometry.isPieceSize(pieceBytes)) {
      throw new IllegalArgumentException(
          "pieceBytes: " + pieceBytes + " (expected: a power of two, 16384..67108864)");
    }
    this.name = name;
    this.pieceBytes = pieceBytes;
  }

  /**
   * Adds a file.
   *
   * @param path where it stands; for a torrent of one file its name alone
   * @param length its bytes
   * @param pieceHashes one hash for each piece, none for an empty file: of a file larger than a
   *     piece the roots above the leaves of each piece, {@code pieceBytes / 16 KiB} leaves wide; of
   *     a smaller one the root above its leaves, padded to the next power of two
   * @throws IllegalArgumentException when the number of hashes is not that of the pieces
   */
  public MetainfoBuilder file(RelativePath path, long length, List<Hash256> pieceHashes) {
    if (length < 0 || pieceHashes.size() != Math.ceilDiv(length, (long) pieceBytes)) {
      throw new IllegalArgumentException(
          "%s: %d piece hashes for %d bytes (expected: one for each %d bytes)"
              .formatted(path, pieceHashes.size(), length, pieceBytes));
    }
    if (length == 0) {
      files.add(new MetainfoFile(path, 0, null));
    } else if (pieceHashes.size() == 1) {
      files.add(new MetainfoFile(path, length, pieceHashes.getFirst()));
    } else {
      int pieceLayer = Integer.numberOfTrailingZeros(pieceBytes / MerkleTree.LEAF_BYTES);
      Hash256 root = MerkleTree.of(pieceHashes, pieceLayer).root();
      files.add(new MetainfoFile(path, length, root));
      layers.put(root, List.copyOf(pieceHashes));
    }
    return this;
  }

  /**
   * The torrent of the files added so far. It goes through {@link MetainfoParser} like any other,
   * so nothing is made here that others would refuse.
   *
   * @throws IllegalArgumentException when there is no file, a path occurs twice or runs through a
   *     file, names differ only in case or Unicode form, or a limit is passed
   */
  public Metainfo build() {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("files: none (expected: at least one)");
    }
    byte[] info =
        BencodeEncoder.encode(
            BencodeDictionary.builder()
                .put("file tree", FileTree.write(files))
                .put("meta version", 2)
                .put("name", name)
                .put("piece length", pieceBytes)
                .build());
    BencodeDictionary.Builder encodedLayers = BencodeDictionary.builder();
    layers.forEach((root, hashes) ->
        encodedLayers.put(BencodeString.of(root.toBytes()), BencodeString.of(concatenate(hashes))));
    byte[] torrent = Metainfo.torrentBytes(info, encodedLayers.build());
    return switch (MetainfoParser.parse(torrent)) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new IllegalArgumentException(reason);
    };
  }

  private static byte[] concatenate(List<Hash256> hashes) {
    ByteBuffer row = ByteBuffer.allocate(hashes.size() * Hash256.BYTES);
    hashes.forEach(hash -> row.put(hash.toBytes()));
    return row.array();
  }
}
