package io.seedfall.planner;

/** Where an agent listens, as seen from the coordinator's machine. */
public enum Place {
  /**
   * On loopback of the coordinator's machine: nobody elsewhere can connect to it, nor it to them.
   */
  LOOPBACK,
  /** On the coordinator's machine, at an address that other machines reach. */
  SAME_MACHINE,
  /** On another machine. */
  ELSEWHERE;

  /** Whether agents at these two places can connect to each other. */
  boolean reaches(Place other) {
    return switch (this) {
      case LOOPBACK -> other != ELSEWHERE;
      case SAME_MACHINE -> true;
      case ELSEWHERE -> other != LOOPBACK;
    };
  }
}
