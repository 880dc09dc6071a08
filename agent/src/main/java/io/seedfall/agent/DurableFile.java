package io.seedfall.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Replaces small files so that a crash leaves the old one or the new one. */
final class DurableFile {
  private DurableFile() {}

  /** It is durable when this returns; a reader sees all that was there, or all of this. */
  static void replace(Path directory, String name, byte[] content) throws IOException {
    Path next = directory.resolve(name + ".next");
    try (FileChannel file =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    try (Directory open = Directory.open(directory)) {
      open.sync();
    }
  }
}
