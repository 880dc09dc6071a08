package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.swarm.DiskFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the blocks of one sender: hashed leaf by leaf, alone or with the others of their
 * piece when that is whole, written with one positional write, told to the swarm.
 *
 * <p>Hashing takes most of that time, and one peer alone would keep one core busy with it while the
 * others idle. So a large block is hashed on a virtual thread of its own while the reader takes the
 * next one from the socket, {@value #AHEAD_MAX} at once; they are written and told in the order in
 * which they came, and {@link #settle} comes back when all are. A small block is not worth a
 * thread.
 *
 * <p>The reader's thread alone calls this.
 */
final class BlockStore {
  /** Blocks of one sender that are hashed at once. */
  static final int AHEAD_MAX = 2;

  /** From this size on a block is worth a thread. */
  static final int ALONE_BYTES_MIN = 128 * 1024;

  private final Remote from;
  private final @Nullable FetchedContent content;
  private final Inbox<Posted> inbox;
  private final NodeParts parts;
  private final LeafHasher[] hashers = new LeafHasher[AHEAD_MAX];

  /** The last ones that were begun, the oldest at {@code begun % AHEAD_MAX}. */
  private final CountDownLatch[] ended = new CountDownLatch[AHEAD_MAX];

  private int begun;

  /**
   * A store for what one sender sends.
   *
   * @param content where blocks go, null when none is ever expected
   */
  BlockStore(Remote from, @Nullable FetchedContent content, Inbox<Posted> inbox, NodeParts parts) {
    this.from = from;
    this.content = content;
    this.inbox = inbox;
    this.parts = parts;
    for (int i = 0; i < AHEAD_MAX; i++) {
      hashers[i] = new LeafHasher();
      ended[i] = new CountDownLatch(0);
    }
  }

  /** Fills a buffer up to its limit. */
  @FunctionalInterface
  interface Filling {
    /** The block's bytes, or why they do not come. */
    void fill(ByteBuffer buffer) throws IOException;
  }

  /**
   * Takes a block, now, and stores it, now or soon, if it was expected before it came; says to the
   * swarm what became of it.
   *
   * @throws IOException what {@code filling} threw: nothing came of the block then
   */
  void take(Block block, Filling filling) throws IOException {
    PieceFence.Assembly assembly =
        content == null ? null : content.fence().assembly(from.owner(), block);
    ByteBuffer buffer = parts.blocks().acquire();
    boolean filled = false;
    try {
      filling.fill(buffer.limit(block.length()));
      filled = true;
    } finally {
      if (!filled) {
        parts.blocks().release(buffer);
      }
    }
    store(block, assembly, buffer.flip());
  }

  private void store(Block block, PieceFence.@Nullable Assembly assembly, ByteBuffer buffer) {
    int slot = begun % AHEAD_MAX;
    CountDownLatch before = ended[(begun + AHEAD_MAX - 1) % AHEAD_MAX];
    await(ended[slot]); // the hasher is free again
    begun = (begun + 1) % AHEAD_MAX;
    if (content == null || assembly == null || block.length() < ALONE_BYTES_MIN) {
      keep(content, assembly, block, buffer, hashers[slot], before);
      return;
    }
    FetchedContent target = content;
    PieceFence.Assembly its = assembly;
    CountDownLatch end = new CountDownLatch(1);
    ended[slot] = end;
    parts
        .threads()
        .start(
            "store " + from,
            () -> {
              try {
                keep(target, its, block, buffer, hashers[slot], before);
              } catch (RuntimeException | Error e) {
                inbox.put(new Posted.Crashed(e));
              } finally {
                end.countDown();
              }
            });
  }

  private void keep(
      @Nullable FetchedContent target,
      PieceFence.@Nullable Assembly assembly,
      Block block,
      ByteBuffer buffer,
      LeafHasher hasher,
      CountDownLatch before) {
    try {
      Posted outcome =
          target == null
                  || assembly == null
                  || !write(target, assembly, block, buffer, hasher, before)
              ? new Posted.Dropped(from, block)
              : new Posted.Stored(from, block, assembly);
      await(before);
      inbox.put(outcome);
    } finally {
      parts.blocks().release(buffer);
    }
  }

  private boolean write(
      FetchedContent target,
      PieceFence.Assembly assembly,
      Block block,
      ByteBuffer bytes,
      LeafHasher hasher,
      CountDownLatch before) {
    Hash256[] leaves = hashed(target, block, bytes, hasher);
    await(before);
    try {
      if (!written(target, assembly, block, bytes, leaves)) {
        return false;
      }
      target.completed(assembly, hasher, bytes);
      return true;
    } catch (IOException e) {
      inbox.put(
          new Posted.DiskTrouble(
              Words.meansNoSpace(e) ? DiskFault.NO_SPACE : DiskFault.IO_ERROR,
              "cannot write " + target.pathOf(block) + ": " + Words.of(e)));
      return false;
    }
  }

  private Hash256[] hashed(
      FetchedContent target, Block block, ByteBuffer bytes, LeafHasher hasher) {
    BlockHashed event = new BlockHashed();
    event.begin();
    long beganNanos = System.nanoTime();
    Hash256[] leaves = target.leaves(hasher, block, bytes);
    parts.tally().hashing().tookSince(beganNanos);
    event.bytes = block.length();
    event.commit();
    return leaves;
  }

  private boolean written(
      FetchedContent target,
      PieceFence.Assembly assembly,
      Block block,
      ByteBuffer bytes,
      Hash256[] leaves)
      throws IOException {
    DiskWrite event = new DiskWrite();
    event.begin();
    long beganNanos = System.nanoTime();
    try {
      return target.write(assembly, block, bytes, leaves);
    } finally {
      parts.tally().writing().tookSince(beganNanos);
      event.bytes = block.length();
      event.commit();
    }
  }

  /** Waits until every block is where it belongs and the swarm was told. */
  void settle() {
    for (CountDownLatch latch : ended) {
      await(latch);
    }
  }

  /** What is waited for is work that ends by itself: hashing, and a write to a file. */
  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
