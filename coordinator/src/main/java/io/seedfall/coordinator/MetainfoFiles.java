package io.seedfall.coordinator;

import io.seedfall.control.ControlApi;
import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Metainfo files by info-hash, one file each, never half-written. What was read lately is kept in
 * memory, so that a thousand agents that ask at once share one array. Thread-safe; blocks.
 */
final class MetainfoFiles {
  /** The most bytes kept in memory. */
  static final long CACHE_BYTES_MAX = 2L * ControlApi.METAINFO_BYTES_MAX;

  private final Path directory;
  private final LinkedHashMap<InfoHash, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true);
  private long cachedBytes;

  MetainfoFiles(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  synchronized boolean has(InfoHash infoHash) {
    return Files.isRegularFile(path(infoHash));
  }

  /** Durable when it returns. */
  synchronized void put(InfoHash infoHash, byte[] torrent) throws IOException {
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

  /** The bytes, not to be changed; null when there are none. */
  synchronized byte @Nullable [] get(InfoHash infoHash) throws IOException {
    byte[] cached = cache.get(infoHash);
    if (cached != null) {
      return cached;
    }
    if (!has(infoHash)) {
      return null;
    }
    byte[] torrent = Files.readAllBytes(path(infoHash));
    cache.put(infoHash, torrent);
    cachedBytes += torrent.length;
    var oldest = cache.entrySet().iterator();
    while (cachedBytes > CACHE_BYTES_MAX) {
      Map.Entry<InfoHash, byte[]> entry = oldest.next();
      cachedBytes -= entry.getValue().length;
      oldest.remove();
    }
    return torrent;
  }

  private Path path(InfoHash infoHash) {
    return directory.resolve(infoHash.hex() + ".torrent");
  }
}
