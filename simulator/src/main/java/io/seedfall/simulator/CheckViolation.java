package io.seedfall.simulator;

/**
 * A checker saw something that must never happen: the production code (or the simulator) has a bug.
 * The message says which checker, when, on which machine, and what.
 */
public final class CheckViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String checker;

  /** Which checker, on which machine (-1 for none), when, and what it saw. */
  public CheckViolation(String checker, int machine, long nanos, String what) {
    super("%s: machine %d at %d ns: %s".formatted(checker, machine, nanos, what));
    this.checker = checker;
  }

  /** Which checker, in words: what it says is never to happen otherwise. */
  public String checker() {
    return checker;
  }
}
