package io.seedfall.control;

/**
 * Let a deployment's bytes move at another pace.
 *
 * @param priority the share beside other deployments
 * @param maxBytesPerSecond cap on each machine and each way, 0 for none
 */
public record PaceRequest(
    @AbsentAs("\"NORMAL\"") Priority priority, @AbsentAs("0") long maxBytesPerSecond) {
  /** Checks the rate. */
  public PaceRequest {
    if (maxBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "maxBytesPerSecond: " + maxBytesPerSecond + " (expected: 0 or more)");
    }
  }
}
