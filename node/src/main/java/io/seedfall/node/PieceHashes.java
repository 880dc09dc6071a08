package io.seedfall.node;

import io.seedfall.protocol.Hash256;

/** What the pieces of a torrent hash to. */
@FunctionalInterface
interface PieceHashes {
  /** Whether these are the leaves of {@code piece}. */
  boolean match(int piece, Hash256[] leaves);
}
