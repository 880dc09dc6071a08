package io.seedfall.node;

import io.seedfall.swarm.SwarmNotice;

/** Who hears how a {@link Transfer} fares. */
public interface TransferListener {
  /**
   * The transfer is being opened, and pieces that are on the machine already are copied. Called at
   * most every second, on a hashing thread: must not block.
   */
  default void preparing(TransferProgress progress) {}

  /**
   * Every piece is verified and on stable storage. Called once, on a thread of its own; the
   * transfer goes on and serves. May close the transfer.
   */
  void completed();

  /**
   * The transfer can neither store nor (when its content changed) serve any more. Called at most
   * once, on a thread of its own; the transfer stays open until it is closed. May close it.
   *
   * @param why one line for a person, with the file and the figures
   */
  void failed(TransferFault fault, String why);

  /** The swarm has something to tell. Called on the swarm's thread: must not block. */
  default void noticed(SwarmNotice notice) {}

  /** A tracker answered, or none did. Called on a tracker's thread: must not block. */
  default void trackers(TrackerNews news) {}

  /** A web seed did what it should not. Called on a web seed's thread: must not block. */
  default void webSeeds(WebSeedNews news) {}
}
