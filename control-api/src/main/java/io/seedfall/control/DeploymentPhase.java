package io.seedfall.control;

/** Where a deployment stands. */
public enum DeploymentPhase {
  /** Machines are at work. */
  RUNNING,
  /** Every machine has it. */
  DONE,
  /** Every machine is finished and at least one failed. */
  FAILED,
  /** Somebody cancelled it, or a newer deployment took its place. */
  CANCELLED;

  /** Whether nothing more will happen. */
  public boolean isFinal() {
    return this != RUNNING;
  }
}
