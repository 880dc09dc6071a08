package io.seedfall.control;

/**
 * How fast a deployment's bytes may move on one machine. It may change while they do.
 *
 * @param priority the share beside other deployments
 * @param maxBytesPerSecond cap each way, 0 for none
 * @param paused whether nothing moves at all
 */
public record Pace(
    @AbsentAs("\"NORMAL\"") Priority priority,
    @AbsentAs("0") long maxBytesPerSecond,
    @AbsentAs("false") boolean paused) {
  /** As fast as it goes. */
  public static final Pace FREE = new Pace(Priority.NORMAL, 0, false);

  /** Checks the rate. */
  public Pace {
    if (maxBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "maxBytesPerSecond: " + maxBytesPerSecond + " (expected: 0 or more)");
    }
  }
}
