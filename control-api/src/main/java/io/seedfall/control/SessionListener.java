package io.seedfall.control;

/**
 * What a {@link SessionClient} tells its owner. All calls come from one thread, in order; while one
 * runs nothing more is read from the coordinator, so a slow listener slows the coordinator down
 * instead of filling memory.
 */
public interface SessionListener {
  /** The coordinator took our Hello. */
  void connected(CoordinatorMessage.Welcome welcome);

  /** The connection is gone, or could not be made; it is tried again without being asked. */
  void disconnected(String why);

  /** The coordinator does not want us (the name is taken, ...); tried again, slowly. */
  void refused(String why);

  /** Assign, Withdraw, Seed or Neighbours. */
  void received(CoordinatorMessage message);
}
