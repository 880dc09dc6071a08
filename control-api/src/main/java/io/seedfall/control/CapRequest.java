package io.seedfall.control;

/**
 * Let agents move no more than that, or as much as they can.
 *
 * @param selector which agents; of an uplink {@code zone=NAME} or {@code rack=NAME}
 * @param bytesPerSecond each way; 0 lifts the cap
 * @param uplink whether it counts what all machines of that zone or rack move together to and from
 *     others; else it counts for each agent by itself, all that it moves. Each selector may have
 *     one cap of either kind
 */
public record CapRequest(String selector, long bytesPerSecond, @AbsentAs("false") boolean uplink) {
  /** Checks the rate. */
  public CapRequest {
    if (uplink) {
      SharedRate.check("bytesPerSecond", bytesPerSecond);
    } else if (bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond: " + bytesPerSecond + " (expected: 0 or more)");
    }
  }

  /** One that counts for each agent by itself. */
  public CapRequest(String selector, long bytesPerSecond) {
    this(selector, bytesPerSecond, false);
  }
}
