package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.merkle.MerkleTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of which file a piece is. Pieces are numbered through all files in order:
 *
 * <pre>
 *   v2       |AAAAAAAA|AAA.....|BBBB....|CCCCCCCC|   every file begins a new piece
 *   hybrid   |AAAAAAAA|AAApppppp|BBBBpppp|CCCCCCCC|  the same; v1 clients take the gaps for bytes
 *   v1       |AAAAAAAA|AAABBBBC|CCCCCCC|             pieces run through the files
 * </pre>
 *
 * <p>In v2 (BEP 52) the last piece of a file is as short as the file needs, and an empty file has
 * no piece at all. In v1 (BEP 3) only the last piece of all is short.
 */
public final class PieceGeometry {
  /** Bytes of a leaf of the Merkle tree, and the smallest piece. */
  public static final int LEAF_BYTES = MerkleTree.LEAF_BYTES;

  /** The largest piece, 64 MiB: a receiver holds and hashes a piece as one. */
  public static final int PIECE_BYTES_MAX = 64 << 20;

  /** The most pieces that a torrent may have here: 4 TiB in pieces of 4 MiB. */
  public static final int PIECES_MAX = MerkleTree.HASHES_MAX;

  private enum Layout {
    ALIGNED,
    HYBRID,
    HYBRID_WITHOUT_LAST_PAD,
    CONTIGUOUS
  }

  private final Layout layout;
  private final int pieceBytes;
  private final long[] fileBytes;

  /** Where each file begins when all pieces stand one behind the other, all of the piece size. */
  private final long[] fileStart;

  private final int pieceCount;
  private final long totalBytes;

  /**
   * The geometry of a v2 torrent of files with the lengths {@code fileBytes}, in torrent order.
   *
   * @throws IllegalArgumentException when {@link #isPieceSize} does not hold, a length is negative,
   *     or there are too many pieces
   */
  public PieceGeometry(int pieceBytes, long... fileBytes) {
    this(pieceBytes, Layout.ALIGNED, fileBytes);
  }

  private PieceGeometry(int pieceBytes, Layout layout, long... fileBytes) {
    if (!isPieceSize(pieceBytes)) {
      throw new IllegalArgumentException(
          "pieceBytes: " + pieceBytes + " (expected: a power of two, 16384..67108864)");
    }
    this.layout = layout;
    this.pieceBytes = pieceBytes;
    this.fileBytes = fileBytes.clone();
    this.fileStart = new long[fileBytes.length];
    long end = 0;
    long total = 0;
    for (int i = 0; i < fileBytes.length; i++) {
      if (fileBytes[i] < 0) {
        throw new IllegalArgumentException("file length: " + fileBytes[i] + " (expected: >= 0)");
      }
      if (fileBytes[i] > (long) PIECES_MAX * pieceBytes - end) {
        throw new IllegalArgumentException("pieces: > " + PIECES_MAX + " (choose larger pieces)");
      }
      fileStart[i] = end;
      total += fileBytes[i];
      end += fileBytes[i];
      if (layout != Layout.CONTIGUOUS) {
        end = Math.ceilDiv(end, (long) pieceBytes) * pieceBytes;
      }
    }
    this.pieceCount = (int) Math.ceilDiv(end, (long) pieceBytes);
    this.totalBytes = total;
  }

  /**
   * The geometry of a v1 torrent: pieces run through the files, pad files included.
   *
   * @throws IllegalArgumentException as the constructor does
   */
  public static PieceGeometry contiguous(int pieceBytes, long... fileBytes) {
    return new PieceGeometry(pieceBytes, Layout.CONTIGUOUS, fileBytes);
  }

