package io.seedfall.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a demo deploys: a path of the user's, or a file of random bytes made for it. */
final class DemoSource {
  private static final int CHUNK_BYTES = 1 << 20;

  /** Beside the content: databases, journals, logs. */
  private static final long SLACK_BYTES = 64L << 20;

  private DemoSource() {}

  /** Writes random bytes into a file that is there; the same seed gives the same ones. */
  static void fill(Path file, long bytes, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] chunk = new byte[CHUNK_BYTES];
    ByteBuffer words = ByteBuffer.wrap(chunk);
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
      for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
        for (int at = 0; at < CHUNK_BYTES; at += Long.BYTES) {
          words.putLong(at, random.nextLong());
        }
        out.write(chunk, 0, (int) Math.min(left, CHUNK_BYTES));
      }
    }
  }

  /** The bytes of all files at a path. */
  static long bytesAt(Path path) throws IOException {
    try (Stream<Path> tree = Files.walk(path)) {
      long sum = 0;
      for (Path file : (Iterable<Path>) tree::iterator) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          sum += Files.size(file);
        }
      }
      return sum;
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.LOCAL, "no such file: " + path, e);
    }
  }

  /**
   * Where a demo may write.
   *
   * @param asked what the user wants (TMPDIR); null or empty for the usual place
   */
  static Path temporaryDirectory(@Nullable String asked) {
    if (asked == null || asked.isEmpty()) {
      return Path.of(System.getProperty("java.io.tmpdir"));
    }
    Path directory = Path.of(asked).toAbsolutePath();
    if (!Files.isDirectory(directory)) {
      throw new CommandFailure(ExitCode.LOCAL, "TMPDIR: no such directory: " + directory);
    }
    return directory;
  }

  /** Throws when the file system of {@code directory} has no room for so many copies. */
  static void requireSpace(Path directory, long contentBytes, int copies) throws IOException {
    FileStore store = Files.getFileStore(directory);
    double needed = (double) contentBytes * copies + SLACK_BYTES;
    if (store.getUsableSpace() < needed) {
      throw new CommandFailure(
          ExitCode.LOCAL,
          "not enough space in %s: %d copies need %s, %s are free; fewer --agents, a smaller --size"
                  .formatted(
                      directory,
                      copies,
                      Quantity.bytesText((long) needed),
                      Quantity.bytesText(store.getUsableSpace()))
              + " or another TMPDIR");
    }
  }
}
