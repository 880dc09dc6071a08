package io.seedfall.node;

/**
 * How long one tracker is waited for.
 *
 * @param httpMillis until an HTTP answer is there, whole
 * @param udpMillis until a UDP packet is sent again; doubles each time (BEP 15)
 * @param udpRetransmissionsMax how often it is sent again, the connecting included; the BEP would
 *     go on for two hours, but there may be further trackers, and a new round comes anyway
 */
record TrackerPatience(long httpMillis, long udpMillis, int udpRetransmissionsMax) {
  /** While a transfer runs: 15, 30 and 60 seconds. */
  static final TrackerPatience USUAL = new TrackerPatience(30_000, 15_000, 2);

  /** When it ends, which nobody wants to wait for. */
  static final TrackerPatience LAST_WORDS = new TrackerPatience(3_000, 1_500, 0);
}
