package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hashes pieces of files on all cores: each worker takes the next piece, reads it by position
 * through its one buffer and gives its leaves away. Memory is one buffer a core, whatever the size
 * of the files.
 */
final class PieceReader {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Workers at most, however many cores there are: beyond this the disk is what is waited for. */
  private static final int WORKERS_MAX = 64;

  private final PieceGeometry geometry;
  private final OpenFiles files;

  PieceReader(PieceGeometry geometry, OpenFiles files) {
    this.geometry = geometry;
    this.files = files;
  }

  /** Who takes the leaves of a piece. Called on the workers' threads. */
  @FunctionalInterface
  interface Taker {
    /** The piece hashes to these leaves. */
    void take(int piece, Hash256[] leaves) throws IOException;
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
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      int piece = claim(pieces, next);
      while (piece >= 0 && trouble.get() == null) {
        int file = geometry.fileOf(piece);
        Hash256[] leaves;
        try (OpenFiles.Lease lease = files.lease(file)) {
          leaves =
              hasher.leaves(
                  lease.channel(),
                  geometry.offsetInFile(piece),
                  geometry.pieceLength(piece),
                  buffer);
        }
        taker.take(piece, leaves);
        piece = claim(pieces, next);
      }
    } catch (IOException | RuntimeException | Error e) {
      trouble.compareAndSet(null, e);
    }
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
