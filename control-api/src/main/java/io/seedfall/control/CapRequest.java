package io.seedfall.control;

/**
 * Let agents move no more than that, or as much as they can.
 *
 * @param selector which agents; one cap for each selector
 * @param bytesPerSecond of each of them, each way, all its transfers together; 0 lifts the cap
 */
public record CapRequest(String selector, long bytesPerSecond) {
  /** Checks the rate. */
  public CapRequest {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond: " + bytesPerSecond + " (expected: 0 or more)");
    }
  }
}
