package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDecoder.Decoded;
import io.seedfall.protocol.bencode.BencodeDecoder.Span;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import io.seedfall.protocol.merkle.MerkleTree;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads torrent files (BEP 52). It takes v2 and hybrid torrents, of which it ignores the v1 part,
 * and refuses everything that is not exactly as BEP 52 says or beyond a limit. Bytes from strangers
 * never make it throw.
 */
public final class MetainfoParser {
  private static final int META_VERSION = 2;

  private MetainfoParser() {}

  /** What {@code torrentBytes} are: a torrent, or why they are none that is accepted. */
  public static ParsedMetainfo parse(byte[] torrentBytes) {
    Decoded decoded = BencodeDecoder.decode(torrentBytes, BencodeLimits.TORRENT_FILE);
    return switch (decoded) {
      case Decoded.Malformed(String reason) -> invalid(reason);
      case Decoded.Value(BencodeDictionary torrent, _) -> read(torrentBytes, torrent);
      case Decoded.Value(BencodeValue _, _) -> invalid("no dictionary");
    };
  }

  private static ParsedMetainfo read(byte[] torrentBytes, BencodeDictionary torrent) {
    if (!(torrent.get(Metainfo.INFO) instanceof BencodeDictionary info)) {
      return invalid("info: missing or no dictionary");
    }
    // BEP 52: look at the version first, other complaints would only mislead.
    BencodeValue version = info.get("meta version");
    if (version == null && info.get("pieces") != null) {
      return invalid("a v1 torrent (BEP 3); v2 and hybrid torrents (BEP 52) are accepted");
    }
    if (!(version instanceof BencodeInteger(long number)) || number != META_VERSION) {
      return invalid("meta version: " + version + " (expected: 2)");
    }
    if (!(info.get("name") instanceof BencodeString nameBytes)) {
      return invalid("name: missing or no string");
    }
    String name = nameBytes.asText();
    String fault = name == null ? "not UTF-8" : RelativePath.faultOf(name);
    if (name == null || fault != null) {
      return invalid("name: " + fault);
    }
    if (!(info.get("piece length") instanceof BencodeInteger(long pieceBytes))
        || !PieceGeometry.isPieceSize(pieceBytes)) {
      return invalid(
          "piece length: %s (expected: a power of two, %d..%d)"
              .formatted(
                  info.get("piece length"),
                  PieceGeometry.LEAF_BYTES,
                  PieceGeometry.PIECE_BYTES_MAX));
    }
    if (!(info.get("file tree") instanceof BencodeDictionary tree)) {
      return invalid("file tree: missing or no dictionary");
    }
    if (!(torrent.get(Metainfo.PIECE_LAYERS) instanceof BencodeDictionary layers)) {
      return invalid("piece layers: missing or no dictionary");
    }
    Span span = BencodeDecoder.entrySpan(torrentBytes, Metainfo.INFO, BencodeLimits.TORRENT_FILE);
    if (span == null) {
      throw new IllegalStateException("a decoded entry has no span");
    }
    byte[] infoBytes = Arrays.copyOfRange(torrentBytes, span.begin(), span.end());
    boolean isPrivate = new BencodeInteger(1).equals(info.get("private"));
    return switch (FileTree.parse(tree)) {
      case FileTree.Parsed.Invalid(String reason) -> invalid(reason);
      case FileTree.Parsed.Files(List<MetainfoFile> files) ->
          withLayers(infoBytes, name, isPrivate, (int) pieceBytes, files, layers);
    };
  }

  /** The last steps: pieces are counted, and every piece layer is checked against its root. */
  private static ParsedMetainfo withLayers(
      byte[] infoBytes,
      String name,
      boolean isPrivate,
      int pieceBytes,
      List<MetainfoFile> files,
      BencodeDictionary layers) {
    int pieceLayer = Integer.numberOfTrailingZeros(pieceBytes / MerkleTree.LEAF_BYTES);
    TreeMap<Hash256, MerkleTree> trees = new TreeMap<>();
    long pieces = 0;
    for (MetainfoFile file : files) {
      long filePieces = Math.ceilDiv(file.length(), (long) pieceBytes);
      pieces += filePieces; // each term is below 2^49, and the sum is checked after each
      if (pieces > PieceGeometry.PIECES_MAX) {
        return invalid("more than " + PieceGeometry.PIECES_MAX + " pieces");
      }
      Hash256 root = file.piecesRoot();
      if (root == null || filePieces == 1) {
        continue;
      }
      if (!(layers.get(BencodeString.of(root.toBytes())) instanceof BencodeString layer)) {
        return invalid("piece layers: none for '" + file.path() + "'");
      }
      if (layer.length() != filePieces * Hash256.BYTES) {
        return invalid(
            "piece layers: %d bytes for '%s' (expected: %d)"
                .formatted(layer.length(), file.path(), filePieces * Hash256.BYTES));
      }
      if (!trees.containsKey(root)) {
        MerkleTree tree = MerkleTree.of(layer.toBytes(), pieceLayer);
        if (!tree.root().equals(root)) {
          return invalid("piece layers: not the pieces root of '" + file.path() + "'");
        }
        trees.put(root, tree);
      }
    }
    for (Map.Entry<BencodeString, BencodeValue> entry : layers.entries().entrySet()) {
      if (entry.getKey().length() != Hash256.BYTES
          || !trees.containsKey(Hash256.of(entry.getKey().toBytes()))) {
        return invalid("piece layers: one that no file needs: " + entry.getKey());
      }
    }
    PieceGeometry geometry =
        new PieceGeometry(pieceBytes, files.stream().mapToLong(MetainfoFile::length).toArray());
    InfoHash infoHash = new InfoHash(sha256(infoBytes));
    return new ParsedMetainfo.Valid(
        new Metainfo(infoHash, infoBytes, name, isPrivate, files, geometry, trees));
  }

  private static Hash256 sha256(byte[] bytes) {
    try {
      return Hash256.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static ParsedMetainfo invalid(String reason) {
    return new ParsedMetainfo.Invalid(reason);
  }
}
