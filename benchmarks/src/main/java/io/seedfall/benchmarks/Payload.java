package io.seedfall.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What a contest is about, a file or a tree of files: bytes that no compression makes smaller, the
 * same for the same seed.
 *
 * @param file where it is
 * @param bytes how much content
 * @param sha256 of its content, in hex; of a tree see {@link #sha256(Path)}
 */
record Payload(Path file, long bytes, String sha256) {
  /** What it is called everywhere. */
  static final String NAME = "payload.bin";

  private static final int CHUNK = 1 << 20;

  /** Files in one folder of a tree. */
  private static final int FOLDER_FILES = 100;

  private static final int TREE_DEPTH_MAX = 8;

  /** Writes a new one into {@code directory}. */
  static Payload write(Path directory, long bytes, long seed) throws IOException {
    Path file = directory.resolve(NAME);
    fill(file, bytes, new SplittableRandom(seed));
    return new Payload(file, bytes, sha256(file));
  }

  /** Writes a new tree of that many files, all of the same size, into {@code directory}. */
  static Payload writeTree(Path directory, int files, long fileBytes, long seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Path tree = directory.resolve(NAME);
    for (int i = 0; i < files; i++) {
      Path folder = tree.resolve("d" + i / FOLDER_FILES);
      Files.createDirectories(folder);
      fill(folder.resolve("f" + i % FOLDER_FILES), fileBytes, random);
    }
    return new Payload(tree, files * fileBytes, sha256(tree));
  }

  private static void fill(Path file, long bytes, SplittableRandom random) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK, bytes)];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, (int) Math.min(chunk.length, left));
      }
    }
  }

  /** Whether it is a tree and no file. */
  boolean isTree() {
    return Files.isDirectory(file);
  }

  /** Makes it appear at another path of the same file system too, without copying its bytes. */
  void linkTo(Path other) throws IOException {
    for (Path entry : entries(file)) {
      Path link = other.resolve(file.relativize(entry).toString());
      if (Files.isDirectory(entry)) {
        Files.createDirectory(link);
      } else {
        Files.createLink(link, entry);
      }
    }
  }

  /** Whether that file or tree has this content. Reads all of it. */
  boolean isIn(Path copy) throws IOException {
    return Files.exists(copy) && sha256(copy).equals(sha256);
  }

  /**
   * SHA-256 of a file's content, in hex; leaves what it read in the page cache. Of a tree: of every
   * file's path and content, in the order of the paths.
   */
  static String sha256(Path fileOrTree) throws IOException {
    MessageDigest digest = digest();
    byte[] chunk = new byte[CHUNK];
    for (Path file : entries(fileOrTree)) {
      if (!Files.isRegularFile(file)) {
        continue;
      }
      digest.update(fileOrTree.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
          digest.update(chunk, 0, read);
        }
      }
    }
    return hex(digest);
  }

  /** A file alone, or a tree's folders and files, what contains before what is contained. */
  private static List<Path> entries(Path fileOrTree) throws IOException {
    try (Stream<Path> all = Files.walk(fileOrTree, TREE_DEPTH_MAX)) {
      return all.sorted().toList();
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
