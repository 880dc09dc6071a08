package io.seedfall.protocol.wire;

/**
 * What a peer says about itself when it speaks sf_grant (docs/protocol.md).
 *
 * @param version the version of the extension: in what we say the highest that we speak, in what we
 *     hear the one to use with that peer, the lower of both sides'
 * @param blockBytes the largest block that it will send in answer to one request, a power of two;
 *     between two peers the smaller of both sides' is used
 * @param rack the rack it stands in, empty when it does not say
 * @param zone the zone it stands in, empty when it does not say
 */
public record GrantTerms(int version, int blockBytes, String rack, String zone) {
  /** The version spoken here. */
  public static final int VERSION = 1;

  /** The smallest block that may be announced, in bytes: one leaf of the Merkle tree. */
  public static final int BLOCK_BYTES_MIN = 16 * 1024;

  /** The largest block that may be announced, in bytes. */
  public static final int BLOCK_BYTES_MAX = 1 << 20;

  /** The longest name of a rack or a zone, in characters. */
  public static final int PLACE_CHARS_MAX = 64;

  /** Terms of one that says no zone. */
  public GrantTerms(int version, int blockBytes, String rack) {
    this(version, blockBytes, rack, "");
  }

  /** Whether a block of so many bytes may be announced: a power of two within both limits. */
  public static boolean isBlockBytes(int bytes) {
    return bytes >= BLOCK_BYTES_MIN && bytes <= BLOCK_BYTES_MAX && Integer.bitCount(bytes) == 1;
  }
}
