package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256 over leaves of 16 KiB. One thread owns it: the digest is used again and again.
 *
 * <p>A leaf is copied into an array before it is hashed: from a direct buffer the JDK's digest
 * takes 4 KiB at once, which costs a tenth more than this copy of what the cache holds anyway.
 */
final class LeafHasher {
  private final MessageDigest digest;
  private final byte[] leafBytes = new byte[PieceGeometry.LEAF_BYTES];

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
      int length = Math.min(view.remaining(), PieceGeometry.LEAF_BYTES);
      view.get(leafBytes, 0, length);
      digest.update(leafBytes, 0, length);
      leaves[leaf] = Hash256.of(digest.digest());
    }
    return leaves;
  }

  /** As many as {@link #leaves} would be, and no hash: where only it matters what is there. */
  static Hash256[] marks(ByteBuffer bytes) {
    Hash256[] marks = new Hash256[Math.ceilDiv(bytes.remaining(), PieceGeometry.LEAF_BYTES)];
    Arrays.fill(marks, Hash256.ZERO);
    return marks;
  }
}
