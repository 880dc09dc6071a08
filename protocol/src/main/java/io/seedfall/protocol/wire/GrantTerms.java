package io.seedfall.protocol.wire;

/**
 * What a peer says about itself when it speaks sf_grant (docs/protocol.md).
 *
 * @param version the version of the extension it speaks
 * @param blockBytes the largest block that it will send in answer to one request
 * @param rack the rack it stands in, empty when it does not say
 */
public record GrantTerms(int version, int blockBytes, String rack) {
  /** The version spoken here. */
  public static final int VERSION = 1;

  /** The largest block that may be announced, in bytes. */
  public static final int BLOCK_BYTES_MAX = 1 << 20;

  /** The longest name of a rack, in characters. */
  public static final int RACK_CHARS_MAX = 64;
}
