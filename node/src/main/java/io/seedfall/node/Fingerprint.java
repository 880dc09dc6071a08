package io.seedfall.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * By what a file is recognised without reading it. Whoever rewrites, cuts, extends or replaces a
 * file changes at least one of the three.
 *
 * @param bytes the file's length
 * @param modifiedNanos when its bytes were last changed, since the epoch
 * @param inode the file system's number for it
 */
record Fingerprint(long bytes, long modifiedNanos, long inode) {
  /** Stands for a pad file, which is not there. */
  static final Fingerprint NONE = new Fingerprint(0, 0, 0);

  /**
   * The fingerprint of a regular file, the last link in the path not followed.
   *
   * @throws IOException when there is no such file, or it is none
   */
  static Fingerprint of(Path file) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(
            file, "unix:size,lastModifiedTime,ino,isRegularFile", LinkOption.NOFOLLOW_LINKS);
    if (!(attributes.get("isRegularFile") instanceof Boolean regular && regular)) {
      throw new IOException(file + " is no regular file");
    }
    return new Fingerprint(
        number(attributes, "size"),
        modified(attributes).to(TimeUnit.NANOSECONDS),
        number(attributes, "ino"));
  }

  private static long number(Map<String, Object> attributes, String name) {
    if (attributes.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalStateException("the file system does not tell " + name);
  }

  private static FileTime modified(Map<String, Object> attributes) {
    if (attributes.get("lastModifiedTime") instanceof FileTime time) {
      return time;
    }
    throw new IllegalStateException("the file system does not tell lastModifiedTime");
  }
}
