package io.seedfall.planner;

/**
 * How fast a deployment's bytes may move on each machine.
 *
 * @param priority the share beside others
 * @param maxBytesPerSecond cap each way, 0 for none
 */
public record Pace(Priority priority, long maxBytesPerSecond) {
  /** As fast as it goes. */
  public static final Pace FREE = new Pace(Priority.NORMAL, 0);

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
