package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pieces of one torrent another one has too, in whichever of its files and wherever there:
 * found by their hashes alone, no file is read.
 *
 * <p>What is compared are spans: the pieces of whichever torrent has the larger ones, and in the
 * other as many pieces as make one, whose hash follows from theirs.
 *
 * <pre>
 *   wanted, pieces of 32 KiB   |  A  |  B  |  C  |  D  |      AB = SHA-256(A, B), CD = ...
 *   here, pieces of 64 KiB     |     X     |    CD     |      C and D are here, A and B are not
 * </pre>
 *
 * <p>A span at the end of a file is filled up with the nodes above zero leaves, as the file's tree
 * is; a file that is no longer than a span has its pieces root. With SHA-1 (BEP 3), which knows no
 * tree, pieces have to be of one size.
 */
final class LocalPieces {
  /** Spans of the other torrent whose hashes are in memory at once, some 200 bytes each. */
  static final int INDEXED_MAX = 1 << 16;

  private static final long NOWHERE = -1;

  private final Metainfo wanted;
  private final Metainfo here;
  private final PieceSet held;
  private final PieceSet missing;
  private final PieceSet found;
  private final long[] positions;

  private LocalPieces(Metainfo wanted, PieceSet missing, Metainfo here, PieceSet held) {
    this.wanted = wanted;
    this.here = here;
    this.held = held;
    this.missing = missing;
    this.found = new PieceSet(missing.pieces());
    this.positions = new long[missing.pieces()];
    Arrays.fill(positions, NOWHERE);
  }

  /**
   * Looks for the pieces {@code missing} of {@code wanted} in {@code here}.
   *
   * @param held the pieces of {@code here} that count
   * @param indexedMax spans of {@code here} that are compared in one go; memory follows from it,
   *     the result does not
   */
  static LocalPieces find(
      Metainfo wanted, PieceSet missing, Metainfo here, PieceSet held, int indexedMax) {
    LocalPieces pieces = new LocalPieces(wanted, missing, here, held);
    boolean trees = wanted.format() != TorrentFormat.V1 && here.format() != TorrentFormat.V1;
    boolean sha1s = wanted.format() != TorrentFormat.V2 && here.format() != TorrentFormat.V2;
    if (trees) {
      int spanBytes = Math.max(wanted.pieceBytes(), here.pieceBytes());
      pieces.compare(new Nodes(wanted, spanBytes), new Nodes(here, spanBytes), indexedMax);
    } else if (sha1s && wanted.pieceBytes() == here.pieceBytes()) {
      pieces.compare(new Sha1s(wanted), new Sha1s(here), indexedMax);
    }
    return pieces;
  }

  /** The pieces of the wanted torrent that are there. */
  PieceSet found() {
    return found;
  }

  /**
   * Where a piece that was {@link #found} begins in the other torrent, in bytes from the start of
   * its first piece when all of them count as full ones.
   */
  long position(int piece) {
    if (positions[piece] == NOWHERE) {
      throw new IllegalArgumentException("piece " + piece + " was not found");
    }
    return positions[piece];
  }

  private void compare(Spans its, Spans theirs, int indexedMax) {
    Map<ByteBuffer, Integer> index = new HashMap<>();
    int pieces = here.geometry().pieceCount();
    for (int first = 0; first < pieces && found.cardinality() < missing.cardinality(); ) {
      index.clear();
      for (; first < pieces && index.size() < indexedMax; first = theirs.end(first)) {
        if (isHeld(first, theirs.end(first))) {
          index.putIfAbsent(theirs.hash(first), first);
        }
      }
      lookUp(its, theirs, index);
    }
  }

  private boolean isHeld(int first, int end) {
    int missingThere = held.nextMissing(first);
    return missingThere < 0 || missingThere >= end;
  }

  private void lookUp(Spans its, Spans theirs, Map<ByteBuffer, Integer> index) {
    int pieces = wanted.geometry().pieceCount();
    for (int first = missing.next(0); first >= 0 && first < pieces; ) {
      first = its.begin(first);
      int end = its.end(first);
      if (isWanted(first, end)) {
        Integer there = index.get(its.hash(first));
        // The hash of a node could be that of a short leaf that somebody made of two hashes.
        if (there != null && its.bytes(first) == theirs.bytes(there)) {
          take(first, end, (long) there * here.pieceBytes());
        }
      }
      first = missing.next(end);
    }
  }

  private boolean isWanted(int first, int end) {
    for (int piece = missing.next(first); piece >= 0 && piece < end; ) {
      if (!found.contains(piece)) {
        return true;
      }
      piece = missing.next(piece + 1);
    }
    return false;
  }

  private void take(int first, int end, long position) {
    for (int piece = first; piece < end; piece++) {
      if (missing.contains(piece) && found.add(piece)) {
        positions[piece] = position + (long) (piece - first) * wanted.pieceBytes();
      }
    }
  }

  /** A torrent cut into spans, each named by its first piece. */
  private interface Spans {
    /** The first piece of the span that {@code piece} is in. */
    int begin(int piece);

    /** The first piece behind the span that begins with {@code first}. */
    int end(int first);

    long bytes(int first);

    ByteBuffer hash(int first);
  }

  /** One piece each. */
  private record Sha1s(Metainfo metainfo) implements Spans {
    @Override
    public int begin(int piece) {
      return piece;
    }

    @Override
    public int end(int first) {
      return first + 1;
    }

    @Override
    public long bytes(int first) {
      return metainfo.geometry().pieceLength(first);
    }

    @Override
    public ByteBuffer hash(int first) {
      return ByteBuffer.wrap(metainfo.sha1Of(first));
    }
  }

  /** Nodes of the files' trees. */
  private record Nodes(Metainfo metainfo, int spanBytes) implements Spans {
    private int piecesPerSpan() {
      return spanBytes / metainfo.pieceBytes();
    }

    @Override
    public int begin(int piece) {
      PieceGeometry geometry = metainfo.geometry();
      int firstOfFile = geometry.firstPiece(geometry.fileOf(piece));
      return piece - (piece - firstOfFile) % piecesPerSpan();
    }

    @Override
    public int end(int first) {
      PieceGeometry geometry = metainfo.geometry();
      int file = geometry.fileOf(first);
      return Math.min(
          first + piecesPerSpan(), geometry.firstPiece(file) + geometry.pieceCount(file));
    }

    @Override
    public long bytes(int first) {
      PieceGeometry geometry = metainfo.geometry();
      return Math.min(
          spanBytes, geometry.fileBytes(geometry.fileOf(first)) - geometry.offsetInFile(first));
    }

    @Override
    public ByteBuffer hash(int first) {
      return ByteBuffer.wrap(node(first).toBytes());
    }

    private Hash256 node(int first) {
      PieceGeometry geometry = metainfo.geometry();
      int file = geometry.fileOf(first);
      Hash256 root = metainfo.files().get(file).piecesRoot();
      if (root != null && geometry.fileBytes(file) <= spanBytes) {
        return root;
      }
      if (piecesPerSpan() == 1) {
        return metainfo.pieceHash(first);
      }
      List<Hash256> nodes = new ArrayList<>(piecesPerSpan());
      for (int piece = first; piece < end(first); piece++) {
        nodes.add(metainfo.pieceHash(piece));
      }
      int leaves = metainfo.pieceBytes() / PieceGeometry.LEAF_BYTES;
      Hash256 padding = MerkleTree.padding(Integer.numberOfTrailingZeros(leaves));
      while (nodes.size() < piecesPerSpan()) {
        nodes.add(padding);
      }
      return MerkleTree.root(nodes, piecesPerSpan());
    }
  }
}
