package io.seedfall.agent;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a file system has.
 *
 * @param usableBytes left for this process
 * @param totalBytes in all
 */
record DiskSpace(long usableBytes, long totalBytes) {
  /** Of the file system that a directory is on. */
  static DiskSpace of(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return new DiskSpace(store.getUsableSpace(), store.getTotalSpace());
  }
}
