package io.seedfall.coordinator;

import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Metainfo files by info-hash, one file each, never half-written. */
final class MetainfoFiles implements MetainfoShelf {
  private final Path directory;

  MetainfoFiles(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  @Override
  public boolean has(InfoHash infoHash) {
    return Files.isRegularFile(path(infoHash));
  }

  /** The directory is locked for as long as this coordinator lives: its term is as long. */
  @Override
  public void put(Term term, InfoHash infoHash, byte[] torrent) throws IOException {
    Path temporary = Files.createTempFile(directory, "put-", ".part");
    try {
      try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(torrent);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(true);
      }
      Files.move(temporary, path(infoHash), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel entry = FileChannel.open(directory)) {
      entry.force(true);
    }
  }

  @Override
  public byte @Nullable [] get(InfoHash infoHash) throws IOException {
    return has(infoHash) ? Files.readAllBytes(path(infoHash)) : null;
  }

  private Path path(InfoHash infoHash) {
    return directory.resolve(infoHash.hex() + ".torrent");
  }
}
