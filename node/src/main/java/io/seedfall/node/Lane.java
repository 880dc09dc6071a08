package io.seedfall.node;

import java.util.function.BooleanSupplier;

/**
 * One direction of one transfer: its own cap, its share of the node's link, and the node's cap. Any
 * thread.
 */
final class Lane {
  private final RateLimiter own = new RateLimiter(0);
  private final FairShare link;
  private final FairShare.Share share;
  private final RateLimiter all;

  /**
   * A lane of the node's.
   *
   * @param link the node's link in that direction
   * @param all the node's cap in that direction
   */
  Lane(FairShare link, RateLimiter all) {
    this.link = link;
    this.share = link.join();
    this.all = all;
  }

  /**
   * The transfer's pace in this direction.
   *
   * @param bytesPerSecond its own cap, 0 for none
   */
  void pace(int weight, long bytesPerSecond) {
    own.rate(bytesPerSecond);
    link.weigh(share, weight);
  }

  /** Whether somebody may have to wait here, so that it is better not to move much at once. */
  boolean limits() {
    return own.limits() || all.limits() || link.isContended();
  }

  /** Waits until both caps let so many bytes pass, unless {@code cancelled} becomes true. */
  void awaitCaps(long bytes, BooleanSupplier cancelled) {
    awaitOwnCap(bytes, cancelled);
    awaitNodesCap(bytes, cancelled);
  }

  /** The same for the transfer's own: before its turn, for it must not take one and then wait. */
  void awaitOwnCap(long bytes, BooleanSupplier cancelled) {
    own.await(bytes, cancelled);
  }

  /** The same for the node's: after the turn, for it serves whoever comes first. */
  void awaitNodesCap(long bytes, BooleanSupplier cancelled) {
    all.await(bytes, cancelled);
  }

  /**
   * Waits for the transfer's turn to move a block, unless {@code cancelled} becomes true. Messages
   * take no part in the sharing: whoever only speaks now and then must not count as one that wants
   * to move bytes. When it was not cancelled, {@link #moved} is to be called afterwards.
   *
   * @return whether it may be moved; not when it was cancelled
   */
  boolean awaitTurn(long bytes, BooleanSupplier cancelled) {
    return link.await(share, bytes, cancelled);
  }

  /** They have moved, or never will. */
  void moved(long bytes) {
    link.moved(share, bytes);
  }

  /** The transfer is over. */
  void close() {
    link.leave(share);
  }
}
