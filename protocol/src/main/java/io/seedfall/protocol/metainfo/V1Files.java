package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of a v1 info dictionary (BEP 3, BEP 47): either {@code length}, one file of the
 * torrent's name, or {@code files}, a list of them in a directory of that name:
 *
 * <pre>
 *   files: [{length: 7, path: [dir, a.txt]}, {attr: p, length: 16377, path: [.pad, 16377]}, ...]
 * </pre>
 */
final class V1Files {
  static final String LENGTH = "length";
  static final String FILES = "files";
  static final String PATH = "path";
  static final String ATTRIBUTES = "attr";

  /** The directory that BEP 47 recommends for pad files. */
  static final String PAD_DIRECTORY = ".pad";

  private final List<MetainfoFile> files = new ArrayList<>();

  /** Paths of files as a file system might fold them; and of directories, with what was folded. */
  private final TreeSet<String> foldedFiles = new TreeSet<>();

  private final TreeMap<String, String> foldedDirectories = new TreeMap<>();

  private V1Files() {}

  /** What the files turned out to be. */
  sealed interface Parsed {
    /** In torrent order, pad files among them. */
    record Files(List<MetainfoFile> files, boolean isSingleFile) implements Parsed {}

    /** Why they are not accepted. */
    record Invalid(String reason) implements Parsed {}
  }

  static Parsed parse(BencodeDictionary info, String name) {
    BencodeValue list = info.get(FILES);
    if ((list == null) == (info.get(LENGTH) == null)) {
      return new Parsed.Invalid("length, files: not exactly one of them");
    }
    if (list == null) {
      return single(info, name);
    }
    if (!(list instanceof BencodeList(List<BencodeValue> described)) || described.isEmpty()) {
      return new Parsed.Invalid("files: no list, or an empty one");
    }
    V1Files reader = new V1Files();
    for (BencodeValue file : described) {
      String fault = reader.read(file);
      if (fault != null) {
        return new Parsed.Invalid("files: " + fault);
      }
    }
    return reader.foldedFiles.isEmpty()
        ? new Parsed.Invalid("files: nothing but pad files")
        : new Parsed.Files(List.copyOf(reader.files), false);
  }

  private static Parsed single(BencodeDictionary info, String name) {
    if (!(info.get(LENGTH) instanceof BencodeInteger(long length)) || length < 0) {
      return new Parsed.Invalid("length: " + info.get(LENGTH) + " (expected: >= 0)");
    }
    String attributes = attributes(info);
    return attributes == null || attributes.indexOf('l') >= 0
        ? new Parsed.Invalid("a symbolic link (BEP 47)")
        : new Parsed.Files(List.of(new MetainfoFile(RelativePath.of(name), length, null)), true);
  }

  /** The attributes, none when nothing is said, null when it is no text. */
  private static @Nullable String attributes(BencodeDictionary described) {
    return switch (described.get(ATTRIBUTES)) {
      case BencodeString text -> text.asText();
      case null -> "";
      case BencodeValue _ -> null;
    };
  }

  /** Reads an entry of the list; what is wrong with it, or null. */
  private @Nullable String read(BencodeValue entry) {
    String where = " at number " + files.size();
    if (!(entry instanceof BencodeDictionary described)) {
      return "no dictionary" + where;
    }
    if (files.size() == Metainfo.FILES_MAX) {
      return "more than " + Metainfo.FILES_MAX + " files";
    }
    String attributes = attributes(described);
    if (attributes == null || attributes.indexOf('l') >= 0) {
      return "a symbolic link (BEP 47)" + where;
    }
    if (!(described.get(LENGTH) instanceof BencodeInteger(long length)) || length < 0) {
      return "no length >= 0" + where;
    }
    if (attributes.indexOf('p') >= 0) {
      // The path of a pad file is of no use, and many may have the same.
      files.add(new MetainfoFile(padPath(length), length, null, true));
      return null;
    }
    List<String> names = names(described.get(PATH));
    String fault = names == null ? "no path" : RelativePath.faultOf(names);
    if (names == null || fault != null) {
      return fault + where;
    }
    files.add(new MetainfoFile(new RelativePath(names), length, null));
    return clash(names);
  }

