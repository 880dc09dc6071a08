package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over leaves of 16 KiB. One thread owns it: the digest is used again and again. */
final class LeafHasher {
  private final MessageDigest digest;

  LeafHasher() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The leaves of what is between {@code bytes}' position and limit; neither is moved. */
  Hash256[] leaves(ByteBuffer bytes) {
    ByteBuffer view = bytes.duplicate();
    Hash256[] leaves = new Hash256[Math.ceilDiv(bytes.remaining(), PieceGeometry.LEAF_BYTES)];
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      int end = Math.min(bytes.limit(), view.position() + PieceGeometry.LEAF_BYTES);
      digest.update(view.limit(end));
      leaves[leaf] = Hash256.of(digest.digest());
      view.limit(bytes.limit());
    }
    return leaves;
  }

  /**
   * The leaves of a range of a file, read through {@code buffer}, whose capacity is a multiple of
   * 16 KiB.
   *
   * @throws EOFException when the file ends before the range does
   */
  Hash256[] leaves(FileChannel channel, long offset, int length, ByteBuffer buffer)
      throws IOException {
    Hash256[] leaves = new Hash256[Math.ceilDiv(length, PieceGeometry.LEAF_BYTES)];
    int done = 0;
    while (done < length) {
      buffer.clear().limit(Math.min(buffer.capacity(), length - done));
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + done + buffer.position()) < 0) {
          throw new EOFException("the file ends before byte " + (offset + length));
        }
      }
      Hash256[] part = leaves(buffer.flip());
      System.arraycopy(part, 0, leaves, done / PieceGeometry.LEAF_BYTES, part.length);
      done += buffer.limit();
    }
    return leaves;
  }
}
