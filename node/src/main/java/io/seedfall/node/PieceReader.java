package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hashes pieces of files on all cores: each worker takes the next piece, reads it by position
 * through its one buffer and gives its hashes away. Memory is one buffer a core, whatever the size
 * of the files.
 */
final class PieceReader {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Workers at most, however many cores there are: beyond this the disk is what is waited for. */
  private static final int WORKERS_MAX = 64;

  private final PieceGeometry geometry;
  private final Source content;
  private final PieceDigest.Kind kind;

  /**
   * A reader of those files.
   *
   * @param kind what is taken of each piece; the SHA-1 is taken over the {@link
   *     PieceGeometry#paddedLength}
   */
  PieceReader(TorrentFiles places, OpenFiles files, PieceDigest.Kind kind) {
    this(places.geometry(), new TorrentBytes(places, files), kind);
  }

  /** The same with bytes from anywhere. */
  PieceReader(PieceGeometry geometry, Source content, PieceDigest.Kind kind) {
    this.geometry = geometry;
    this.content = content;
    this.kind = kind;
  }

  /**
   * Where bytes come from. Called on the workers' threads, for a piece from its begin to its end.
   */
  @FunctionalInterface
  interface Source {
    /** Puts the bytes of a block into {@code buffer}, from its position on. */
    void read(Block block, ByteBuffer buffer) throws IOException;
  }

  /** Who takes the hashes of a piece. Called on the workers' threads. */
  @FunctionalInterface
  interface Taker {
    /** The piece hashes to this. */
    void take(int piece, PieceDigest digest) throws IOException;
  }

  /**
   * Hashes every piece of {@code pieces} and comes back when all are done.
   *
   * @throws IOException the first thing that went wrong; the rest is then not done
   */
  void hash(PieceSet pieces, Taker taker) throws IOException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();
    int workers =
        Math.min(
            Math.min(WORKERS_MAX, Runtime.getRuntime().availableProcessors()),
            pieces.cardinality());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("seedfall-hash-" + i)
              .daemon()
              .start(() -> work(pieces, next, taker, trouble)));
    }
    for (Thread thread : threads) {
      join(thread, trouble);
    }
    switch (trouble.get()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException("a hashing thread died", e);
    }
  }

  private void work(
      PieceSet pieces,
      AtomicInteger next,
      Taker taker,
      AtomicReference<@Nullable Throwable> trouble) {
    try {
      LeafHasher hasher = new LeafHasher();
      MessageDigest sha1 = kind == PieceDigest.Kind.LEAVES ? null : RunningSha1.newDigest();
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      int piece = claim(pieces, next);
      while (piece >= 0 && trouble.get() == null) {
        taker.take(piece, digest(piece, hasher, sha1, buffer));
        piece = claim(pieces, next);
      }
    } catch (IOException | RuntimeException | Error e) {
      trouble.compareAndSet(null, e);
    }
  }

  /**
   * Reads one piece and hashes it.
   *
   * @param sha1 an empty digest where one is to be taken, and is empty again afterwards
   * @param buffer what a part of the piece is read into; it holds whole leaves
   */
  PieceDigest digest(int piece, LeafHasher hasher, @Nullable MessageDigest sha1, ByteBuffer buffer)
      throws IOException {
    int length = geometry.pieceLength(piece);
    boolean leavesWanted = kind != PieceDigest.Kind.SHA1;
    Hash256[] leaves =
        new Hash256[leavesWanted ? Math.ceilDiv(length, PieceGeometry.LEAF_BYTES) : 0];
    int done = 0;
    while (done < length) {
      int next = Math.min(buffer.capacity(), length - done);
      content.read(new Block(piece, done, next), buffer.clear().limit(next));
      buffer.flip();
      if (leavesWanted) {
        Hash256[] part = hasher.leaves(buffer);
        System.arraycopy(part, 0, leaves, done / PieceGeometry.LEAF_BYTES, part.length);
      }
      if (sha1 != null) {
        sha1.update(buffer);
      }
      done += next;
    }
    if (sha1 == null) {
      return new PieceDigest(leaves, null);
    }
    sha1.update(new byte[geometry.paddedLength(piece) - length]);
    return new PieceDigest(leaves, sha1.digest());
  }

  private static int claim(PieceSet pieces, AtomicInteger next) {
    while (true) {
      int from = next.get();
      int piece = pieces.next(from);
      if (piece < 0 || next.compareAndSet(from, piece + 1)) {
        return piece;
      }
    }
  }

  /** Waits for a worker's end; an interrupt makes all workers stop after their present piece. */
  private static void join(Thread thread, AtomicReference<@Nullable Throwable> trouble) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        trouble.compareAndSet(null, new InterruptedIOException("interrupted while hashing"));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
