package io.seedfall.simulator;

/**
 * One machine of a scenario.
 *
 * @param role what runs on it
 * @param sendBytesPerSecond its card's rate outwards
 * @param receiveBytesPerSecond its card's rate inwards
 * @param hashBytesPerSecond how fast its processors hash, 0 for no bound
 * @param diskBytesPerSecond how fast its disk writes, 0 for no bound
 * @param rack the number of its rack, -1 outside all racks
 * @param joinNanos when it is switched on
 */
public record MachineSpec(
    Role role,
    long sendBytesPerSecond,
    long receiveBytesPerSecond,
    long hashBytesPerSecond,
    long diskBytesPerSecond,
    int rack,
    long joinNanos) {
  /** Checks the numbers. */
  public MachineSpec {
    if (sendBytesPerSecond < 1 || receiveBytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "sendBytesPerSecond: %d, receiveBytesPerSecond: %d (expected: >= 1)"
              .formatted(sendBytesPerSecond, receiveBytesPerSecond));
    }
    if (hashBytesPerSecond < 0 || diskBytesPerSecond < 0 || rack < -1 || joinNanos < 0) {
      throw new IllegalArgumentException(
          "hashBytesPerSecond: %d, diskBytesPerSecond: %d, rack: %d, joinNanos: %d"
                  .formatted(hashBytesPerSecond, diskBytesPerSecond, rack, joinNanos)
              + " (expected: >= 0, >= 0, >= -1, >= 0)");
    }
  }

  /** A machine with one rate both ways that is there from the beginning, outside all racks. */
  public static MachineSpec of(Role role, long bytesPerSecond) {
    return new MachineSpec(role, bytesPerSecond, bytesPerSecond, 0, 0, -1, 0);
  }

  /** The same with another role. */
  public MachineSpec withRole(Role other) {
    return new MachineSpec(
        other,
        sendBytesPerSecond,
        receiveBytesPerSecond,
        hashBytesPerSecond,
        diskBytesPerSecond,
        rack,
        joinNanos);
  }

  /** The same with another card. */
  public MachineSpec withLink(long bytesPerSecond) {
    return new MachineSpec(
        role,
        bytesPerSecond,
        bytesPerSecond,
        hashBytesPerSecond,
        diskBytesPerSecond,
        rack,
        joinNanos);
  }

  /** The same with other processors. */
  public MachineSpec withHashing(long bytesPerSecond) {
    return new MachineSpec(
        role,
        sendBytesPerSecond,
        receiveBytesPerSecond,
        bytesPerSecond,
        diskBytesPerSecond,
        rack,
        joinNanos);
  }

  /** The same with another disk. */
  public MachineSpec withDisk(long bytesPerSecond) {
    return new MachineSpec(
        role,
        sendBytesPerSecond,
        receiveBytesPerSecond,
        hashBytesPerSecond,
        bytesPerSecond,
        rack,
        joinNanos);
  }

  /** The same in a rack. */
  public MachineSpec withRack(int number) {
    return new MachineSpec(
        role,
        sendBytesPerSecond,
        receiveBytesPerSecond,
        hashBytesPerSecond,
        diskBytesPerSecond,
        number,
        joinNanos);
  }

  /** The same, switched on later. */
  public MachineSpec withJoin(long nanos) {
    return new MachineSpec(
        role,
        sendBytesPerSecond,
        receiveBytesPerSecond,
        hashBytesPerSecond,
        diskBytesPerSecond,
        rack,
        nanos);
  }
}
