package io.seedfall.node;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import java.nio.file.Path;

/**
 * Content that is on this machine already, and of which a fetch may copy pieces that it wants too.
 * It is only read, and nothing in it is believed: it may have rotted, or be gone.
 *
 * @param metainfo what the content was when it was known to be right
 * @param content the file of a single-file torrent, the directory that holds the files of any other
 * @param pieces which of its pieces are here: others are not looked at
 */
public record LocalCopy(Metainfo metainfo, Path content, PieceSet pieces) {
  /** A set of its own, for that torrent. */
  public LocalCopy {
    if (pieces.pieces() != metainfo.geometry().pieceCount()) {
      throw new IllegalArgumentException(
          "pieces: %d (expected: %d)".formatted(pieces.pieces(), metainfo.geometry().pieceCount()));
    }
    pieces = pieces.copy();
  }

  /** All of it. */
  public LocalCopy(Metainfo metainfo, Path content) {
    this(metainfo, content, PieceSet.full(metainfo.geometry().pieceCount()));
  }
}
