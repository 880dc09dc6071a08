package io.seedfall.protocol.metainfo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a file stands below the directory that a torrent is put into. It cannot lead out of that
 * directory: what is not plainly a name is refused, never repaired.
 *
 * @param parts the names from the top down, the file's own last
 */
public record RelativePath(List<String> parts) implements Comparable<RelativePath> {
  /** Bytes of one name in UTF-8 at most; the file systems of Linux have the same limit. */
  public static final int PART_BYTES_MAX = 255;

  /** Names at most: a deeper file tree would nest bencode beyond the depth that is decoded. */
  public static final int PARTS_MAX = 28;

  /**
   * Bytes of the whole path at most, separators counted: half of what Linux takes for a path, so
   * that the directory above it has room.
   */
  public static final int PATH_BYTES_MAX = 2048;

  /**
   * Checks and copies the names.
   *
   * @throws IllegalArgumentException when they are no relative path
   */
  public RelativePath {
    parts = List.copyOf(parts);
    String fault = faultOf(parts);
    if (fault != null) {
      throw new IllegalArgumentException("path: " + fault);
    }
  }

  /** The path of these names, from the top down. */
  public static RelativePath of(String... parts) {
    return new RelativePath(List.of(parts));
  }

  /** Parses {@code a/b/c}. */
  public static RelativePath parse(String text) {
    return of(text.split("/", -1));
  }

  /** Why these names are no relative path, or null when they are one. */
  static @Nullable String faultOf(List<String> parts) {
    if (parts.isEmpty() || parts.size() > PARTS_MAX) {
      return parts.size() + " names (expected: 1.." + PARTS_MAX + ")";
    }
    int pathBytes = parts.size() - 1;
    for (String part : parts) {
      String fault = faultOf(part);
      if (fault != null) {
        return fault;
      }
      pathBytes += utf8(part).length;
    }
    return pathBytes > PATH_BYTES_MAX
        ? pathBytes + " bytes (expected: <= " + PATH_BYTES_MAX + ")"
        : null;
  }

  /** Why {@code part} cannot be the name of a file or a directory, or null when it can. */
  static @Nullable String faultOf(String part) {
    if (part.isEmpty()) {
      return "an empty name";
    }
    if (part.equals(".") || part.equals("..")) {
      return "the name '" + part + "'";
    }
    if (part.indexOf('/') >= 0) {
      return "a name with '/' in it";
    }
    if (part.indexOf('\0') >= 0) {
      return "a name with NUL in it";
    }
    byte[] bytes = utf8(part);
    if (bytes.length > PART_BYTES_MAX) {
      return "a name of " + bytes.length + " bytes (expected: <= " + PART_BYTES_MAX + ")";
    }
    boolean isUnicode = new String(bytes, StandardCharsets.UTF_8).equals(part);
    return isUnicode ? null : "a name that is not Unicode";
  }

  /** The name of the file itself. */
  public String fileName() {
    return parts.getLast();
  }

  /** The order of files in a torrent: name by name, by raw UTF-8 bytes. */
  @Override
  public int compareTo(RelativePath other) {
    int common = Math.min(parts.size(), other.parts.size());
    for (int i = 0; i < common; i++) {
      int order = Arrays.compareUnsigned(utf8(parts.get(i)), utf8(other.parts.get(i)));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(parts.size(), other.parts.size());
  }

  /** The names with {@code /} between them. */
  @Override
  public String toString() {
    return String.join("/", parts);
  }

  private static byte[] utf8(String part) {
    return part.getBytes(StandardCharsets.UTF_8);
  }
}
