package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The one name of a torrent on this machine, in staging directories and journals: the v2 info-hash,
 * or the SHA-1 of a torrent that has none. On the wire a hybrid torrent has two names, and both
 * mean this one.
 *
 * @param hex 64 or 40 lower-case hexadecimal digits
 */
public record TorrentId(String hex) implements Comparable<TorrentId> {
  /** Checks the number of digits. */
  public TorrentId {
    if (hex.length() != 2 * Hash256.BYTES && hex.length() != 2 * WireHash.BYTES) {
      throw new IllegalArgumentException("id: " + hex + " (expected: 64 or 40 digits)");
    }
  }

  /** The name of that torrent. */
  public static TorrentId of(Metainfo metainfo) {
    InfoHash infoHash = metainfo.infoHashOrNull();
    return infoHash == null
        ? new TorrentId(Objects.requireNonNull(metainfo.v1Hash()).hex())
        : of(infoHash);
  }

  /** The name of a torrent that has a v2 info-hash. */
  public static TorrentId of(InfoHash infoHash) {
    return new TorrentId(infoHash.hex());
  }

  /** As a journal holds it: a SHA-1 is filled up with zeros. */
  byte[] toJournalBytes() {
    return Arrays.copyOf(HexFormat.of().parseHex(hex), Hash256.BYTES);
  }

  @Override
  public int compareTo(TorrentId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
