package io.seedfall.planner;

/**
 * What the agents that a selector matches may move at most, each of them and each way, all their
 * transfers together.
 *
 * @param selector whose
 * @param bytesPerSecond at least 1
 */
public record Cap(String selector, long bytesPerSecond) {
  /** Checks the rate. */
  public Cap {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond: " + bytesPerSecond + " (expected: 1 or more)");
    }
  }
}
