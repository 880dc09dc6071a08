package io.seedfall.node;

import io.seedfall.swarm.PeerFacts;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** An open channel over which both handshakes have passed. Whoever holds it must close it. */
record Greeted(SocketChannel channel, PeerFacts facts, ConnectionCap.Place place) {
  /** Ends it. */
  void close() {
    closeQuietly(channel);
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
