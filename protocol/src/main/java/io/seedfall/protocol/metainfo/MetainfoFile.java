package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import org.jspecify.annotations.Nullable;

/**
 * One file of a torrent.
 *
 * @param path where it stands below the torrent's directory
 * @param length its bytes
 * @param piecesRoot the root of its Merkle tree, null exactly if the file is empty
 */
public record MetainfoFile(RelativePath path, long length, @Nullable Hash256 piecesRoot) {
  /** Checks that a root is there when it has to be. */
  public MetainfoFile {
    if (length < 0) {
      throw new IllegalArgumentException("length: " + length + " (expected: >= 0)");
    }
    if ((length == 0) != (piecesRoot == null)) {
      throw new IllegalArgumentException(
          "piecesRoot: " + piecesRoot + " (expected: null exactly if the file is empty)");
    }
  }
}
