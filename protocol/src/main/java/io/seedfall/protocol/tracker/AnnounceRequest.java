package io.seedfall.protocol.tracker;

import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.WireHash;

/**
 * I am here, and who else is? The same over HTTP and UDP.
 *
 * @param torrent the torrent
 * @param peerId how the client names itself
 * @param port where it listens, 1 to 65535
 * @param uploaded bytes so far
 * @param downloaded bytes so far
 * @param left bytes that it lacks; 0 from a seed
 * @param event why it announces itself
 * @param numWant how many peers it wants, {@link #NUM_WANT_DEFAULT} when it leaves that open
 * @param key a random number that stays the same when the client's address changes, 0 when not said
 */
public record AnnounceRequest(
    WireHash torrent,
    PeerId peerId,
    int port,
    long uploaded,
    long downloaded,
    long left,
    AnnounceEvent event,
    int numWant,
    int key) {
  /** The number of peers is the tracker's choice. */
  public static final int NUM_WANT_DEFAULT = -1;

  /** Checks the ranges. */
  public AnnounceRequest {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
    }
    if (uploaded < 0 || downloaded < 0 || left < 0 || numWant < NUM_WANT_DEFAULT) {
      throw new IllegalArgumentException(
          "uploaded: %d, downloaded: %d, left: %d (expected: >= 0), numWant: %d (expected: >= -1)"
              .formatted(uploaded, downloaded, left, numWant));
    }
  }
}
