package io.seedfall.swarm;

import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage;
import org.jspecify.annotations.Nullable;

/**
 * Which small pieces travel together. In v2 every file begins a new piece, so a tree of small files
 * is a long list of small pieces, and a grant for each would cost more than its piece. A bundle is
 * a run of neighbouring pieces that are together no longer than the piece size, and no more than
 * {@link #PIECES_MAX}; one grant or offer is for one bundle. A piece of the full size is a bundle
 * by itself.
 *
 * <pre>
 *   piece     0     1   2   3   4     5   6        (64 KiB, a 7 KiB tail, five small files)
 *   bundle  |---| |-----------------| |---|
 * </pre>
 */
final class Bundles {
  /** The most pieces under one grant. */
  static final int PIECES_MAX = PeerMessage.RequestPieces.PIECES_MAX;

  private final PieceGeometry geometry;

  /** The bundle's first piece for every piece, null when all pieces are alone. */
  private final int @Nullable [] first;

  private final int most;

  Bundles(PieceGeometry geometry) {
    this.geometry = geometry;
    int pieces = geometry.pieceCount();
    int[] firsts = new int[pieces];
    int longest = 1;
    int begin = 0;
    long bytes = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int length = geometry.pieceLength(piece);
      if (bytes + length > geometry.pieceBytes() || piece - begin == PIECES_MAX) {
        begin = piece;
        bytes = 0;
      }
      bytes += length;
      firsts[piece] = begin;
      longest = Math.max(longest, piece - begin + 1);
    }
    this.most = longest;
    this.first = longest == 1 ? null : firsts;
  }

  /** The most pieces of any bundle: 1 for a torrent of ordinary pieces. */
  int most() {
    return most;
  }

  /** The first piece of the bundle that holds {@code piece}. */
  int first(int piece) {
    return first == null ? piece : first[piece];
  }

  /** The piece behind the last one of that bundle. */
  int end(int piece) {
    int end = piece + 1;
    while (first != null && end < first.length && first[end] == first[piece]) {
      end++;
    }
    return end;
  }

  /** Whether numbers from a stranger are pieces, in ascending order, that fit under one grant. */
  boolean fitOneGrant(int[] pieces) {
    if (pieces.length == 0 || pieces.length > PIECES_MAX) {
      return false;
    }
    long bytes = 0;
    int last = -1;
    for (int piece : pieces) {
      if (piece <= last || piece >= geometry.pieceCount()) {
        return false;
      }
      bytes += geometry.pieceLength(piece);
      last = piece;
    }
    return bytes <= geometry.pieceBytes();
  }
}
