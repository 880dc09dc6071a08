package io.seedfall.agent;

import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A short text that changes when somebody changes the files of a version: a hash over names, sizes,
 * times of last change and inodes, not over the content.
 */
final class ContentStamp {
  private ContentStamp() {}

  /** The stamp of a file, or of a directory with everything below it. */
  static String of(Path content) throws IOException {
    SortedSet<String> lines = new TreeSet<>();
    Files.walkFileTree(
        content,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
            lines.add(line(content, file, is));
            return FileVisitResult.CONTINUE;
          }
        });
    return hash(lines);
  }

  /** The same; an empty text when the files cannot be looked at. */
  static String ofOrEmpty(Path content) {
    try {
      return of(content);
    } catch (IOException gone) {
      return "";
    }
  }

  /** The stamp of a torrent's own files, whatever else lies beside them. */
  static String ofFiles(Path content, Metainfo metainfo) throws IOException {
    SortedSet<String> lines = new TreeSet<>();
    for (MetainfoFile each : metainfo.files()) {
      boolean itself = metainfo.isSingleFile() && Files.isRegularFile(content);
      Path file = itself ? content : content.resolve(each.path().toString());
      lines.add(line(content, file, Files.readAttributes(file, BasicFileAttributes.class)));
    }
    return hash(lines);
  }

  private static String line(Path content, Path file, BasicFileAttributes is) {
    return String.join(
        " ",
        content.relativize(file).toString(),
        String.valueOf(is.isRegularFile()),
        String.valueOf(is.size()),
        String.valueOf(is.lastModifiedTime().to(TimeUnit.NANOSECONDS)),
        String.valueOf(is.fileKey()));
  }

  private static String hash(SortedSet<String> lines) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String line : lines) {
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
