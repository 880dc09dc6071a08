package io.seedfall.coordinator;

import io.seedfall.control.ControlApi;
import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was read from a shelf lately, kept in memory, so that a thousand agents that ask at once
 * share one array. Thread-safe; blocks.
 */
final class MetainfoCache implements MetainfoShelf {
  /** The most bytes kept in memory. */
  static final long BYTES_MAX = 2L * ControlApi.METAINFO_BYTES_MAX;

  private final MetainfoShelf behind;
  private final long bytesMax;
  private final LinkedHashMap<InfoHash, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true);
  private long cachedBytes;

  MetainfoCache(MetainfoShelf behind, long bytesMax) {
    this.behind = behind;
    this.bytesMax = bytesMax;
  }

  @Override
  public boolean has(InfoHash infoHash) throws IOException {
    return behind.has(infoHash);
  }

  @Override
  public void put(Term term, InfoHash infoHash, byte[] torrent) throws IOException {
    behind.put(term, infoHash, torrent);
  }

  @Override
  public synchronized byte @Nullable [] get(InfoHash infoHash) throws IOException {
    byte[] cached = cache.get(infoHash);
    if (cached != null) {
      return cached;
    }
    byte[] torrent = behind.get(infoHash);
    if (torrent == null) {
      return null;
    }
    cache.put(infoHash, torrent);
    cachedBytes += torrent.length;
    var oldest = cache.entrySet().iterator();
    while (cachedBytes > bytesMax) {
      Map.Entry<InfoHash, byte[]> entry = oldest.next();
      cachedBytes -= entry.getValue().length;
      oldest.remove();
    }
    return torrent;
  }
}
