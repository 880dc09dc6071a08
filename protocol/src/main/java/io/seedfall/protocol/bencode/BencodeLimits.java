package io.seedfall.protocol.bencode;

/**
 * What a decoder accepts. Each limit is checked before the memory for what it limits is taken.
 *
 * @param depthMax lists and dictionaries open at once
 * @param itemsMax values and dictionary keys, all levels together
 * @param bytesMax encoded bytes of the whole value
 */
public record BencodeLimits(int depthMax, int itemsMax, int bytesMax) {
  /** The deepest nesting that is decoded anywhere; the decoder recurses so far and no further. */
  public static final int DEPTH_MAX = 32;

  /** The most items of a torrent file: some 130,000 files with their directories. */
  public static final int ITEMS_MAX = 1 << 21;

  /** The largest torrent file, 64 MiB: hashes of two million pieces. */
  public static final int BYTES_MAX = 64 << 20;

  /** For torrent files. */
  public static final BencodeLimits TORRENT_FILE =
      new BencodeLimits(DEPTH_MAX, ITEMS_MAX, BYTES_MAX);

  /** For the dictionaries that peers send each other: small ones. */
  public static final BencodeLimits PEER_MESSAGE = new BencodeLimits(8, 1024, 64 << 10);

  /** Checks the ranges. */
  public BencodeLimits {
    if (depthMax < 0 || depthMax > DEPTH_MAX || itemsMax < 1 || bytesMax < 1) {
      throw new IllegalArgumentException(
          "depthMax: %d, itemsMax: %d, bytesMax: %d (expected: 0..%d, >= 1, >= 1)"
              .formatted(depthMax, itemsMax, bytesMax, DEPTH_MAX));
    }
  }
}
