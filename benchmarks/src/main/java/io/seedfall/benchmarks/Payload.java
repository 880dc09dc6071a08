package io.seedfall.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * The file of a contest: bytes that no compression makes smaller, the same for the same seed.
 *
 * @param file where it is
 * @param bytes how long
 * @param sha256 of its content, in hex
 */
record Payload(Path file, long bytes, String sha256) {
  /** What it is called everywhere. */
  static final String NAME = "payload.bin";

  private static final int CHUNK = 1 << 20;

  /** Writes a new one into {@code directory}. */
  static Payload write(Path directory, long bytes, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    MessageDigest digest = digest();
    Path file = directory.resolve(NAME);
    byte[] chunk = new byte[CHUNK];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= CHUNK) {
        random.nextBytes(chunk);
        int length = (int) Math.min(CHUNK, left);
        out.write(chunk, 0, length);
        digest.update(chunk, 0, length);
      }
    }
    return new Payload(file, bytes, hex(digest));
  }

  /** Whether that file has this content. Reads all of it. */
  boolean isIn(Path copy) throws IOException {
    return Files.exists(copy) && Files.size(copy) == bytes && sha256(copy).equals(sha256);
  }

  /** SHA-256 of a file's content, in hex; leaves what it read in the page cache. */
  static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
    }
    return hex(digest);
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
