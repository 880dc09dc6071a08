package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.Segment;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads complete content again, slowly, and says which pieces are no longer what they were. One
 * file is open at a time. It reads past the page cache (O_DIRECT) where the file system can: what
 * programs have there stays, and what is looked at is the disk.
 *
 * <p>One thread searches; any thread may {@link #stop} it.
 */
public final class RotSearch {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Direct reads begin and end at multiples of this, which suits the disks there are. */
  private static final int ALIGNMENT = 4096;

  private static final @Nullable OpenOption DIRECT = direct();

  private final RateLimiter limiter;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final ByteBuffer aligned =
      ByteBuffer.allocateDirect(BUFFER_BYTES + 3 * ALIGNMENT).alignedSlice(ALIGNMENT);
  private volatile boolean stopped;

  /**
   * A search at a rate.
   *
   * @param bytesPerSecond at least 1
   */
  public RotSearch(long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: >= 1)");
    }
    this.limiter = new RateLimiter(bytesPerSecond);
  }

  /** Who hears of each piece. */
  @FunctionalInterface
  public interface Finder {
    /**
     * A piece was read.
     *
     * @param right whether it has its hash; not so either when it cannot be read
     * @return whether to go on
     */
    boolean read(int piece, boolean right);
  }

  /** Ends the search that is under way, and every later one at once. */
  public void stop() {
    stopped = true;
  }

  /**
   * Reads the pieces from {@code first} on, until the finder has enough, all are read, or it is
   * stopped.
   *
   * @param content the file of a single-file torrent, the directory that holds the files of any
   *     other
   * @throws IOException when a file cannot be opened for a reason that says nothing of its bytes
   */
  public void search(Metainfo metainfo, Path content, int first, Finder finder) throws IOException {
    PieceGeometry geometry = metainfo.geometry();
    MetainfoTerms terms = new MetainfoTerms(metainfo);
    try (Disk disk = new Disk(TorrentFiles.at(metainfo, content))) {
      PieceReader reader = new PieceReader(geometry, disk, terms.kind());
      LeafHasher hasher = new LeafHasher();
      for (int piece = first; piece < geometry.pieceCount(); piece++) {
        boolean right = isRight(piece, reader, terms, hasher);
        if (stopped || !finder.read(piece, right)) {
          return;
        }
      }
    } catch (IOException e) {
      if (!stopped) {
        throw e;
      }
    }
  }

  private boolean isRight(int piece, PieceReader reader, MetainfoTerms terms, LeafHasher hasher)
      throws IOException {
    MessageDigest sha1 = terms.kind() == PieceDigest.Kind.LEAVES ? null : RunningSha1.newDigest();
    try {
      return terms.match(piece, reader.digest(piece, hasher, sha1, buffer));
    } catch (Unreadable e) {
      return false;
    }
  }

  private static @Nullable OpenOption direct() {
    try {
      // Not named in the code: javac warns of it, and an image of Java may lack its module.
      for (Object each : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
        if (each instanceof OpenOption option && each.toString().equals("DIRECT")) {
          return option;
        }
      }
      return null;
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** Bytes that the disk does not give. */
  private static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreadable(Path file, String why) {
      super(file + ": " + why);
    }
  }

  /** The files, the one that was read last open. */
  private final class Disk implements PieceReader.Source, AutoCloseable {
    private final TorrentFiles places;
    private @Nullable FileChannel open;
    private int openFile = -1;

    Disk(TorrentFiles places) {
      this.places = places;
    }

    @Override
    public void read(Block block, ByteBuffer target) throws IOException {
      limiter.await(block.length(), () -> stopped);
      if (stopped) {
        throw new InterruptedIOException("stopped");
      }
      for (Segment segment : places.geometry().segments(block)) {
        if (places.isPad(segment.file())) {
          target.put(new byte[segment.length()]);
        } else {
          read(segment, target);
        }
      }
    }

    private void read(Segment segment, ByteBuffer target) throws IOException {
      FileChannel channel = channel(segment.file());
      int before = (int) (segment.offset() % ALIGNMENT);
      int wanted = before + segment.length();
      aligned.clear().limit(Math.ceilDiv(wanted, ALIGNMENT) * ALIGNMENT);
      long from = segment.offset() - before;
      while (aligned.position() < wanted) {
        boolean inside = aligned.position() % ALIGNMENT == 0; // else the file's end was met
        if (!inside || read(channel, from + aligned.position(), segment.file()) < 0) {
          throw new Unreadable(places.path(segment.file()), "cut");
        }
      }
      target.put(aligned.flip().limit(wanted).position(before));
    }

    private int read(FileChannel channel, long position, int file) throws IOException {
      try {
        return channel.read(aligned, position);
      } catch (IOException e) {
        if (stopped) {
          throw e; // whoever stopped us may have interrupted the thread, which closes the file
        }
        throw new Unreadable(places.path(file), Words.of(e));
      }
    }

    private FileChannel channel(int file) throws IOException {
      FileChannel channel = open;
      if (channel == null || file != openFile) {
        close();
        channel = opened(places.path(file));
        open = channel;
        openFile = file;
      }
      return channel;
    }

    private static FileChannel opened(Path path) throws IOException {
      try {
        return DIRECT == null ? plain(path) : direct(path, DIRECT);
      } catch (NoSuchFileException e) {
        throw new Unreadable(path, "no such file");
      }
    }

    private static FileChannel direct(Path path, OpenOption direct) throws IOException {
      try {
        return FileChannel.open(
            path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, direct));
      } catch (NoSuchFileException e) {
        throw e;
      } catch (IOException | UnsupportedOperationException e) {
        return plain(path); // not every file system can
      }
    }

    private static FileChannel plain(Path path) throws IOException {
      return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() throws IOException {
      FileChannel channel = open;
      open = null;
      if (channel != null) {
        channel.close();
      }
    }
  }
}
