package io.seedfall.node;

import io.seedfall.swarm.PeerFacts;
import java.io.IOException;

/**
 * A connection over which both handshakes have passed. Whoever holds it must close it.
 *
 * @param permit what the peer may
 */
record Greeted(Wire wire, PeerFacts facts, ConnectionCap.Place place, Permit permit) {
  /** Ends it. */
  void close() {
    closeQuietly(wire);
    place.leave();
  }

  /** Closes a channel of which nothing more is wanted, so that a failure means nothing either. */
  static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (IOException e) {
      return;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
