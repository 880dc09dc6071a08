package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import java.util.Map;

/**
 * Where a {@link Transfer} stands.
 *
 * @param bytesTotal bytes of the content
 * @param bytesVerified bytes of the pieces that are here and verified
 * @param bytesReused those of them that were copied from other content on this machine when the
 *     transfer was opened, and came from nobody
 * @param bytesReceivedFrom bytes of blocks that were stored, by the peer that sent them since the
 *     transfer was opened; a peer is named by where it listens, or by its end of the connection
 *     when it does not say. At most {@link #SENDERS_MAX} peers are told apart
 * @param bytesFromWebSeeds bytes of blocks that were stored and came from web seeds (BEP 19)
 * @param bytesSent bytes of blocks handed to sockets since the transfer was opened
 * @param peers open connections to peers
 * @param webSeeds web seeds that are being asked
 * @param complete whether everything is verified and on stable storage
 */
public record TransferProgress(
    long bytesTotal,
    long bytesVerified,
    long bytesReused,
    Map<Endpoint, Long> bytesReceivedFrom,
    long bytesFromWebSeeds,
    long bytesSent,
    int peers,
    int webSeeds,
    boolean complete) {

  /** Most peers that are told apart in {@link #bytesReceivedFrom}. */
  public static final int SENDERS_MAX = 4096;

  /**
   * What trackers hear while nothing is known but the torrent's name: there is something left, and
   * nobody can say how much (libtorrent says so many bytes, too).
   */
  static final TransferProgress NAME_ONLY =
      new TransferProgress(16_384, 0, 0, Map.of(), 0, 0, 0, 0, false);

  /** Takes a copy of the map. */
  public TransferProgress {
    bytesReceivedFrom = Map.copyOf(bytesReceivedFrom);
  }

  /** Bytes that peers sent. */
  public long bytesFromPeers() {
    return bytesReceivedFrom.values().stream().mapToLong(Long::longValue).sum();
  }
}