  static RelativePath padPath(long length) {
    return RelativePath.of(PAD_DIRECTORY, Long.toString(length));
  }

  private static @Nullable List<String> names(@Nullable BencodeValue path) {
    if (!(path instanceof BencodeList(List<BencodeValue> parts))) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (BencodeValue part : parts) {
      String name = part instanceof BencodeString text ? text.asText() : null;
      if (name == null) {
        return null;
      }
      names.add(name);
    }
    return names;
  }

  /** Takes note of a path; what it clashes with, or null. */
  private @Nullable String clash(List<String> names) {
    String shown = "'" + String.join("/", names) + "'";
    StringBuilder folded = new StringBuilder();
    for (int i = 0; i < names.size() - 1; i++) {
      folded.append(FileTree.fold(names.get(i)));
      String directory = String.join("/", names.subList(0, i + 1));
      String before = foldedDirectories.putIfAbsent(folded.toString(), directory);
      if (before != null && !before.equals(directory)) {
        return "names that differ only in case or Unicode form: " + shown;
      }
      if (foldedFiles.contains(folded.toString())) {
        return "both file and directory: " + shown;
      }
      folded.append('/');
    }
    folded.append(FileTree.fold(names.getLast()));
    if (foldedDirectories.containsKey(folded.toString())) {
      return "both file and directory: " + shown;
    }
    return foldedFiles.add(folded.toString())
        ? null
        : "twice the same, but for case or Unicode form: " + shown;
  }

  /* --------------- the same files for v2 --------------- */

  /**
   * Why the v1 half of a hybrid torrent does not describe the same bytes at the same places as its
   * v2 half, or null when it does (BEP 52, "Upgrade Path").
   *
   * @param geometry that of the v2 half
   */
  static @Nullable String disagreement(
      List<MetainfoFile> v1, List<MetainfoFile> v2, PieceGeometry geometry) {
    long position = 0;
    int file = 0;
    for (MetainfoFile each : v1) {
      if (!each.pad()) {
        if (file == v2.size()
            || !each.path().equals(v2.get(file).path())
            || each.length() != v2.get(file).length()) {
          return "v1 and v2 files differ at '" + each.path() + "'";
        }
        long expected = (long) geometry.firstPiece(file) * geometry.pieceBytes();
        if (each.length() > 0 && position != expected) {
          return "v1: '%s' begins at byte %d (expected: %d, aligned by a pad file)"
              .formatted(each.path(), position, expected);
        }
        file++;
      }
      if (each.length() > (long) geometry.pieceCount() * geometry.pieceBytes() - position) {
        return "v1: more bytes than v2 has pieces";
      }
      position += each.length();
    }
    if (file < v2.size()) {
      return "v1 lacks '" + v2.get(file).path() + "'";
    }
    long unpadded = unpaddedEnd(geometry);
    return position == unpadded || isLastPadded(v1, geometry)
        ? null
        : "v1: ends at byte " + position + " (expected: " + unpadded + ", or a whole piece)";
  }

  /** Whether v1 clients take the last piece for a full one. */
  static boolean isLastPadded(List<MetainfoFile> v1, PieceGeometry geometry) {
    long bytes = 0;
    for (MetainfoFile each : v1) {
      bytes += each.length();
    }
    return bytes == (long) geometry.pieceCount() * geometry.pieceBytes();
  }

  private static long unpaddedEnd(PieceGeometry geometry) {
    int last = geometry.pieceCount() - 1;
    return last < 0 ? 0 : (long) last * geometry.pieceBytes() + geometry.pieceLength(last);
  }

  /* --------------- to bencode --------------- */

  /** The list {@code files} of these, pad files as they are. */
  static BencodeList write(List<MetainfoFile> files) {
    List<BencodeValue> list = new ArrayList<>();
    for (MetainfoFile file : files) {
      List<BencodeValue> names = new ArrayList<>();
      file.path().parts().forEach(name -> names.add(BencodeString.of(name)));
      BencodeDictionary.Builder described =
          BencodeDictionary.builder().put(LENGTH, file.length()).put(PATH, new BencodeList(names));
      if (file.pad()) {
        described.put(ATTRIBUTES, "p");
      }
      list.add(described.build());
    }
    return new BencodeList(list);
  }
}
