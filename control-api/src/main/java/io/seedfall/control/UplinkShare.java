package io.seedfall.control;

/**
 * An agent's part of what all machines of its zone, or rack, may move over their uplink.
 *
 * @param sendBytesPerSecond outwards, 0 for no cap
 * @param receiveBytesPerSecond inwards, 0 for no cap
 */
public record UplinkShare(
    @AbsentAs("0") long sendBytesPerSecond, @AbsentAs("0") long receiveBytesPerSecond) {
  /** There is no cap. */
  public static final UplinkShare OPEN = new UplinkShare(0, 0);

  /** Whether both rates are ones that can be meant. */
  public boolean canBeMeant() {
    return sendBytesPerSecond >= 0 && receiveBytesPerSecond >= 0;
  }
}
