package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of one piece hash to.
 *
 * @param leaves the SHA-256 of each 16 KiB (BEP 52); of no meaning where only the SHA-1 was taken
 * @param sha1 the SHA-1 of the piece (BEP 3), 20 bytes; null where only leaves were taken
 */
record PieceDigest(Hash256[] leaves, byte @Nullable [] sha1) {
  /** Which hashes of a piece are taken. */
  enum Kind {
    /** To verify a piece of a v2 or hybrid torrent, or to make a v2 torrent. */
    LEAVES,
    /** To verify or make a v1 torrent. */
    SHA1,
    /** To make a hybrid torrent. */
    BOTH
  }
}
