package io.seedfall.protocol;

import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 hash: 32 bytes with value equality. */
public final class Hash256 implements Comparable<Hash256> {
  /** Bytes of a SHA-256 hash. */
  public static final int BYTES = 32;

  /** Thirty-two zero bytes: the leaf that pads a Merkle tree (BEP 52). */
  public static final Hash256 ZERO = new Hash256(new byte[BYTES]);

  private final byte[] bytes;

  private Hash256(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Wraps a copy of {@code bytes}, which must be 32 long. */
  public static Hash256 of(byte[] bytes) {
    return of(bytes, 0);
  }

  /** Wraps a copy of the 32 bytes of {@code source} from {@code offset} on. */
  public static Hash256 of(byte[] source, int offset) {
    if (offset < 0 || source.length - offset < BYTES) {
      throw new IllegalArgumentException(
          "bytes from " + offset + ": " + (source.length - offset) + " (expected: >= 32)");
    }
    return new Hash256(Arrays.copyOfRange(source, offset, offset + BYTES));
  }

  /** Parses 64 hexadecimal digits. */
  public static Hash256 parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("hash: " + hex + " (expected: 64 hexadecimal digits)");
    }
    return new Hash256(HexFormat.of().parseHex(hex));
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Copies the 32 bytes into {@code target} from {@code offset} on. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, BYTES);
  }

  /** The hash as 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(Hash256 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Hash256 other && Arrays.equals(bytes, other.bytes);
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
