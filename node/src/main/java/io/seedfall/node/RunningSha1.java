package io.seedfall.node;

import io.seedfall.protocol.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-1 of one piece of a v1 torrent, taken while its blocks are stored. Blocks that come in
 * order, as nearly all do, are hashed from the buffer that they are written from; with the last
 * block what came out of order is read back, most likely from the page cache. That is done by the
 * thread of the connection that brought the block: it stops that peer for a while and nobody else.
 * One thread at a time uses it.
 */
final class RunningSha1 {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final MessageDigest digest = newDigest();
  private final int piece;
  private final int length;

  /** The digest covers the piece's bytes from the first to this. */
  private int hashed;

  /** Bytes that are stored, in whatever order. */
  private int stored;

  RunningSha1(int piece, int length) {
    this.piece = piece;
    this.length = length;
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /**
   * A block is in its place.
   *
   * @param bytes what it is, between position and limit; neither is moved
   * @throws IOException when something cannot be read back; then the block does not count
   */
  void stored(Block block, ByteBuffer bytes, TorrentBytes content) throws IOException {
    int whole = stored + block.length();
    if (block.offset() == hashed) {
      digest.update(bytes.duplicate());
      hashed += block.length();
    }
    if (whole == length && hashed < length) {
      readBack(content);
    }
    stored = whole;
  }

  private void readBack(TorrentBytes content) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (hashed < length) {
        int next = Math.min(BUFFER_BYTES, length - hashed);
        content.read(new Block(piece, hashed, next), buffer.clear().limit(next));
        digest.update(buffer.flip());
        hashed += next;
      }
    } catch (IOException e) {
      digest.reset(); // a block may come again, and differ: then all of it is read back
      hashed = 0;
      throw e;
    }
  }

  /** The SHA-1 of the piece, of which every block is stored. To be called once. */
  byte[] digest() {
    if (hashed != length) {
      throw new IllegalStateException(
          "piece %d: %d of %d bytes hashed".formatted(piece, hashed, length));
    }
    return digest.digest();
  }
}
