package io.seedfall.protocol;

import java.util.Arrays;

/**
 * The name of a torrent: the SHA-256 of its info dictionary (BEP 52). On the peer wire, where
 * twenty bytes have room, its first twenty bytes stand for it.
 */
public record InfoHash(Hash256 hash) implements Comparable<InfoHash> {
  /** Bytes of the truncated form in a peer handshake. */
  public static final int TRUNCATED_BYTES = 20;

  /** Parses 64 hexadecimal digits. */
  public static InfoHash parse(String hex) {
    return new InfoHash(Hash256.parse(hex));
  }

  /** The first twenty bytes, as the handshake carries them. */
  public byte[] truncated() {
    return Arrays.copyOf(hash.toBytes(), TRUNCATED_BYTES);
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
