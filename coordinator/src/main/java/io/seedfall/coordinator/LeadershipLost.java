package io.seedfall.coordinator;

/**
 * Whoever did this no longer leads: its lease has run out, or another coordinator has it. Nothing
 * was stored and nothing was said. Ends the control loop, not the program.
 */
final class LeadershipLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LeadershipLost(String why) {
    super(why, null, false, false);
  }
}
