package io.seedfall.protocol;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a handshake, a tracker and a magnet link call a torrent: the SHA-1 of its info dictionary
 * (BEP 3), or the first twenty bytes of its SHA-256 (BEP 52). Twenty bytes with value equality.
 */
public final class WireHash implements Comparable<WireHash> {
  /** Bytes of the name of a torrent on the wire. */
  public static final int BYTES = 20;

  private final byte[] bytes;

  private WireHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Wraps a copy of {@code bytes}, which must be 20 long. */
  public static WireHash of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("bytes: " + bytes.length + " (expected: 20)");
    }
    return new WireHash(bytes.clone());
  }

  /** Wraps a copy of the 20 bytes of {@code source} from {@code offset} on. */
  public static WireHash of(byte[] source, int offset) {
    if (offset < 0 || source.length - offset < BYTES) {
      throw new IllegalArgumentException(
          "bytes from " + offset + ": " + (source.length - offset) + " (expected: >= 20)");
    }
    return new WireHash(Arrays.copyOfRange(source, offset, offset + BYTES));
  }

  /** Parses 40 hexadecimal digits. */
  public static WireHash parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("hash: " + hex + " (expected: 40 hexadecimal digits)");
    }
    return new WireHash(HexFormat.of().parseHex(hex));
  }

  /** A copy of the 20 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The hash as 40 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(WireHash other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof WireHash other && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
