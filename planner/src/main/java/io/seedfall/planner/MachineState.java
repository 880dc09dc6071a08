package io.seedfall.planner;

/**
 * How far one machine has come with one deployment.
 *
 * <pre>
 *   PENDING ---&gt; WAITING &lt;--&gt; FETCHING &lt;--&gt; STAGED &lt;--&gt; INSTALLING ---&gt; INSTALLED
 *      └------------┴------------┴----------┴------------┴---&gt; FAILED | CANCELLED
 *   INSTALLED ---&gt; FAILED (its health hook says so)
 *   INSTALLED | FAILED | CANCELLED ---&gt; PENDING | WAITING (it came back and needs it again)
 * </pre>
 *
 * A machine may step back: it was restarted and checks what it has.
 */
public enum MachineState {
  /** Its wave has not come. */
  PENDING,
  /** The machine has not answered yet, or is away. */
  WAITING,
  /** It exchanges pieces. */
  FETCHING,
  /** It has every piece and waits to be activated. */
  STAGED,
  /** It has every piece and puts the content in place. */
  INSTALLING,
  /** The content is in place. */
  INSTALLED,
  /** It gave up, or was given up; the reason says why. */
  FAILED,
  /** The deployment was cancelled, or a newer one to the same place took over. */
  CANCELLED;

  /** Whether nothing more will happen by itself. */
  public boolean isFinal() {
    return this == INSTALLED || this == FAILED || this == CANCELLED;
  }

  /** Whether it is at work, or should be. */
  boolean isActive() {
    return !isFinal() && this != PENDING;
  }
}
