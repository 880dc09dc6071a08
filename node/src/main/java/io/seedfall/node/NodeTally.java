package io.seedfall.node;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a {@link Node} has done since it was opened, all transfers together. Those who do it add,
 * and make nothing that would have to be collected; any thread may read. Times are of all threads
 * together, in nanoseconds.
 */
public final class NodeTally {
  private final LongAdder peerBytes = new LongAdder();
  private final LongAdder webSeedBytes = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder pieces = new LongAdder();
  private final LongAdder pieceBytes = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder bans = new LongAdder();
  private final Timed hashing = new Timed();
  private final Timed writing = new Timed();
  private final Timed syncing = new Timed();

  NodeTally() {}

  /** How often something was done, and for how long in all. */
  public static final class Timed {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    private Timed() {}

    void tookSince(long beganNanos) {
      count.increment();
      nanos.add(System.nanoTime() - beganNanos);
    }

    /** How often. */
    public long count() {
      return count.sum();
    }

    /** For how long in all. */
    public long nanos() {
      return nanos.sum();
    }
  }

  void received(boolean fromPeer, long bytes) {
    (fromPeer ? peerBytes : webSeedBytes).add(bytes);
  }

  void sent(long bytes) {
    sentBytes.add(bytes);
  }

  void verified(long bytes) {
    pieces.increment();
    pieceBytes.add(bytes);
  }

  void rejected() {
    rejected.increment();
  }

  void banned() {
    bans.increment();
  }

  /** Bytes of blocks that were stored and came from peers. */
  public long bytesFromPeers() {
    return peerBytes.sum();
  }

  /** Bytes of blocks that were stored and came from web seeds. */
  public long bytesFromWebSeeds() {
    return webSeedBytes.sum();
  }

  /** Bytes of blocks that were handed to sockets. */
  public long bytesSent() {
    return sentBytes.sum();
  }

  /** Pieces that came and were right. */
  public long piecesVerified() {
    return pieces.sum();
  }

  /** Bytes of those. */
  public long bytesVerified() {
    return pieceBytes.sum();
  }

  /** Pieces that came and were wrong. */
  public long piecesRejected() {
    return rejected.sum();
  }

  /** Peers that were banned for that. */
  public long peersBanned() {
    return bans.sum();
  }

  /** Hashing of blocks as they come. */
  public Timed hashing() {
    return hashing;
  }

  /** Writing of blocks to their files. */
  public Timed writing() {
    return writing;
  }

  /** Bringing what was written onto the disk. */
  public Timed syncing() {
    return syncing;
  }
}
