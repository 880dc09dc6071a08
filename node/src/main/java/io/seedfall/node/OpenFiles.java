package io.seedfall.node;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files of one torrent, each opened when it is needed and at most {@link #OPEN_MAX} at once:
 * the one that was not used for longest is closed for the next. Whoever uses a file holds a {@link
 * Lease} on it, and a leased file stays open. No link is followed at the end of a path.
 */
final class OpenFiles implements Closeable {
  /** Files open at once. More leases than that wait. */
  static final int OPEN_MAX = 64;

  /**
   * Smaller files are not mapped: to map one and to unmap it takes longer than to copy its bytes.
   * The bound is chosen; 4 KiB and whole files of megabytes were measured.
   */
  static final int MAPPED_BYTES_MIN = 256 * 1024;

  /** Opens a file; a test puts a faulty disk here. */
  @FunctionalInterface
  interface Opener {
    /** The open file. */
    FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException;
  }

  private final List<Path> paths;
  private final Set<OpenOption> options;
  private final Opener opener;
  private final boolean mapped;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();
  private final Map<Integer, OpenFile> open = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /** One open file; {@code leases} is guarded by the lock. */
  private static final class OpenFile {
    final FileChannel channel;
    final @Nullable Arena arena;
    final @Nullable MemorySegment mapping;
    int leases;

    OpenFile(FileChannel channel, @Nullable Arena arena, @Nullable MemorySegment mapping) {
      this.channel = channel;
      this.arena = arena;
      this.mapping = mapping;
    }

    void close() throws IOException {
      if (arena != null) {
        arena.close();
      }
      channel.close();
    }
  }

  /** The right to use one file until it is closed. */
  final class Lease implements AutoCloseable {
    private final OpenFile file;

    private Lease(OpenFile file) {
      this.file = file;
    }

    /** The file. */
    FileChannel channel() {
      return file.channel;
    }

    /**
     * The bytes from {@code offset} on as a read-only slice of the mapping, null when the file is
     * not mapped so far. Good until the lease is closed.
     */
    @Nullable ByteBuffer mapped(long offset, int length) {
      MemorySegment mapping = file.mapping;
      if (mapping == null || mapping.byteSize() < offset + length) {
        return null;
      }
      return mapping.asSlice(offset, length).asByteBuffer();
    }

    @Override
    public void close() {
      lock.lock();
      try {
        file.leases--;
        returned.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * The files at {@code paths}, none opened yet.
   *
   * @param writable opened for writing too
   * @param mapped mapped read-only as they are opened, unless they are small: only for files that
   *     nobody else cuts
   */
  OpenFiles(List<Path> paths, boolean writable, boolean mapped, Opener opener) {
    this.paths = List.copyOf(paths);
    this.mapped = mapped;
    this.opener = opener;
    this.options =
        writable
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
            : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** Where a file is. */
  Path path(int file) {
    return paths.get(file);
  }

  /** How many files there are, open or not. */
  int count() {
    return paths.size();
  }

  /** Leases a file, opening it when it is not open. */
  Lease lease(int file) throws IOException {
    lock.lock();
    try {
      OpenFile found = open.get(file);
      while (found == null && !makeRoom()) {
        returned.awaitUninterruptibly();
        found = open.get(file);
      }
      if (closed) {
        throw new IOException("closed: " + paths.get(file));
      }
      if (found == null) {
        found = open(paths.get(file));
        open.put(file, found);
      }
      found.leases++;
      return new Lease(found);
    } finally {
      lock.unlock();
    }
  }

  private OpenFile open(Path path) throws IOException {
    FileChannel channel = opener.open(path, options);
    if (!mapped) {
      return new OpenFile(channel, null, null);
    }
    try {
      long bytes = channel.size();
      return bytes < MAPPED_BYTES_MIN ? new OpenFile(channel, null, null) : mapped(channel, bytes);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static OpenFile mapped(FileChannel channel, long bytes) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      return new OpenFile(channel, arena, mapping);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Closes the file unused for longest when there are too many; false when all are leased. */
  private boolean makeRoom() throws IOException {
    if (closed || open.size() < OPEN_MAX) {
      return true;
    }
    Iterator<OpenFile> oldestFirst = open.values().iterator();
    while (oldestFirst.hasNext()) {
      OpenFile file = oldestFirst.next();
      if (file.leases == 0) {
        oldestFirst.remove();
        file.close();
        return true;
      }
    }
    return false;
  }

  /** Closes every file. All leases must be back. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      List<OpenFile> files = new ArrayList<>(open.values());
      open.clear();
      for (OpenFile file : files) {
        if (file.leases != 0) {
          throw new IllegalStateException("a file is closed while it is in use");
        }
        file.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
