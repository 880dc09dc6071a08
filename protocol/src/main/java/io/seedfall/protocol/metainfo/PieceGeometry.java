package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.merkle.MerkleTree;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of which file a piece is. In v2 (BEP 52) every file begins a new piece: pieces are
 * numbered through all files in order, the last piece of a file is as short as the file needs, and
 * an empty file has no piece at all.
 */
public final class PieceGeometry {
  /** Bytes of a leaf of the Merkle tree, and the smallest piece. */
  public static final int LEAF_BYTES = MerkleTree.LEAF_BYTES;

  /** The largest piece, 64 MiB: a receiver holds and hashes a piece as one. */
  public static final int PIECE_BYTES_MAX = 64 << 20;

  /** The most pieces that a torrent may have here: 4 TiB in pieces of 4 MiB. */
  public static final int PIECES_MAX = MerkleTree.HASHES_MAX;

  private final int pieceBytes;
  private final long[] fileBytes;
  private final int[] firstPieceOfFile;
  private final int pieceCount;
  private final long totalBytes;

  /**
   * The geometry of files with the lengths {@code fileBytes}, in torrent order.
   *
   * @throws IllegalArgumentException when {@link #isPieceSize} does not hold, a length is negative,
   *     or there are too many pieces
   */
  public PieceGeometry(int pieceBytes, long... fileBytes) {
    if (!isPieceSize(pieceBytes)) {
      throw new IllegalArgumentException(
          "pieceBytes: " + pieceBytes + " (expected: a power of two, 16384..67108864)");
    }
    this.pieceBytes = pieceBytes;
    this.fileBytes = fileBytes.clone();
    this.firstPieceOfFile = new int[fileBytes.length + 1];
    long pieces = 0;
    long total = 0;
    for (int i = 0; i < fileBytes.length; i++) {
      if (fileBytes[i] < 0) {
        throw new IllegalArgumentException("file length: " + fileBytes[i] + " (expected: >= 0)");
      }
      pieces += Math.ceilDiv(fileBytes[i], (long) pieceBytes);
      if (pieces > PIECES_MAX) {
        throw new IllegalArgumentException("pieces: > " + PIECES_MAX + " (choose larger pieces)");
      }
      total += fileBytes[i]; // at most PIECES_MAX * PIECE_BYTES_MAX
      firstPieceOfFile[i + 1] = (int) pieces;
    }
    this.pieceCount = (int) pieces;
    this.totalBytes = total;
  }

  /** Whether pieces may have that size: a power of two from 16 KiB to 64 MiB. */
  public static boolean isPieceSize(long pieceBytes) {
    return pieceBytes >= LEAF_BYTES
        && pieceBytes <= PIECE_BYTES_MAX
        && Long.bitCount(pieceBytes) == 1;
  }

  /** How many pieces there are. */
  public int pieceCount() {
    return pieceCount;
  }

  /** The piece size: bytes of every piece that is not the last of its file. */
  public int pieceBytes() {
    return pieceBytes;
  }

  /** Bytes of all files together. */
  public long totalBytes() {
    return totalBytes;
  }

  /** How many files there are. */
  public int fileCount() {
    return fileBytes.length;
  }

  /** Bytes of a file. */
  public long fileBytes(int file) {
    return fileBytes[file];
  }

  /** The first piece of a file; for an empty file the one that the next file begins with. */
  public int firstPiece(int file) {
    return firstPieceOfFile[file];
  }

  /** How many pieces a file has. */
  public int pieceCount(int file) {
    return firstPieceOfFile[file + 1] - firstPieceOfFile[file];
  }

  /** The file that a piece belongs to. */
  public int fileOf(int piece) {
    checkPiece(piece);
    int found = Arrays.binarySearch(firstPieceOfFile, piece);
    int file = found >= 0 ? found : -found - 2;
    while (firstPieceOfFile[file + 1] == firstPieceOfFile[file]) {
      file++; // empty files share their first piece with the file behind them
    }
    return file;
  }

  /** Where a piece begins, in bytes from the start of its file. */
  public long offsetInFile(int piece) {
    return (long) (piece - firstPieceOfFile[fileOf(piece)]) * pieceBytes;
  }

  /** Bytes of a piece. */
  public int pieceLength(int piece) {
    int file = fileOf(piece);
    long offset = (long) (piece - firstPieceOfFile[file]) * pieceBytes;
    return (int) Math.min(pieceBytes, fileBytes[file] - offset);
  }

  /** The block that three numbers from a stranger mean, or null when there is no such block. */
  public @Nullable Block block(int piece, int offset, int length) {
    if (piece < 0 || piece >= pieceCount || offset < 0 || length < 1) {
      return null;
    }
    return length <= pieceLength(piece) - offset ? new Block(piece, offset, length) : null;
  }

  /**
   * The same for a request as clients make it that count the gap behind the end of a file (BEP 52
   * aligns files to pieces) as zeros to be sent: libtorrent 2.0 asks for 16 KiB of a last piece of
   * 68 bytes. The block must begin inside the piece; it may reach past its end, but not past the
   * piece size.
   */
  public @Nullable Block paddedBlock(int piece, int offset, int length) {
    if (piece < 0 || piece >= pieceCount || offset < 0 || length < 1) {
      return null;
    }
    return offset < pieceLength(piece) && length <= pieceBytes - offset
        ? new Block(piece, offset, length)
        : null;
  }

  /** The part of a block that is in the piece, all of it for any but a padded one. */
  public Block unpadded(Block block) {
    int inside = pieceLength(block.piece()) - block.offset();
    return block.length() <= inside ? block : new Block(block.piece(), block.offset(), inside);
  }

  /** How many blocks of {@code blockBytes} a piece has; the last may be shorter. */
  public int blockCount(int piece, int blockBytes) {
    return Math.ceilDiv(pieceLength(piece), blockBytes);
  }

  /** The block with the number {@code index} when the piece is cut every {@code blockBytes}. */
  public Block blockAt(int piece, int index, int blockBytes) {
    if (index < 0 || index >= blockCount(piece, blockBytes)) {
      throw new IndexOutOfBoundsException("block " + index + " of piece " + piece);
    }
    int offset = index * blockBytes;
    return new Block(piece, offset, Math.min(blockBytes, pieceLength(piece) - offset));
  }

  private void checkPiece(int piece) {
    if (piece < 0 || piece >= pieceCount) {
      throw new IndexOutOfBoundsException(
          "piece: " + piece + " (expected: 0.." + (pieceCount - 1) + ")");
    }
  }
}
