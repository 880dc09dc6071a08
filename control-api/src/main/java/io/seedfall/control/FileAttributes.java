package io.seedfall.control;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What installed files look like besides their bytes. Empty or 0 leaves it as the agent makes it.
 *
 * @param owner user name, or its number
 * @param group group name, or its number
 * @param mode permissions of files in octal, {@code 644}; directories get x where files have r
 * @param modifiedMillis time of last modification of every file, epoch
 * @param xattrs extended attributes of files, {@code user.*} only
 */
public record FileAttributes(
    @AbsentAs("\"\"") String owner,
    @AbsentAs("\"\"") String group,
    @AbsentAs("\"\"") String mode,
    @AbsentAs("0") long modifiedMillis,
    @AbsentAs("{}") Map<String, String> xattrs) {
  /** The most extended attributes. */
  public static final int XATTRS_MAX = 16;

  /** The most characters of an extended attribute's value. */
  public static final int XATTR_CHARS_MAX = 1_024;

  /** Nothing special. */
  public static final FileAttributes NONE = new FileAttributes("", "", "", 0, Map.of());

  /** Checks all of it. */
  public FileAttributes {
    if (!owner.isEmpty()) {
      Names.check("owner", owner);
    }
    if (!group.isEmpty()) {
      Names.check("group", group);
    }
    if (!mode.isEmpty() && !mode.matches("0?[0-7]{3}")) {
      throw new IllegalArgumentException("mode: '" + mode + "' (expected: octal, like 644)");
    }
    if (modifiedMillis < 0) {
      throw new IllegalArgumentException(
          "modifiedMillis: " + modifiedMillis + " (expected: 0 or more)");
    }
    if (xattrs.size() > XATTRS_MAX) {
      throw new IllegalArgumentException(
          "xattrs: " + xattrs.size() + " (expected: at most " + XATTRS_MAX + ")");
    }
    xattrs.forEach(FileAttributes::checkXattr);
    xattrs = Collections.unmodifiableMap(new TreeMap<>(xattrs));
  }

  private static void checkXattr(String name, String value) {
    if (!name.startsWith("user.") || !Names.isName(name) || value.length() > XATTR_CHARS_MAX) {
      throw new IllegalArgumentException(
          "xattr "
              + name
              + " (expected: user.NAME, at most "
              + XATTR_CHARS_MAX
              + " characters of value)");
    }
  }
}
