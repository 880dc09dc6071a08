package io.seedfall.planner;

/**
 * What may be moved at most, each way.
 *
 * @param scope whose bytes count
 * @param bytesPerSecond at least 1; of an uplink at least {@link #UPLINK_RATE_MIN}
 */
public record Cap(CapScope scope, long bytesPerSecond) {
  /** Less is not worth dividing among thousands of machines. */
  public static final long UPLINK_RATE_MIN = 1 << 20;

  /** Checks the rate. */
  public Cap {
    long least = scope.isUplink() ? UPLINK_RATE_MIN : 1;
    if (bytesPerSecond < least) {
      throw new IllegalArgumentException(
          "bytesPerSecond: " + bytesPerSecond + " (expected: " + least + " or more)");
    }
  }
}
