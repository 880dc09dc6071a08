package io.seedfall.protocol;

/**
 * The v2 name of a torrent: the SHA-256 of its info dictionary (BEP 52). On the peer wire, where
 * twenty bytes have room, {@link #wire} stands for it.
 */
public record InfoHash(Hash256 hash) implements Comparable<InfoHash> {

  /** Parses 64 hexadecimal digits. */
  public static InfoHash parse(String hex) {
    return new InfoHash(Hash256.parse(hex));
  }

  /** The first twenty bytes, as handshakes and trackers carry them. */
  public WireHash wire() {
    return WireHash.of(hash.toBytes(), 0);
  }

  /** All 64 hexadecimal digits. */
  public String hex() {
    return hash.hex();
  }

  @Override
  public int compareTo(InfoHash other) {
    return hash.compareTo(other.hash);
  }

  @Override
  public String toString() {
    return hex();
  }
}
