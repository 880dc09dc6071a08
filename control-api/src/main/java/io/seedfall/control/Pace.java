package io.seedfall.control;

/**
 * How fast a deployment's bytes may move. It may change while they do.
 *
 * @param priority the share beside other deployments
 * @param maxBytesPerSecond cap on each machine, each way, 0 for none
 * @param paused whether nothing moves at all
 * @param receivedBytesPerSecond cap on what is received, 0 for none: of a deployment by all its
 *     machines together; in what a machine is told by that machine, its share of it
 */
public record Pace(
    @AbsentAs("\"NORMAL\"") Priority priority,
    @AbsentAs("0") long maxBytesPerSecond,
    @AbsentAs("false") boolean paused,
    @AbsentAs("0") long receivedBytesPerSecond) {
  /** As fast as it goes. */
  public static final Pace FREE = new Pace(Priority.NORMAL, 0, false);

  /** Checks the rates. */
  public Pace {
    if (maxBytesPerSecond < 0 || receivedBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "maxBytesPerSecond: %d, receivedBytesPerSecond: %d (expected: 0 or more)"
              .formatted(maxBytesPerSecond, receivedBytesPerSecond));
    }
  }

  /** One without a cap on what is received. */
  public Pace(Priority priority, long maxBytesPerSecond, boolean paused) {
    this(priority, maxBytesPerSecond, paused, 0);
  }
}
