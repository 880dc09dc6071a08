package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.swarm.DiskFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts blocks that came from one sender to their place in the file, hashed, and tells the swarm
 * (docs/decisions/0002-blocks-are-stored-before-the-brain-hears.md). One thread owns it.
 */
final class BlockStore {
  private final Remote from;
  private final @Nullable FetchedContent content;
  private final Inbox<Posted> inbox;
  private final LeafHasher hasher = new LeafHasher();

  /**
   * A store for what one sender sends.
   *
   * @param content where blocks go, null when none is ever expected
   */
  BlockStore(Remote from, @Nullable FetchedContent content, Inbox<Posted> inbox) {
    this.from = from;
    this.content = content;
    this.inbox = inbox;
  }

  /** What a block that is about to come belongs to; null when it is not expected. */
  PieceFence.@Nullable Assembly expected(Block block) {
    return content == null ? null : content.fence().assembly(from.owner(), block);
  }

  /** Stores what came, if it was {@link #expected} before it came, and says what became of it. */
  void store(Block block, PieceFence.@Nullable Assembly assembly, ByteBuffer bytes) {
    if (content == null || assembly == null || !write(content, assembly, block, bytes)) {
      inbox.put(new Posted.Dropped(from, block));
    } else {
      inbox.put(new Posted.Stored(from, block, assembly));
    }
  }

  private boolean write(
      FetchedContent target, PieceFence.Assembly assembly, Block block, ByteBuffer bytes) {
    Hash256[] leaves = target.leaves(hasher, bytes);
    try {
      return target.write(assembly, block, bytes, leaves);
    } catch (IOException e) {
      inbox.put(
          new Posted.DiskTrouble(
              Words.meansNoSpace(e) ? DiskFault.NO_SPACE : DiskFault.IO_ERROR,
              "cannot write " + target.pathOf(block) + ": " + Words.of(e)));
      return false;
    }
  }
}
