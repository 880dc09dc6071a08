package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Blocks in the open files of a torrent. A block of a v2 torrent is one range of one file; in a v1
 * torrent (BEP 3) it may run through several, and through pad files, which read as zeros and take
 * whatever is written. Any thread may read and write.
 */
final class TorrentBytes implements PieceReader.Source {
  private final TorrentFiles places;
  private final OpenFiles files;

  TorrentBytes(TorrentFiles places, OpenFiles files) {
    this.places = places;
    this.files = files;
  }

  /**
   * Reads a block into {@code buffer}, from its position on, by position.
   *
   * @throws ContentChangedException when a file ends before the block does
   */
  @Override
  public void read(Block block, ByteBuffer buffer) throws IOException {
    for (Segment segment : places.geometry().segments(block)) {
      if (places.isPad(segment.file())) {
        for (int i = 0; i < segment.length(); i++) {
          buffer.put((byte) 0);
        }
      } else {
        try (OpenFiles.Lease lease = files.lease(segment.file())) {
          read(lease, segment, buffer);
        }
      }
    }
  }

  private void read(OpenFiles.Lease lease, Segment segment, ByteBuffer buffer) throws IOException {
    int limit = buffer.limit();
    int from = buffer.position();
    buffer.limit(from + segment.length());
    while (buffer.hasRemaining()) {
      long offset = segment.offset() + buffer.position() - from;
      if (lease.channel().read(buffer, offset) < 0) {
        throw new ContentChangedException(places.path(segment.file()), "cut");
      }
    }
    buffer.limit(limit);
  }

  /** Writes a block, all that {@code bytes} has: one positional write for each file. */
  void write(Block block, ByteBuffer bytes) throws IOException {
    int limit = bytes.limit();
    for (Segment segment : places.geometry().segments(block)) {
      int from = bytes.position();
      bytes.limit(from + segment.length());
      if (places.isPad(segment.file())) {
        bytes.position(bytes.limit());
      } else {
        try (OpenFiles.Lease lease = files.lease(segment.file())) {
          while (bytes.hasRemaining()) {
            lease.channel().write(bytes, segment.offset() + bytes.position() - from);
          }
        }
      }
      bytes.limit(limit);
    }
  }
}
