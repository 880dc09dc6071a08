package io.seedfall.planner;

/**
 * How fast a deployment's bytes may move.
 *
 * @param priority the share beside others
 * @param maxBytesPerSecond cap on each machine, each way, 0 for none
 * @param receivedBytesPerSecond cap on what is received, 0 for none: of a deployment by all its
 *     machines together, of what one machine is told by that machine
 */
public record Pace(Priority priority, long maxBytesPerSecond, long receivedBytesPerSecond) {
  /** As fast as it goes. */
  public static final Pace FREE = new Pace(Priority.NORMAL, 0);

  /** One without a cap on what is received. */
  public Pace(Priority priority, long maxBytesPerSecond) {
    this(priority, maxBytesPerSecond, 0);
  }

  /** The same with another cap on what is received. */
  Pace receiving(long bytesPerSecond) {
    return new Pace(priority, maxBytesPerSecond, bytesPerSecond);
  }

  /** How much of a shared link a deployment gets beside others. */
  public enum Priority {
    /** Gives way to everything else. */
    LOW,
    /** The usual. */
    NORMAL,
    /** More than the usual. */
    HIGH,
    /** Overtakes all. */
    URGENT
  }
}
