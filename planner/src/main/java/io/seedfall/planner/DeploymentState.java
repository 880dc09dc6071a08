package io.seedfall.planner;

/**
 * Where a deployment stands.
 *
 * <pre>
 *   RUNNING --every machine has it--------------------------&gt; DONE
 *      ├------all finished, at least one failed--------------&gt; FAILED
 *      └------cancelled, or superseded on what was left------&gt; CANCELLED
 * </pre>
 */
public enum DeploymentState {
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
