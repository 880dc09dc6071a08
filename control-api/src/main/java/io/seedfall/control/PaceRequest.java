package io.seedfall.control;

/**
 * Let a deployment's bytes move at another pace.
 *
 * @param priority the share beside other deployments
 * @param maxBytesPerSecond cap on each machine and each way, 0 for none
 * @param receivedBytesPerSecond cap on what all its machines receive together, 0 for none
 */
public record PaceRequest(
    @AbsentAs("\"NORMAL\"") Priority priority,
    @AbsentAs("0") long maxBytesPerSecond,
    @AbsentAs("0") long receivedBytesPerSecond) {
  /** Checks the rates. */
  public PaceRequest {
    if (maxBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "maxBytesPerSecond: " + maxBytesPerSecond + " (expected: 0 or more)");
    }
    SharedRate.check("receivedBytesPerSecond", receivedBytesPerSecond);
  }
}
