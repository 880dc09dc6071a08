package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads info dictionaries (BEP 3, BEP 52): v1, v2, and hybrids of which both halves must describe
 * the same files. Bytes from strangers never make it throw.
 */
final class InfoParser {
  private static final int META_VERSION = 2;

  private InfoParser() {}

  /** Which files there are, and where v1 clients see the end of the last piece. */
  private record Content(List<MetainfoFile> files, PieceGeometry geometry, boolean isSingleFile) {}

  /** A value or why there is none. */
  private record Read(@Nullable Content content, String reason) {
    static Read invalid(String reason) {
      return new Read(null, reason);
    }
  }

  /** What {@code info} says; {@code infoBytes} are its bytes as they came, and are kept. */
  static InfoReading read(byte[] infoBytes, BencodeDictionary info) {
    // BEP 52: look at the version first, other complaints would only mislead.
    BencodeValue version = info.get("meta version");
    BencodeValue pieces = info.get("pieces");
    if ((version != null || pieces == null)
        && !(version instanceof BencodeInteger(long number) && number == META_VERSION)) {
      return invalid("meta version: " + version + " (expected: 2)");
    }
    TorrentFormat format =
        version == null
            ? TorrentFormat.V1
            : pieces == null ? TorrentFormat.V2 : TorrentFormat.HYBRID;
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
    Read read =
        switch (format) {
          case V1 -> v1(info, name, (int) pieceBytes);
          case V2 -> v2(info, name, (int) pieceBytes);
          case HYBRID -> hybrid(info, name, (int) pieceBytes);
        };
    Content content = read.content();
    if (content == null) {
      return invalid(read.reason());
    }
    byte[] sha1s = {};
    if (format != TorrentFormat.V2) {
      int expected = content.geometry().pieceCount() * WireHash.BYTES;
      if (!(pieces instanceof BencodeString hashes) || hashes.length() != expected) {
        return invalid(
            "pieces: no string of %d bytes, 20 for each of %d pieces"
                .formatted(expected, content.geometry().pieceCount()));
      }
      sha1s = hashes.toBytes();
    }
    boolean isPrivate = new BencodeInteger(1).equals(info.get("private"));
    return new InfoReading.Valid(
        new InfoDictionary(
            format,
            infoBytes,
            name,
            isPrivate,
            content.isSingleFile(),
            content.files(),
            content.geometry(),
            sha1s));
  }

  private static Read v1(BencodeDictionary info, String name, int pieceBytes) {
    return switch (V1Files.parse(info, name)) {
      case V1Files.Parsed.Invalid(String reason) -> Read.invalid(reason);
      case V1Files.Parsed.Files(List<MetainfoFile> files, boolean single) -> {
        // Checked here and not by PieceGeometry: too many pieces are no bug of the caller.
        long room = (long) PieceGeometry.PIECES_MAX * pieceBytes;
        for (MetainfoFile file : files) {
          if (file.length() > room) {
            yield tooManyPieces();
          }
          room -= file.length();
        }
        yield new Read(
            new Content(files, PieceGeometry.contiguous(pieceBytes, lengths(files)), single), "");
      }
    };
  }

  private static Read v2(BencodeDictionary info, String name, int pieceBytes) {
    if (!(info.get("file tree") instanceof BencodeDictionary tree)) {
      return Read.invalid("file tree: missing or no dictionary");
    }
    return switch (FileTree.parse(tree)) {
      case FileTree.Parsed.Invalid(String reason) -> Read.invalid(reason);
      case FileTree.Parsed.Files(List<MetainfoFile> files) -> {
        long pieces = 0;
        for (MetainfoFile file : files) {
          // Each term is below 2^49, and the sum is checked after each.
          pieces += Math.ceilDiv(file.length(), (long) pieceBytes);
          if (pieces > PieceGeometry.PIECES_MAX) {
            yield tooManyPieces();
          }
        }
        boolean single = files.size() == 1 && files.getFirst().path().parts().equals(List.of(name));
        yield new Read(
            new Content(files, new PieceGeometry(pieceBytes, lengths(files)), single), "");
      }
    };
  }

  private static Read hybrid(BencodeDictionary info, String name, int pieceBytes) {
    Read read = v2(info, name, pieceBytes);
    Content v2 = read.content();
    if (v2 == null) {
      return read;
    }
    return switch (V1Files.parse(info, name)) {
      case V1Files.Parsed.Invalid(String reason) -> Read.invalid(reason);
      case V1Files.Parsed.Files(List<MetainfoFile> v1, boolean single) -> {
        String difference = V1Files.disagreement(v1, v2.files(), v2.geometry());
        if (difference != null) {
          yield Read.invalid(difference);
        }
        boolean lastPadded = V1Files.isLastPadded(v1, v2.geometry());
        PieceGeometry geometry = PieceGeometry.hybrid(pieceBytes, lastPadded, lengths(v2.files()));
        yield new Read(new Content(v2.files(), geometry, single), "");
      }
    };
  }

  private static long[] lengths(List<MetainfoFile> files) {
    return files.stream().mapToLong(MetainfoFile::length).toArray();
  }

  private static Read tooManyPieces() {
    return Read.invalid("more than " + PieceGeometry.PIECES_MAX + " pieces");
  }

  private static InfoReading invalid(String reason) {
    return new InfoReading.Invalid(reason);
  }
}
