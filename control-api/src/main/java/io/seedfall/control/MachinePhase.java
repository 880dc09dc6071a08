package io.seedfall.control;

/** How far one machine has come with one deployment. */
public enum MachinePhase {
  /** Its wave has not come. */
  PENDING,
  /** The machine has not answered yet, or is away. */
  WAITING,
  /** It exchanges pieces. */
  FETCHING,
  /** It has every piece and waits to be told to put it in place. */
  STAGED,
  /** It has every piece and puts the content in place. */
  INSTALLING,
  /** The content is in place. */
  INSTALLED,
  /** It gave up; the report says why. */
  FAILED,
  /** The deployment was cancelled, or a newer one to the same place took over. */
  CANCELLED;

  /** Whether nothing more will happen. */
  public boolean isFinal() {
    return this == INSTALLED || this == FAILED || this == CANCELLED;
  }
}
