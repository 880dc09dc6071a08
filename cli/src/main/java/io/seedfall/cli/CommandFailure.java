package io.seedfall.cli;

/**
 * A command cannot go on. The message is the one line that its user reads: what is wrong, and what
 * to do next.
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** What the process ends with, one of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
