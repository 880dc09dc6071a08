package io.seedfall.node;

/**
 * How fast a transfer's bytes may move. It may change while they do.
 *
 * @param weight its share of the node's link, each way, beside other transfers that want to move
 *     bytes: its weight by the sum of all of theirs
 * @param maxBytesPerSecond cap each way; 0 for none
 * @param paused whether nothing is asked for and nothing is sent; connections stay
 * @param background whether its packets tell the network that they may wait (RFC 8622)
 * @param receivedBytesPerSecond another cap on what comes in; 0 for none
 */
public record TransferPace(
    int weight,
    long maxBytesPerSecond,
    boolean paused,
    boolean background,
    long receivedBytesPerSecond) {
  /** As fast as it goes. */
  public static final TransferPace FREE = new TransferPace(4, 0, false, false);

  /** The greatest weight. */
  public static final int WEIGHT_MAX = 1 << 16;

  /** Lower effort: DSCP 1, in the upper six bits of the byte. */
  private static final int LOWER_EFFORT = 1 << 2;

  /** Checks the numbers. */
  public TransferPace {
    if (weight < 1 || weight > WEIGHT_MAX || maxBytesPerSecond < 0 || receivedBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "weight: %d, maxBytesPerSecond: %d, receivedBytesPerSecond: %d"
                  .formatted(weight, maxBytesPerSecond, receivedBytesPerSecond)
              + " (expected: 1 to "
              + WEIGHT_MAX
              + ", >= 0, >= 0)");
    }
  }

  /** One whose cap is the same each way. */
  public TransferPace(int weight, long maxBytesPerSecond, boolean paused, boolean background) {
    this(weight, maxBytesPerSecond, paused, background, 0);
  }

  /** The least cap on what comes in, 0 for none. */
  long receivableBytesPerSecond() {
    return maxBytesPerSecond == 0 || receivedBytesPerSecond == 0
        ? maxBytesPerSecond + receivedBytesPerSecond
        : Math.min(maxBytesPerSecond, receivedBytesPerSecond);
  }

  /** The traffic class of its sockets. */
  int trafficClass() {
    return background ? LOWER_EFFORT : 0;
  }
}
