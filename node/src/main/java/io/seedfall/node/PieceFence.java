package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who may write which piece. A piece that is being fetched has one {@link Assembly}, and that has
 * one owner; only the owner's blocks reach the file.
 *
 * <pre>
 *   (none) --expect--> current --finish--> (none)      the piece is whole, nobody writes it again
 *                         └─────abandon──> former      a write that has begun may still be running
 * </pre>
 *
 * <p>The fence: a write begins only while its assembly is current, and waits until no write of a
 * former owner of that piece is running. So once the first block of a new owner is written, no byte
 * of an old one can come behind it, however slow the old writer was. A leaf is written once in an
 * assembly: a block that repeats one is refused, so that nothing is written any more when all
 * leaves are there, and what was hashed is what is in the file.
 */
final class PieceFence {
  private final PieceGeometry geometry;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition writeEnded = lock.newCondition();
  private final Map<Integer, Assembly> assemblies = new HashMap<>();

  PieceFence(PieceGeometry geometry) {
    this.geometry = geometry;
  }

  /** Who may write: one for each connection, and only itself is equal to it. */
  static final class Owner {}

  /** One piece on its way in from one owner. Its fields are guarded by the fence's lock. */
  static final class Assembly {
    private final Owner owner;
    private final int piece;
    private final @Nullable Hash256[] leaves;
    private @Nullable Assembly former;
    private boolean current = true;
    private boolean writing;

    /** Of a v1 torrent's piece; used by whoever writes, so by one thread at a time. */
    private @Nullable RunningSha1 sha1;

    private Assembly(Owner owner, int piece, int leafCount, @Nullable Assembly former) {
      this.owner = owner;
      this.piece = piece;
      this.leaves = new @Nullable Hash256[leafCount];
      this.former = former;
    }

    /** The piece's number. */
    int piece() {
      return piece;
    }

    /** The SHA-1 on its way, made when first asked for. To be called between begin and end. */
    RunningSha1 sha1(int pieceLength) {
      RunningSha1 running = sha1;
      if (running == null) {
        running = new RunningSha1(piece, pieceLength);
        sha1 = running;
      }
      return running;
    }
  }

  /** From now on {@code owner} may write {@code piece}. */
  void expect(Owner owner, int piece) {
    lock.lock();
    try {
      Assembly before = assemblies.get(piece);
      if (before != null && before.current) {
        throw new IllegalStateException("piece " + piece + " is expected from somebody already");
      }
      int leaves = Math.ceilDiv(geometry.pieceLength(piece), PieceGeometry.LEAF_BYTES);
      Assembly former = before == null || before.writing ? before : before.former;
      assemblies.put(piece, new Assembly(owner, piece, leaves, former));
    } finally {
      lock.unlock();
    }
  }

