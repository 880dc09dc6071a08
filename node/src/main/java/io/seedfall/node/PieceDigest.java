package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import org.jspecify.annotations.Nullable;

/** What the bytes of one piece hash to. */
final class PieceDigest {
  /** Which hashes of a piece are taken. */
  enum Kind {
    /** To verify a piece of a v2 or hybrid torrent, or to make a v2 torrent. */
    LEAVES,
    /** To verify or make a v1 torrent. */
    SHA1,
    /** To make a hybrid torrent. */
    BOTH
  }

  private final Hash256[] leaves;
  private final byte @Nullable [] sha1;

  PieceDigest(Hash256[] leaves, byte @Nullable [] sha1) {
    this.leaves = leaves;
    this.sha1 = sha1;
  }

  /** The SHA-256 of each 16 KiB (BEP 52); of no meaning where only the SHA-1 was taken. */
  Hash256[] leaves() {
    return leaves;
  }

  /** The SHA-1 of the piece (BEP 3), 20 bytes; null where only leaves were taken. */
  byte @Nullable [] sha1() {
    return sha1;
  }
}