  /**
   * The geometry of a hybrid torrent. Its pieces are those of v2; {@link #paddedLength} says how
   * long v1 clients think they are.
   *
   * @param lastPadded whether a pad file fills the last piece too
   * @param fileBytes without the pad files
   * @throws IllegalArgumentException as the constructor does
   */
  public static PieceGeometry hybrid(int pieceBytes, boolean lastPadded, long... fileBytes) {
    Layout layout = lastPadded ? Layout.HYBRID : Layout.HYBRID_WITHOUT_LAST_PAD;
    return new PieceGeometry(pieceBytes, layout, fileBytes);
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

  /** The piece that a file begins in; for an empty file the one that the next file begins in. */
  public int firstPiece(int file) {
    return (int) (fileStart[file] / pieceBytes);
  }

  /** How many pieces have bytes of a file. */
  public int pieceCount(int file) {
    long end = fileStart[file] + fileBytes[file];
    return fileBytes[file] == 0 ? 0 : (int) Math.ceilDiv(end, (long) pieceBytes) - firstPiece(file);
  }

  /** The file that a piece begins in; in v2 the only one it has bytes of. */
  public int fileOf(int piece) {
    checkPiece(piece);
    return fileAt((long) piece * pieceBytes);
  }

  /** Where a piece begins, in bytes from the start of {@link #fileOf its file}. */
  public long offsetInFile(int piece) {
    return (long) piece * pieceBytes - fileStart[fileOf(piece)];
  }

  /** Bytes of a piece. */
  public int pieceLength(int piece) {
    long begin = (long) piece * pieceBytes;
    int file = fileOf(piece);
    long end = layout == Layout.CONTIGUOUS ? totalBytes : fileStart[file] + fileBytes[file];
    return (int) Math.min(pieceBytes, end - begin);
  }

  /**
   * Bytes of a piece as v1 clients of a hybrid torrent count them: the zeros of the pad file behind
   * it are a part of it. In other torrents the {@link #pieceLength}.
   */
  public int paddedLength(int piece) {
    boolean padded =
        switch (layout) {
          case HYBRID -> true;
          case HYBRID_WITHOUT_LAST_PAD -> piece < pieceCount - 1;
          case ALIGNED, CONTIGUOUS -> false;
        };
    int length = pieceLength(piece);
    return padded ? pieceBytes : length;
  }

  /**
   * Where the bytes of a block lie, in order. One segment in a v2 or hybrid torrent; in a v1
   * torrent one for each file, pad files included, that the block has bytes of.
   *
   * @throws IndexOutOfBoundsException when the block is not within its piece
   */
  public List<Segment> segments(Block block) {
    if (block(block.piece(), block.offset(), block.length()) == null) {
      throw new IndexOutOfBoundsException("no part of its piece: " + block);
    }
    long begin = (long) block.piece() * pieceBytes + block.offset();
    int file = fileAt(begin);
    long offset = begin - fileStart[file];
    if (block.length() <= fileBytes[file] - offset) {
      return List.of(new Segment(file, offset, block.length()));
    }
    List<Segment> segments = new ArrayList<>();
    int remaining = block.length();
    while (remaining > 0) {
      int length = (int) Math.min(remaining, fileBytes[file] - offset);
      if (length > 0) { // an empty file may stand between two others
        segments.add(new Segment(file, offset, length));
      }
      remaining -= length;
      file++;
      offset = 0;
    }
    return segments;
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
   * piece size. In a hybrid torrent it may even begin behind its end, in what is a pad file to v1
   * clients.
   */
  public @Nullable Block paddedBlock(int piece, int offset, int length) {
    if (piece < 0 || piece >= pieceCount || offset < 0 || length < 1) {
      return null;
    }
    if (layout == Layout.CONTIGUOUS) {
      return block(piece, offset, length);
    }
    return offset < paddedLength(piece) && length <= pieceBytes - offset
        ? new Block(piece, offset, length)
        : null;
  }

  /**
   * The part of a block that is in the piece, all of it for any but a padded one; null when nothing
   * of it is.
   */
  public @Nullable Block unpadded(Block block) {
    int inside = pieceLength(block.piece()) - block.offset();
    if (inside <= 0) {
      return null;
    }
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

  /** The file that has the byte at {@code position}, of all pieces one behind the other. */
  private int fileAt(long position) {
    int low = 0; // begins at or before position
    int high = fileStart.length; // begins behind it
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (fileStart[middle] <= position) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low; // of files that begin there the last one: those before it are empty
  }

  private void checkPiece(int piece) {
    if (piece < 0 || piece >= pieceCount) {
      throw new IndexOutOfBoundsException(
          "piece: " + piece + " (expected: 0.." + (pieceCount - 1) + ")");
    }
  }
}