  /** No write of {@code owner} to {@code piece} begins any more. */
  void abandon(Owner owner, int piece) {
    lock.lock();
    try {
      Assembly assembly = assemblies.get(piece);
      if (assembly != null && assembly.owner == owner && assembly.current) {
        retire(assembly);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same for every piece that {@code owner} may write. */
  void abandonAll(Owner owner) {
    lock.lock();
    try {
      for (Assembly assembly : assemblies.values().toArray(Assembly[]::new)) {
        if (assembly.owner == owner && assembly.current) {
          retire(assembly);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void retire(Assembly assembly) {
    assembly.current = false;
    forgetWhenQuiet(assembly.piece);
  }

  /** A former assembly is remembered only while a write of it, or of one before it, is running. */
  private void forgetWhenQuiet(int piece) {
    Assembly last = assemblies.get(piece);
    if (last != null && !last.current && !last.writing && !isWriting(last.former)) {
      assemblies.remove(piece);
    }
  }

  private static boolean isWriting(@Nullable Assembly assembly) {
    return assembly != null && assembly.writing;
  }

  /**
   * The assembly that {@code block} from {@code owner} belongs to; null when it is not expected, or
   * does not begin and end where leaves do.
   */
  @Nullable Assembly assembly(Owner owner, Block block) {
    int end = block.offset() + block.length();
    if (block.offset() % PieceGeometry.LEAF_BYTES != 0
        || (end % PieceGeometry.LEAF_BYTES != 0 && end != geometry.pieceLength(block.piece()))) {
      return null;
    }
    lock.lock();
    try {
      Assembly assembly = assemblies.get(block.piece());
      boolean expected = assembly != null && assembly.current && assembly.owner == owner;
      return expected ? assembly : null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins to write a block, after every write of a former owner has ended; false when the piece
   * was abandoned, or part of the block is there already. {@link #endWrite} must follow when true.
   */
  boolean beginWrite(Assembly assembly, Block block) {
    lock.lock();
    try {
      while (assembly.current && isWriting(assembly.former)) {
        writeEnded.awaitUninterruptibly();
      }
      if (!assembly.current || assembly.writing || holdsPartOf(assembly, block)) {
        return false;
      }
      assembly.former = null;
      assembly.writing = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static boolean holdsPartOf(Assembly assembly, Block block) {
    int first = block.offset() / PieceGeometry.LEAF_BYTES;
    int count = Math.ceilDiv(block.length(), PieceGeometry.LEAF_BYTES);
    for (int leaf = first; leaf < first + count; leaf++) {
      if (assembly.leaves[leaf] != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends a write. The leaves count when the block is in its place and the piece was not abandoned
   * meanwhile; answers whether they do.
   *
   * @param hashes the leaves of the block, or marks for what will be {@link #hashed} when the piece
   *     is whole; null when the write failed
   */
  boolean endWrite(Assembly assembly, Block block, Hash256 @Nullable [] hashes) {
    lock.lock();
    try {
      assembly.writing = false;
      if (hashes != null && assembly.current) {
        int first = block.offset() / PieceGeometry.LEAF_BYTES;
        System.arraycopy(hashes, 0, assembly.leaves, first, hashes.length);
      }
      forgetWhenQuiet(assembly.piece);
      writeEnded.signalAll();
      return hashes != null && assembly.current;
    } finally {
      lock.unlock();
    }
  }

  /** Whether every block is stored, and some only marked as being there. */
  boolean awaitsHashes(Assembly assembly) {
    lock.lock();
    try {
      boolean marked = false;
      for (Hash256 leaf : assembly.leaves) {
        if (leaf == null) {
          return false;
        }
        marked |= leaf.equals(Hash256.ZERO);
      }
      return marked && assembly.current;
    } finally {
      lock.unlock();
    }
  }

  /** The leaves of a whole piece, as they were read back: they count unless it was abandoned. */
  void hashed(Assembly assembly, Hash256[] leaves) {
    lock.lock();
    try {
      System.arraycopy(leaves, 0, assembly.leaves, 0, assembly.leaves.length);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the piece was neither abandoned nor finished since. */
  boolean isCurrent(Assembly assembly) {
    lock.lock();
    try {
      return assembly.current;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the hashes of a piece of which every block is stored; nobody writes it any more.
   *
   * @throws IllegalStateException when the piece is not expected, or not whole
   */
  PieceDigest finish(int piece) {
    lock.lock();
    try {
      Assembly assembly = assemblies.get(piece);
      if (assembly == null || !assembly.current) {
        throw new IllegalStateException("piece " + piece + " is finished but was not expected");
      }
      Hash256[] whole = new Hash256[assembly.leaves.length];
      for (int leaf = 0; leaf < whole.length; leaf++) {
        Hash256 hash = assembly.leaves[leaf];
        if (hash == null) {
          throw new IllegalStateException("piece " + piece + " lacks leaf " + leaf);
        }
        whole[leaf] = hash;
      }
      assembly.current = false;
      assemblies.remove(piece);
      RunningSha1 sha1 = assembly.sha1;
      return new PieceDigest(whole, sha1 == null ? null : sha1.digest());
    } finally {
      lock.unlock();
    }
  }
}
