package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece on its way from one peer. One piece has one sender from the first request to the hash:
 * so a bad piece has a culprit.
 */
final class Download {
  /** What is true of a block; it is UNREQUESTED again when a choke makes its request void. */
  private static final byte UNREQUESTED = 0;

  private static final byte OUTSTANDING = 1;
  private static final byte STORED = 2;

  /**
   * Small pieces asked for together. They count as one until the last of them is here or free, and
   * become ours together: if each were passed on as soon as it came, bundles would fall apart on
   * their way through the swarm.
   */
  static final class Together {
    private final int first;
    private final ArrayList<Download> verified = new ArrayList<>();
    private int underway;
    private int unsettled;

    Together(int[] pieces) {
      this.first = pieces[0];
      this.underway = pieces.length;
      this.unsettled = pieces.length;
    }
  }

  private final PeerSession from;
  private final @Nullable Together together;
  private final int piece;
  private final int blockBytes;
  private final PieceGeometry geometry;
  private final byte[] blocks;
  private int outstanding;
  private int stored;
  private long progressNanos;

  /** With what it was asked for together with, null when it was asked for alone. */
  Download(
      PeerSession from,
      int piece,
      int blockBytes,
      PieceGeometry geometry,
      @Nullable Together together,
      long nowNanos) {
    this.from = from;
    this.together = together;
    this.piece = piece;
    this.blockBytes = blockBytes;
    this.geometry = geometry;
    this.blocks = new byte[geometry.blockCount(piece, blockBytes)];
    this.progressNanos = nowNanos;
  }

  PeerSession from() {
    return from;
  }

  int piece() {
    return piece;
  }

  /** It is here or free; whether that was the last of what was asked for together. */
  boolean endsItsRequest() {
    return together == null || --together.underway == 0;
  }

  /**
   * It is verified, refused by its hash, or free again.
   *
   * @return the verified pieces that are ours from now on
   */
  List<Download> settled(boolean verified) {
    if (together == null) {
      return verified ? List.of(this) : List.of();
    }
    if (verified) {
      together.verified.add(this);
    }
    return --together.unsettled == 0 ? together.verified : List.of();
  }

  /** Whether another piece asked for together with it has become ours just before it. */
  boolean isOursWithAnother() {
    return together != null && together.verified.getFirst() != this;
  }

  /** Whether both were asked for with one message. */
  boolean isTogetherWith(Download other) {
    return together != null && together == other.together;
  }

  /** Whether a reject of this piece's first block is one of {@code other} as well. */
  boolean standsFor(Download other) {
    return this == other
        || (together != null && together.first == piece && together == other.together);
  }

  /** When it was asked for, or a block of it came. */
  long progressNanos() {
    return progressNanos;
  }

  boolean isComplete() {
    return stored == blocks.length;
  }

  boolean hasUnrequested() {
    return outstanding + stored < blocks.length;
  }

  /** The next block that nobody was asked for, marked as asked for now. There must be one. */
  Block requestNext() {
    int index = next(UNREQUESTED, 0);
    blocks[index] = OUTSTANDING;
    outstanding++;
    return block(index);
  }

  /** Marks every block as asked for now. */
  void requestAll() {
    for (int i = next(UNREQUESTED, 0); i >= 0; i = next(UNREQUESTED, i)) {
      blocks[i] = OUTSTANDING;
      outstanding++;
    }
  }

  /** Requests without their block: what a CANCEL would name. */
  int outstanding() {
    return outstanding;
  }

  /** The first requested block at or behind {@code index} that did not come, or -1. */
  int nextOutstanding(int index) {
    return next(OUTSTANDING, index);
  }

  Block block(int index) {
    return geometry.blockAt(piece, index, blockBytes);
  }

  /** A choke made every request void: blocks that did not come are to be requested again. */
  int forgetOutstanding() {
    int forgotten = outstanding;
    for (int i = next(OUTSTANDING, 0); i >= 0; i = next(OUTSTANDING, i)) {
      blocks[i] = UNREQUESTED;
    }
    outstanding = 0;
    return forgotten;
  }

  /** Whether {@code block} is one that was requested and has not come. */
  boolean isOutstanding(Block block) {
    int index = block.offset() / blockBytes;
    return blocks[index] == OUTSTANDING && block(index).equals(block);
  }

  void stored(Block block, long nowNanos) {
    if (!isOutstanding(block)) {
      throw new IllegalStateException("stored but not outstanding: " + block);
    }
    blocks[block.offset() / blockBytes] = STORED;
    outstanding--;
    stored++;
    progressNanos = nowNanos;
  }

  private int next(byte what, int from) {
    for (int i = from; i < blocks.length; i++) {
      if (blocks[i] == what) {
        return i;
      }
    }
    return -1;
  }
}
