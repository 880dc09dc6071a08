package io.seedfall.protocol.tracker;

import java.util.List;

/** What a UDP tracker answers (BEP 15). */
public sealed interface UdpResponse {
  /** The number of the request. */
  int transactionId();

  /** With this number further requests are heard, for a minute at the client's side. */
  record Connected(int transactionId, long connectionId) implements UdpResponse {}

  /** Who else is there; there is no least interval in it, and no refusal: that is Failed. */
  record Announced(int transactionId, AnnounceResponse.Peers peers) implements UdpResponse {}

  /** The counts of the torrents asked for, in the order of the request. */
  record Scraped(int transactionId, List<SwarmCounts> swarms) implements UdpResponse {
    /** Copies the list. */
    public Scraped {
      swarms = List.copyOf(swarms);
    }
  }

  /** No, in the tracker's words. */
  record Failed(int transactionId, String message) implements UdpResponse {}
}
