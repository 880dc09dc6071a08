package io.seedfall.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The twenty bytes by which a peer names itself (BEP 3, in the style of BEP 20: {@code -SF0100-}).
 */
public final class PeerId implements Comparable<PeerId> {
  /** Bytes of a peer id. */
  public static final int BYTES = 20;

  private static final byte[] PREFIX = "-SF0100-".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  private PeerId(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Wraps a copy of twenty bytes. */
  public static PeerId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("peer id: " + bytes.length + " bytes (expected: 20)");
    }
    return new PeerId(bytes.clone());
  }

  /** A new Seedfall peer id with twelve random bytes. */
  public static PeerId random(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    System.arraycopy(PREFIX, 0, bytes, 0, PREFIX.length);
    return new PeerId(bytes);
  }

  /** A copy of the twenty bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof PeerId other && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
