package io.seedfall.protocol.tracker;

import io.seedfall.protocol.WireHash;
import java.util.List;

/** What a client says to a UDP tracker (BEP 15). */
public sealed interface UdpRequest {
  /** The most torrents of one scrape. */
  int SCRAPE_MAX = 74;

  /** A number that the client has drawn; the answer has the same. */
  int transactionId();

  /** Asks for a connection id, which proves that the client's address is its own. */
  record Connect(int transactionId) implements UdpRequest {}

  /** Announces the client. */
  record Announce(long connectionId, int transactionId, AnnounceRequest request)
      implements UdpRequest {}

  /** Asks for the counts of 1 to {@link #SCRAPE_MAX} torrents. */
  record Scrape(long connectionId, int transactionId, List<WireHash> torrents)
      implements UdpRequest {
    /** Checks the number and copies the list. */
    public Scrape {
      torrents = List.copyOf(torrents);
      if (torrents.isEmpty() || torrents.size() > SCRAPE_MAX) {
        throw new IllegalArgumentException(
            "torrents: " + torrents.size() + " (expected: 1.." + SCRAPE_MAX + ")");
      }
    }
  }
}
