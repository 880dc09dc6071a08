package io.seedfall.protocol.tracker;

import io.seedfall.protocol.Endpoint;
import java.util.List;

/** What a tracker answers to an announcement. */
public sealed interface AnnounceResponse {
  /** The most peers that are taken from one answer or put into it; further ones are left out. */
  int PEERS_MAX = 512;

  /** The longest interval that is believed, a day; a longer one counts as that. */
  int INTERVAL_SECONDS_MAX = 24 * 60 * 60;

  /**
   * Who else is there.
   *
   * @param intervalSeconds when to announce again, 1 to {@link #INTERVAL_SECONDS_MAX}
   * @param minIntervalSeconds how much earlier that may be at the most, 0 when not said
   * @param seeds peers that have everything, 0 when not said
   * @param leeches peers that have not, 0 when not said
   * @param peers addresses are literals; host names that a tracker gave are left out
   */
  record Peers(
      int intervalSeconds, int minIntervalSeconds, int seeds, int leeches, List<Endpoint> peers)
      implements AnnounceResponse {
    /** Checks the ranges and copies the list. */
    public Peers {
      peers = List.copyOf(peers);
      if (intervalSeconds < 1 || minIntervalSeconds < 0 || seeds < 0 || leeches < 0) {
        throw new IllegalArgumentException(
            "intervalSeconds: %d (expected: >= 1), minIntervalSeconds: %d, seeds: %d, leeches: %d"
                .formatted(intervalSeconds, minIntervalSeconds, seeds, leeches));
      }
    }
  }

  /**
   * No.
   *
   * @param reason in the tracker's words
   */
  record Refused(String reason) implements AnnounceResponse {}
}
