package io.seedfall.protocol.tracker;

import io.seedfall.protocol.WireHash;
import java.util.SortedMap;

/** What a tracker answers to a scrape over HTTP. */
public sealed interface ScrapeResponse {
  /**
   * How many peers torrents have.
   *
   * @param swarms by torrent; those that the tracker does not know are not in it
   */
  record Swarms(SortedMap<WireHash, SwarmCounts> swarms) implements ScrapeResponse {}

  /**
   * No.
   *
   * @param reason in the tracker's words
   */
  record Refused(String reason) implements ScrapeResponse {}
}
