package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDecoder.Decoded;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import io.seedfall.protocol.merkle.MerkleTree;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads torrent files: v1 (BEP 3), v2 (BEP 52) and hybrid. It refuses everything that is not
 * exactly as the BEPs say or beyond a limit. Bytes from strangers never make it throw.
 */
public final class MetainfoParser {
  private MetainfoParser() {}

  /** What {@code torrentBytes} are: a torrent, or why they are none that is accepted. */
  public static ParsedMetainfo parse(byte[] torrentBytes) {
    Decoded decoded = BencodeDecoder.decode(torrentBytes, BencodeLimits.TORRENT_FILE);
    return switch (decoded) {
      case Decoded.Malformed(String reason) -> invalid(reason);
      case Decoded.Value(BencodeDictionary torrent, _) -> read(torrent);
      case Decoded.Value(BencodeValue _, _) -> invalid("no dictionary");
    };
  }

  /**
   * The same for torrents that a deployment names by their v2 info-hash: a v1 torrent, which has
   * none, is invalid.
   */
  public static ParsedMetainfo parseWithInfoHash(byte[] torrentBytes) {
    ParsedMetainfo parsed = parse(torrentBytes);
    return parsed instanceof ParsedMetainfo.Valid(Metainfo metainfo)
            && metainfo.format() == TorrentFormat.V1
        ? invalid("a v1 torrent (BEP 3); v2 and hybrid torrents (BEP 52) are accepted")
        : parsed;
  }

  private static ParsedMetainfo read(BencodeDictionary torrent) {
    if (!(torrent.get(Metainfo.INFO) instanceof BencodeDictionary info)) {
      return invalid("info: missing or no dictionary");
    }
    // What the decoder accepts is canonical: these are the very bytes that it was decoded from.
    return switch (InfoParser.read(BencodeEncoder.encode(info), info)) {
      case InfoReading.Invalid(String reason) -> invalid(reason);
      case InfoReading.Valid(InfoDictionary valid) ->
          switch (valid.format()) {
            case V1 ->
                new ParsedMetainfo.Valid(
                    new Metainfo(valid, new TreeMap<>(), OuterDictionary.read(torrent)));
            case V2, HYBRID -> withLayers(valid, torrent);
          };
    };
  }

  private static ParsedMetainfo withLayers(InfoDictionary info, BencodeDictionary torrent) {
    return torrent.get(Metainfo.PIECE_LAYERS) instanceof BencodeDictionary layers
        ? withLayers(info, layers, OuterDictionary.read(torrent))
        : invalid("piece layers: missing or no dictionary");
  }

  /** The last step: every piece layer is checked against its root. */
  static ParsedMetainfo withLayers(
      InfoDictionary info, BencodeDictionary layers, OuterDictionary outer) {
    int pieceLayer = pieceLayer(info.geometry().pieceBytes());
    TreeMap<Hash256, MerkleTree> trees = new TreeMap<>();
    List<MetainfoFile> files = info.files();
    for (int i = 0; i < files.size(); i++) {
      MetainfoFile file = files.get(i);
      int filePieces = info.geometry().pieceCount(i);
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
    for (BencodeDictionary.Entry entry : layers.entries()) {
      if (entry.key().length() != Hash256.BYTES
          || !trees.containsKey(Hash256.of(entry.key().toBytes()))) {
        return invalid("piece layers: one that no file needs: " + entry.key());
      }
    }
    return new ParsedMetainfo.Valid(new Metainfo(info, trees, outer));
  }

  /** The layer in which a hash covers a piece. */
  static int pieceLayer(int pieceBytes) {
    return Integer.numberOfTrailingZeros(pieceBytes / MerkleTree.LEAF_BYTES);
  }

  private static ParsedMetainfo invalid(String reason) {
    return new ParsedMetainfo.Invalid(reason);
  }
}
