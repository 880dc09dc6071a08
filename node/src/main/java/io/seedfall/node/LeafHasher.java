package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over leaves of 16 KiB: several at once where that is faster ({@link LaneProof}), else one
 * after the other. One thread owns it: the digest is used again and again.
 *
 * <p>A leaf is copied into an array before it is hashed: from a direct buffer the JDK's digest
 * takes 4 KiB at once, which costs a tenth more than this copy of what the cache holds anyway.
 */
final class LeafHasher {
  private final MessageDigest digest;
  private final byte[] leafBytes = new byte[PieceGeometry.LEAF_BYTES];
  private final BooleanSupplier lanesWanted;
  private @Nullable LeafLanes lanes;

  LeafHasher() {
    this(LaneProof::isProven);
  }

  /** The same with a test's own answer to whether lanes are faster. */
  LeafHasher(BooleanSupplier lanesWanted) {
    this.lanesWanted = lanesWanted;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether more bytes than that, hashed in one call, would take less time for each. */
  boolean gainsByMoreThan(int bytes) {
    return lanesWanted.getAsBoolean() && bytes < LeafLanes.BATCH_BYTES;
  }

  /** The leaves of what is between {@code bytes}' position and limit; neither is moved. */
  Hash256[] leaves(ByteBuffer bytes) {
    Hash256[] leaves = new Hash256[Math.ceilDiv(bytes.remaining(), PieceGeometry.LEAF_BYTES)];
    int hashed = lanesWanted.getAsBoolean() ? hashInLanes(bytes, leaves) : 0;
    digest(bytes, leaves, hashed);
    return leaves;
  }

  /** Hashes what makes whole batches; answers how many leaves those are. */
  private int hashInLanes(ByteBuffer bytes, Hash256[] leaves) {
    LeafLanes its = lanes;
    if (its == null) {
      its = new LeafLanes();
      lanes = its;
    }
    int batches = bytes.remaining() / LeafLanes.BATCH_BYTES;
    for (int batch = 0; batch < batches; batch++) {
      int from = bytes.position() + batch * LeafLanes.BATCH_BYTES;
      its.hash(bytes, from, leaves, batch * LeafLanes.LEAVES);
    }
    return batches * LeafLanes.LEAVES;
  }

  /** Hashes the leaves from number {@code first} on with the JDK's digest. */
  void digest(ByteBuffer bytes, Hash256[] leaves, int first) {
    for (int leaf = first; leaf < leaves.length; leaf++) {
      int from = bytes.position() + leaf * PieceGeometry.LEAF_BYTES;
      int length = Math.min(bytes.limit() - from, PieceGeometry.LEAF_BYTES);
      bytes.get(from, leafBytes, 0, length);
      digest.update(leafBytes, 0, length);
      leaves[leaf] = Hash256.of(digest.digest());
    }
  }

  /** As many as {@link #leaves} would be, and no hash: where only it matters what is there. */
  static Hash256[] marks(ByteBuffer bytes) {
    Hash256[] marks = new Hash256[Math.ceilDiv(bytes.remaining(), PieceGeometry.LEAF_BYTES)];
    Arrays.fill(marks, Hash256.ZERO);
    return marks;
  }
}
