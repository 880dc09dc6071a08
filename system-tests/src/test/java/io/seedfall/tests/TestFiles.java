package io.seedfall.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files whose bytes follow from a seed, and their SHA-256, outside any code under test. */
final class TestFiles {
  private TestFiles() {}

  /** A new file of so many bytes. */
  static Path random(Path file, long bytes, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] chunk = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, (int) Math.min(chunk.length, left));
      }
    }
    return file;
  }

  /** Changes one byte of a file. */
  static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
    }
  }

  /** The same as a disk does it: the file has the size and times that it had. */
  static void rot(Path file, long at) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    flip(file, at);
    Files.setLastModifiedTime(file, modified);
  }

  /**
   * A new directory with what clients disagree about: a file of many pieces that ends in the middle
   * of one, files smaller than a block, one that is empty and one that ends with a piece.
   */
  static Path tree(Path directory, long seed) throws IOException {
    Files.createDirectories(directory.resolve("käse/deep"));
    random(directory.resolve("käse/deep/seventeen"), 17, seed);
    random(directory.resolve("aligned"), 1 << 20, seed + 1);
    random(directory.resolve("large"), (3 << 20) + 5, seed + 2);
    random(directory.resolve("odd"), 300_001, seed + 3);
    random(directory.resolve("q"), 3, seed + 4);
    Files.createFile(directory.resolve("empty"));
    return directory;
  }

  /** Bytes of all files of such a tree. */
  static final long TREE_BYTES = 17 + (1 << 20) + (3 << 20) + 5 + 300_001 + 3;

  /** The SHA-256 of every file below a directory, by its path from there. */
  static SortedMap<String, String> sha256s(Path directory) throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        hashes.put(directory.relativize(file).toString(), sha256(file));
      }
    }
    return hashes;
  }

  /** The same without pad files (BEP 47), which a client may write or not. */
  static SortedMap<String, String> withoutPads(Path directory) throws IOException {
    SortedMap<String, String> hashes = sha256s(directory);
    hashes.keySet().removeIf(path -> path.startsWith(".pad/"));
    return hashes;
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[1 << 16];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
