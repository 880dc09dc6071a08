package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code file tree} of BEP 52: dictionaries in dictionaries, one for each name of a path. The
 * one under the empty key describes the file that the names above it lead to:
 *
 * <pre>
 *   {dir: {a.txt: {"": {length: 7, pieces root: ...}}, empty: {"": {length: 0}}}}
 * </pre>
 */
final class FileTree {
  private static final BencodeString FILE_KEY = BencodeString.EMPTY;
  private static final String LENGTH = "length";
  private static final String PIECES_ROOT = "pieces root";
  private static final String ATTRIBUTES = "attr";

  private final List<MetainfoFile> files = new ArrayList<>();
  private final Deque<String> names = new ArrayDeque<>();

  private FileTree() {}

  /** What a file tree turned out to be. */
  sealed interface Parsed {
    /** Its files in torrent order. */
    record Files(List<MetainfoFile> files) implements Parsed {}

    /** Why it is not accepted. */
    record Invalid(String reason) implements Parsed {}
  }

  /** Reads a file tree; the decoder has bounded its depth. */
  static Parsed parse(BencodeDictionary tree) {
    FileTree reader = new FileTree();
    String fault = tree.get(FILE_KEY) != null ? "the root is a file" : reader.readDirectory(tree);
    return fault == null
        ? new Parsed.Files(List.copyOf(reader.files))
        : new Parsed.Invalid("file tree: " + fault);
  }

  /** Reads the entries of a directory; what is wrong with them, or null. */
  private @Nullable String readDirectory(BencodeDictionary directory) {
    if (directory.entries().isEmpty()) {
      return "a directory without files: '" + String.join("/", names) + "'";
    }
    TreeSet<String> folded = new TreeSet<>();
    for (BencodeDictionary.Entry entry : directory.entries()) {
      String name = entry.key().asText();
      if (name == null) {
        return "a name that is not UTF-8: " + entry.key();
      }
      if (!(entry.value() instanceof BencodeDictionary below)) {
        return "no dictionary at " + entry.key();
      }
      names.addLast(name);
      List<String> path = List.copyOf(names);
      String fault = RelativePath.faultOf(path);
      if (fault != null) {
        return fault + " at " + entry.key();
      }
      if (!folded.add(fold(name))) {
        return "names that differ only in case or Unicode form: '" + String.join("/", path) + "'";
      }
      fault = below.get(FILE_KEY) == null ? readDirectory(below) : readFile(path, below);
      if (fault != null) {
        return fault;
      }
      names.removeLast();
    }
    return null;
  }

  /** Reads what describes a file; what is wrong with it, or null. */
  private @Nullable String readFile(List<String> path, BencodeDictionary described) {
    String where = " at '" + String.join("/", path) + "'";
    if (described.entries().size() > 1) {
      return "both file and directory" + where;
    }
    if (!(described.get(FILE_KEY) instanceof BencodeDictionary facts)) {
      return "no dictionary under the empty key" + where;
    }
    if (!(facts.get(LENGTH) instanceof BencodeInteger(long length)) || length < 0) {
      return "no length >= 0" + where;
    }
    if (facts.get(ATTRIBUTES) instanceof BencodeString attributes && isLink(attributes)) {
      return "a symbolic link (BEP 47)" + where;
    }
    BencodeValue root = facts.get(PIECES_ROOT);
    if ((root == null) != (length == 0)) {
      return (length == 0 ? "a pieces root of an empty file" : "no pieces root") + where;
    }
    Hash256 piecesRoot = null;
    if (root != null) {
      if (!(root instanceof BencodeString string) || string.length() != Hash256.BYTES) {
        return "no pieces root of 32 bytes" + where;
      }
      piecesRoot = Hash256.of(string.toBytes());
    }
    if (files.size() == Metainfo.FILES_MAX) {
      return "more than " + Metainfo.FILES_MAX + " files";
    }
    files.add(new MetainfoFile(new RelativePath(path), length, piecesRoot));
    return null;
  }

  private static boolean isLink(BencodeString attributes) {
    String text = attributes.asText();
    return text == null || text.indexOf('l') >= 0;
  }

  /** What two names share that some file system takes for the same. */
  static String fold(String name) {
    String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
    // Up and down again, so that letters with several lower-case forms fall together.
    String folded = composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(folded, Normalizer.Form.NFC);
  }

  /**
   * The file tree of files in any order.
   *
   * @throws IllegalArgumentException when a path occurs twice or runs through a file
   */
  static BencodeDictionary write(List<MetainfoFile> files) {
    Directory root = new Directory();
    for (MetainfoFile file : files) {
      List<String> parts = file.path().parts();
      Directory directory = root;
      for (String name : parts.subList(0, parts.size() - 1)) {
        directory = directory.subdirectory(name, file.path());
      }
      directory.add(file);
    }
    return root.encoded();
  }

  /** A directory while its files are gathered. */
  private static final class Directory {
    private final TreeMap<String, Directory> directories = new TreeMap<>();
    private final TreeMap<String, MetainfoFile> files = new TreeMap<>();

    Directory subdirectory(String name, RelativePath path) {
      if (files.containsKey(name)) {
        throw new IllegalArgumentException(path + ": '" + name + "' is a file already");
      }
      return directories.computeIfAbsent(name, _ -> new Directory());
    }

    void add(MetainfoFile file) {
      String name = file.path().fileName();
      if (directories.containsKey(name) || files.putIfAbsent(name, file) != null) {
        throw new IllegalArgumentException(file.path() + ": is there already");
      }
    }

    BencodeDictionary encoded() {
      BencodeDictionary.Builder entries = BencodeDictionary.builder();
      directories.forEach((name, directory) -> entries.put(name, directory.encoded()));
      files.forEach((name, file) -> entries.put(name, encoded(file)));
      return entries.build();
    }

    private static BencodeDictionary encoded(MetainfoFile file) {
      BencodeDictionary.Builder facts = BencodeDictionary.builder().put(LENGTH, file.length());
      Hash256 root = file.piecesRoot();
      if (root != null) {
        facts.put(PIECES_ROOT, BencodeString.of(root.toBytes()));
      }
      return BencodeDictionary.builder().put(FILE_KEY, facts.build()).build();
    }
  }
}
