package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import org.jspecify.annotations.Nullable;

/**
 * One file of a torrent.
 *
 * @param path where it stands below the torrent's directory
 * @param length its bytes
 * @param piecesRoot the root of its Merkle tree; null if the file is empty or the torrent v1
 * @param pad whether it only fills a piece of a v1 torrent (BEP 47): all zeros, never on a disk
 */
public record MetainfoFile(
    RelativePath path, long length, @Nullable Hash256 piecesRoot, boolean pad) {
  /** Checks that no root is there that says nothing. */
  public MetainfoFile {
    if (length < 0) {
      throw new IllegalArgumentException("length: " + length + " (expected: >= 0)");
    }
    if (piecesRoot != null && (length == 0 || pad)) {
      throw new IllegalArgumentException(
          "piecesRoot: " + piecesRoot + " (expected: null if the file is empty or a pad file)");
    }
  }

  /** A file that is on the disk. */
  public MetainfoFile(RelativePath path, long length, @Nullable Hash256 piecesRoot) {
    this(path, length, piecesRoot, false);
  }
}
