package io.seedfall.planner;

/**
 * What one agent may move at most, all its transfers together.
 *
 * @param bytesPerSecond in all, each way, 0 for as much as it can
 * @param zone to and from other zones than its own
 * @param rack to and from other racks than its own
 */
public record AgentCaps(long bytesPerSecond, Share zone, Share rack) {
  /** As much as it can. */
  public static final AgentCaps NONE = new AgentCaps(0, Share.OPEN, Share.OPEN);

  /**
   * Its part of an uplink.
   *
   * @param sendBytesPerSecond outwards, 0 for no cap
   * @param receiveBytesPerSecond inwards, 0 for no cap
   */
  public record Share(long sendBytesPerSecond, long receiveBytesPerSecond) {
    /** There is no cap. */
    public static final Share OPEN = new Share(0, 0);
  }

  /** Whether something is less than in {@code before}, for which no cap is the most. */
  boolean lowers(AgentCaps before) {
    return isLess(bytesPerSecond, before.bytesPerSecond)
        || isLess(zone.sendBytesPerSecond, before.zone.sendBytesPerSecond)
        || isLess(zone.receiveBytesPerSecond, before.zone.receiveBytesPerSecond)
        || isLess(rack.sendBytesPerSecond, before.rack.sendBytesPerSecond)
        || isLess(rack.receiveBytesPerSecond, before.rack.receiveBytesPerSecond);
  }

  /** The least rate of what comes in from anywhere, 0 when there is none. */
  long leastReceived() {
    long least = bytesPerSecond;
    for (long rate : new long[] {zone.receiveBytesPerSecond, rack.receiveBytesPerSecond}) {
      least = isLess(rate, least) ? rate : least;
    }
    return least;
  }

  private static boolean isLess(long rate, long than) {
    return rate != 0 && (than == 0 || rate < than);
  }
}
