package io.seedfall.coordinator;

import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of metainfo files are: in a directory beside SQLite, in the database where
 * coordinators share one. What is there under an info-hash never changes. Thread-safe; blocks.
 */
interface MetainfoShelf {
  /** Whether all of it is there. */
  boolean has(InfoHash infoHash) throws IOException;

  /**
   * Durable when it returns; again is no change.
   *
   * @throws LeadershipLost when that term is over and others write there
   */
  void put(Term term, InfoHash infoHash, byte[] torrent) throws IOException;

  /** The bytes, not to be changed; null when there are none. */
  byte @Nullable [] get(InfoHash infoHash) throws IOException;
}
