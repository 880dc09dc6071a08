package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.Segment;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies pieces that are on this machine already into the files of a fetch, before its swarm opens
 * (docs/decisions/0012-pieces-that-are-here-already.md). A copied piece is hashed as it is in the
 * fetch's own file, and counts only when that is right; it is journaled as one that came from a
 * peer. What cannot be copied, or has rotted, is looked for in the next copy and left to the swarm
 * in the end.
 */
final class PieceReuse {
  /** Copies that are looked through; further ones are passed over. */
  static final int COPIES_MAX = 16;

  /** Progress is told no more often. */
  static final long TELL_NANOS = 1_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(PieceReuse.class);

  private final Metainfo metainfo;
  private final TorrentFiles places;
  private final FetchedContent content;
  private final Consumer<TransferProgress> told;
  private final long verifiedBefore;
  private final AtomicLong reused = new AtomicLong();
  private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - TELL_NANOS);

  /**
   * Reuse for one fetch.
   *
   * @param told hears how far it is, on any thread
   */
  PieceReuse(
      Metainfo metainfo,
      TorrentFiles places,
      FetchedContent content,
      Consumer<TransferProgress> told) {
    this.metainfo = metainfo;
    this.places = places;
    this.content = content;
    this.told = told;
    this.verifiedBefore = places.geometry().totalBytes() - bytes(content.missing());
  }

  private long bytes(PieceSet pieces) {
    long bytes = 0;
    for (int piece = pieces.next(0); piece >= 0; piece = pieces.next(piece + 1)) {
      bytes += places.geometry().pieceLength(piece);
    }
    return bytes;
  }

  /**
   * Takes what there is in {@code copies}, the likeliest first.
   *
   * @return bytes of the pieces that are verified now and were not before
   * @throws IOException when the fetch's own files or journal fail
   */
  long take(List<LocalCopy> copies) throws IOException {
    for (LocalCopy copy : copies.subList(0, Math.min(COPIES_MAX, copies.size()))) {
      PieceSet missing = content.missing();
      LocalPieces there =
          LocalPieces.find(
              metainfo, missing, copy.metainfo(), copy.pieces(), LocalPieces.INDEXED_MAX);
      if (!there.found().isEmpty()) {
        take(copy, there);
      }
    }
    return reused.get();
  }

  private void take(LocalCopy copy, LocalPieces there) throws IOException {
    PieceGeometry geometry = places.geometry();
    AtomicInteger taken = new AtomicInteger();
    new PieceReader(geometry, new Copying(copy, there), new MetainfoTerms(metainfo).kind())
        .hash(
            there.found(),
            (piece, digest) -> {
              if (content.keep(piece, digest)) {
                taken.incrementAndGet();
                reused.addAndGet(geometry.pieceLength(piece));
                tell();
              }
            });
    LOG.info(
        "{}: {} of its {} pieces are in {}, and {} of them are right",
        metainfo,
        there.found().cardinality(),
        geometry.pieceCount(),
        copy.metainfo(),
        taken.get());
  }

  private void tell() {
    long last = toldNanos.get();
    long now = System.nanoTime();
    if (now - last >= TELL_NANOS && toldNanos.compareAndSet(last, now)) {
      long bytes = reused.get();
      long total = places.geometry().totalBytes();
      told.accept(
          new TransferProgress(total, verifiedBefore + bytes, bytes, Map.of(), 0, 0, 0, 0, false));
    }
  }

  /** Brings a block from a copy into the fetch's file, and then reads it there. */
  private final class Copying implements PieceReader.Source {
    private final LocalCopy copy;
    private final LocalPieces there;
    private final TorrentFiles from;
    private final TorrentBytes staged = new TorrentBytes(places, content.blockFiles());
    private final AtomicBoolean complained = new AtomicBoolean();

    Copying(LocalCopy copy, LocalPieces there) {
      this.copy = copy;
      this.there = there;
      this.from = TorrentFiles.at(copy.metainfo(), copy.content());
    }

    @Override
    public void read(Block block, ByteBuffer buffer) throws IOException {
      try {
        bring(block);
      } catch (IOException e) {
        // Whatever is in our file then has not the piece's hash. If it is our own disk that failed,
        // whoever writes to it next says so.
        if (complained.compareAndSet(false, true)) {
          LOG.warn("cannot copy pieces from {}: {}", copy.content(), Words.of(e));
        }
      }
      staged.read(block, buffer);
    }

    private void bring(Block block) throws IOException {
      List<Segment> sources = sources(there.position(block.piece()) + block.offset(), block);
      int source = 0;
      int used = 0;
      for (Segment target : places.geometry().segments(block)) {
        for (int done = 0; done < target.length(); ) {
          Segment next = sources.get(source);
          int length = Math.min(target.length() - done, next.length() - used);
          copy(next.file(), next.offset() + used, target.file(), target.offset() + done, length);
          done += length;
          used += length;
          if (used == next.length()) {
            source++;
            used = 0;
          }
        }
      }
    }

    /** Where the bytes of a block are: in v2 in one file, if in several of its pieces. */
    private List<Segment> sources(long position, Block block) {
      PieceGeometry geometry = from.geometry();
      int piece = (int) (position / geometry.pieceBytes());
      int offset = (int) (position % geometry.pieceBytes());
      return copy.metainfo().format() == TorrentFormat.V1
          ? geometry.segments(new Block(piece, offset, block.length()))
          : List.of(
              new Segment(
                  geometry.fileOf(piece), geometry.offsetInFile(piece) + offset, block.length()));
    }

    private void copy(int source, long sourceOffset, int target, long targetOffset, int length)
        throws IOException {
      if (places.isPad(target)) {
        return;
      }
      try (OpenFiles.Lease lease = content.blockFiles().lease(target)) {
        if (from.isPad(source)) {
          write(lease.channel(), ByteBuffer.allocate(length), targetOffset);
        } else {
          transfer(source, sourceOffset, lease.channel(), targetOffset, length);
        }
      }
    }

    private static void write(FileChannel target, ByteBuffer bytes, long offset)
        throws IOException {
      long at = offset;
      while (bytes.hasRemaining()) {
        at += target.write(bytes, at);
      }
    }

    /**
     * The system copies, or shares the blocks where the file system can. The source is opened for
     * each block: reading moves its position, and so no other thread may have it.
     */
    private void transfer(
        int source, long sourceOffset, FileChannel target, long targetOffset, int length)
        throws IOException {
      try (FileChannel channel =
          FileChannel.open(from.path(source), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        channel.position(sourceOffset);
        for (int done = 0; done < length; ) {
          long moved = target.transferFrom(channel, targetOffset + done, length - done);
          if (moved <= 0) {
            throw new IOException(from.path(source) + " is shorter than it was");
          }
          done += (int) moved;
        }
      }
    }
  }
}
