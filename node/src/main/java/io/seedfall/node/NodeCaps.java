package io.seedfall.node;

/**
 * What all transfers of a node may move together, beside what its settings say.
 *
 * @param bytesPerSecond each way, 0 for no cap
 * @param zone to and from peers in other zones than its own
 * @param rack to and from peers in other racks than its own
 */
public record NodeCaps(long bytesPerSecond, Share zone, Share rack) {
  /** As much as it can. */
  public static final NodeCaps NONE = new NodeCaps(0, Share.OPEN, Share.OPEN);

  /** Checks the rate. */
  public NodeCaps {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: >= 0)");
    }
  }

  /** The same in all, and as much as it can over borders. */
  public static NodeCaps inAll(long bytesPerSecond) {
    return new NodeCaps(bytesPerSecond, Share.OPEN, Share.OPEN);
  }

  /**
   * Its part of an uplink.
   *
   * @param sendBytesPerSecond outwards, 0 for no cap
   * @param receiveBytesPerSecond inwards, 0 for no cap
   */
  public record Share(long sendBytesPerSecond, long receiveBytesPerSecond) {
    /** There is no cap. */
    public static final Share OPEN = new Share(0, 0);

    /** Checks both rates. */
    public Share {
      if (sendBytesPerSecond < 0 || receiveBytesPerSecond < 0) {
        throw new IllegalArgumentException(
            "sendBytesPerSecond: %d, receiveBytesPerSecond: %d (expected: >= 0)"
                .formatted(sendBytesPerSecond, receiveBytesPerSecond));
      }
    }
  }
}
