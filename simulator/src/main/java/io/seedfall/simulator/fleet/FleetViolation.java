package io.seedfall.simulator.fleet;

/** Something happened to a simulated fleet that must never happen; the message says what. */
public final class FleetViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String check;

  FleetViolation(String check, String what) {
    super(check + ": " + what);
    this.check = check;
  }

  /** Which check saw it, in words: what it says is never to happen otherwise. */
  public String check() {
    return check;
  }
}
