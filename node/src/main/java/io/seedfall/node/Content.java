package io.seedfall.node;

import io.seedfall.protocol.Block;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The files of a torrent, as far as they may be served. Any thread may read. */
sealed interface Content extends Closeable permits SeededContent, FetchedContent {
  /**
   * The bytes of a block of a verified piece.
   *
   * @throws ContentChangedException when the file is not what was verified
   */
  BlockBytes read(Block block) throws IOException;

  /** Looks whether the file of {@code block} is still what was verified, now. */
  void checkUnchanged(Block block) throws ContentChangedException;

  /** The bytes of a block, ready to be written to a socket; closed when they are. */
  record BlockBytes(ByteBuffer buffer, AutoCloseable lease) implements AutoCloseable {
    @Override
    public void close() {
      try {
        lease.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("a lease cannot fail to be given back", e);
      }
    }
  }
}
