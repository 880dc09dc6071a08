package io.seedfall.node;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Compares what lies on a disk with what a torrent says of it, on all cores. */
public final class ContentVerifier {
  private ContentVerifier() {}

  /**
   * What is there and what is not.
   *
   * @param good the pieces that have their hash
   * @param trouble one line for each file that is missing or has another length, at most {@link
   *     #TROUBLE_MAX}
   */
  public record Verdict(PieceSet good, List<String> trouble) {
    /** Most files that are named. */
    public static final int TROUBLE_MAX = 20;

    /** Takes a copy of the lines. */
    public Verdict {
      trouble = List.copyOf(trouble);
    }

    /** Whether all of the content is there. */
    public boolean isComplete() {
      return good.isFull() && trouble.isEmpty();
    }
  }

  /**
   * Hashes every piece of which all bytes are there.
   *
   * @param content the file of a single-file torrent, the directory that holds the files of any
   *     other
   * @throws IOException when a file that is there cannot be read
   */
  public static Verdict verify(Metainfo metainfo, Path content, HashProgress progress)
      throws IOException {
    PieceGeometry geometry = metainfo.geometry();
    TorrentFiles places = TorrentFiles.at(metainfo, content);
    List<String> trouble = new ArrayList<>();
    PieceSet there = PieceSet.full(geometry.pieceCount());
    for (int file = 0; file < places.count(); file++) {
      String wrong =
          places.isPad(file) ? null : wrongWith(places.path(file), geometry.fileBytes(file));
      if (wrong != null) {
        for (int i = 0; i < geometry.pieceCount(file); i++) {
          there.remove(geometry.firstPiece(file) + i);
        }
        if (trouble.size() < Verdict.TROUBLE_MAX) {
          trouble.add(wrong);
        }
      }
    }
    return new Verdict(hash(metainfo, places, there, progress), trouble);
  }

  private static @Nullable String wrongWith(Path path, long bytes) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return path + " is not there";
    }
    long found = Files.size(path);
    return found == bytes ? null : "%s has %d bytes (expected: %d)".formatted(path, found, bytes);
  }

  private static PieceSet hash(
      Metainfo metainfo, TorrentFiles places, PieceSet there, HashProgress progress)
      throws IOException {
    PieceGeometry geometry = metainfo.geometry();
    PieceHashes hashes = new MetainfoTerms(metainfo);
    PieceSet good = new PieceSet(geometry.pieceCount());
    ReentrantLock lock = new ReentrantLock();
    AtomicLong done = new AtomicLong();
    try (OpenFiles files = new OpenFiles(places.paths(), false, false, FileChannel::open)) {
      new PieceReader(places, files, hashes.kind())
          .hash(
              there,
              (int piece, PieceDigest digest) -> {
                boolean matches = hashes.match(piece, digest);
                lock.lock();
                try {
                  if (matches) {
                    good.add(piece);
                  }
                } finally {
                  lock.unlock();
                }
                progress.hashed(done.addAndGet(geometry.pieceLength(piece)), geometry.totalBytes());
              });
    }
    return good;
  }
}
