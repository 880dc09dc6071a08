package io.seedfall.node;

/**
 * What the pieces of a torrent hash to. A piece of a v2 or hybrid torrent is proved by its leaves,
 * which are hashed in any order as blocks come; one of a v1 torrent by one SHA-1 over all of it,
 * which is why somebody has to say beforehand which of them to take.
 */
interface PieceHashes {
  /** What a piece is recognised by: {@code LEAVES} or {@code SHA1}. */
  PieceDigest.Kind kind();

  /** Whether a piece that hashes to that is {@code piece}. */
  boolean match(int piece, PieceDigest digest);
}
