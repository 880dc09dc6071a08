package io.seedfall.node;

import io.seedfall.swarm.Reason;

/**
 * Who holds a slot of the swarm: pieces come from there, and what the swarm says goes there. {@link
 * #give} and {@link #flush} are for the swarm's thread; {@link #close} for any.
 */
sealed interface Remote permits Connection, WebSeedVisit {
  /** Its number in the swarm, until Lost was handled. */
  int slot();

  /** As which it writes pieces. */
  PieceFence.Owner owner();

  /** Takes what the swarm says; false when there is no room for it. */
  boolean give(Outbox.Outgoing outgoing);

  /** All that the swarm says in this turn was given. */
  void flush();

  /** Ends it, for the first reason given; Lost is posted when no thread of it is left. */
  void close(Reason reason);

  /** Whether it was ended. */
  boolean isClosed();
}
