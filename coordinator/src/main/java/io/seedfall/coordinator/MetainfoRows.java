package io.seedfall.coordinator;

import io.seedfall.control.ControlApi;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Metainfo files in the database, in rows of at most {@link #CHUNK_BYTES}: neither we nor the
 * driver ever hold more than one row's bytes in a second form.
 */
final class MetainfoRows implements MetainfoShelf {
  /** The most bytes in one row. */
  static final int CHUNK_BYTES = 1 << 20;

  private final Store store;

  MetainfoRows(Store store) {
    this.store = store;
  }

  @Override
  public boolean has(InfoHash infoHash) {
    return store.read(handle ->
        handle
            .createQuery("SELECT position FROM metainfo_chunk WHERE info_hash = :hash LIMIT 1")
            .bind("hash", infoHash.hex())
            .mapTo(long.class)
            .findOne()
            .isPresent());
  }

  /** One transaction: whoever sees the first row sees all. */
  @Override
  public void put(Term term, InfoHash infoHash, byte[] torrent) {
    if (torrent.length > ControlApi.METAINFO_BYTES_MAX) {
      throw new IllegalArgumentException(
          torrent.length + " bytes (expected: at most " + ControlApi.METAINFO_BYTES_MAX + ")");
    }
    store
        .ledBy(term)
        .writeLong(handle -> {
          for (int from = 0; from < torrent.length; from += CHUNK_BYTES) {
            handle
                .createUpdate(
                    "INSERT INTO metainfo_chunk (info_hash, position, bytes)"
                        + " VALUES (:hash, :position, :bytes)"
                        + " ON CONFLICT (info_hash, position) DO NOTHING")
                .bind("hash", infoHash.hex())
                .bind("position", (long) from / CHUNK_BYTES)
                .bind(
                    "bytes",
                    Arrays.copyOfRange(torrent, from, Math.min(torrent.length, from + CHUNK_BYTES)))
                .execute();
          }
        });
  }

  @Override
  public byte @Nullable [] get(InfoHash infoHash) {
    List<byte[]> chunks = new ArrayList<>();
    store.read(handle -> {
      for (long position = 0; ; position++) {
        var chunk =
            handle
                .createQuery(
                    "SELECT bytes FROM metainfo_chunk"
                        + " WHERE info_hash = :hash AND position = :position")
                .bind("hash", infoHash.hex())
                .bind("position", position)
                .map((row, _) -> row.getBytes("bytes"))
                .findOne();
        if (chunk.isEmpty()) {
          return position;
        }
        chunks.add(chunk.get());
      }
    });
    return chunks.isEmpty() ? null : joined(chunks);
  }

  private static byte[] joined(List<byte[]> chunks) {
    int length = chunks.stream().mapToInt(chunk -> chunk.length).sum();
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] chunk : chunks) {
      System.arraycopy(chunk, 0, whole, at, chunk.length);
      at += chunk.length;
    }
    return whole;
  }
}
