package io.seedfall.control;

/** A request to the coordinator that did not succeed: {@link Problem#code} and its one line. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  /** For programs {@code code} (a constant of {@link Problem}), for people {@code message}. */
  public ControlException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The same, caused by {@code cause}. */
  public ControlException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Stable, for programs: {@link Problem#UNREACHABLE} when the coordinator is away. */
  public String code() {
    return code;
  }

  /** Whether it may go better later: nobody answers, nobody leads, or too much is going on. */
  public boolean mayPass() {
    return switch (code) {
      case Problem.UNREACHABLE,
          Problem.NOT_LEADER,
          Problem.NO_LEADER,
          Problem.BUSY,
          Problem.TOO_MANY_REQUESTS ->
          true;
      default -> false;
    };
  }

  /** The one line for people; never null. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
