package io.seedfall.planner;

/**
 * How far one machine has come with one deployment.
 *
 * <pre>
 *   WAITING &lt;--&gt; FETCHING &lt;--&gt; INSTALLING ---&gt; INSTALLED
 *      └------------┴--------------┴---&gt; FAILED | CANCELLED
 * </pre>
 *
 * A machine may step back (it was restarted and checks what it has); from the last three nothing
 * leads anywhere.
 */
public enum MachineState {
  /** The machine has not answered yet, or is away. */
  WAITING,
  /** It exchanges pieces. */
  FETCHING,
  /** It has every piece and puts the content in place. */
  INSTALLING,
  /** The content is in place. */
  INSTALLED,
  /** It gave up, or was given up; the reason says why. */
  FAILED,
  /** The deployment was cancelled, or a newer one to the same place took over. */
  CANCELLED;

  /** Whether nothing more will happen. */
  public boolean isFinal() {
    return this == INSTALLED || this == FAILED || this == CANCELLED;
  }
}
