package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * A file of which every version has half of its content from the one before: every other stretch of
 * one MiB is new, the even ones and the odd ones in turn.
 */
final class ChangingFile {
  private static final int STRETCH = 1 << 20;

  private final Path file;
  private final long bytes;
  private final SplittableRandom random = new SplittableRandom(1);
  private int version;

  ChangingFile(Path file, long bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** Writes the next version; the first is new as a whole. */
  void next() throws IOException {
    byte[] stretch = new byte[STRETCH];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long count = Math.ceilDiv(bytes, STRETCH);
      for (long i = 0; i < count; i++) {
        if (version == 0 || i % 2 == version % 2) {
          random.nextBytes(stretch);
          write(channel, ByteBuffer.wrap(stretch), i * STRETCH);
        }
      }
    }
    version++;
  }

  private void write(FileChannel channel, ByteBuffer stretch, long offset) throws IOException {
    stretch.limit((int) Math.min(STRETCH, bytes - offset));
    while (stretch.hasRemaining()) {
      channel.write(stretch, offset + stretch.position());
    }
  }
}
