package io.seedfall.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What it takes for a file's name to survive a power cut. */
final class DurableFiles {
  private DurableFiles() {}

  /** Puts the names in {@code directory} on the disk: a new file is lost without this. */
  static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
