package io.seedfall.planner;

import java.util.List;

/**
 * A deployment at one moment: what the store keeps and what users see.
 *
 * @param plan what was asked for
 * @param state where it stands
 * @param why the reason of the last change
 * @param finishedMillis when it ended, epoch; 0 while it runs
 * @param holders names of those that had a full copy and serve it here; the first deals every piece
 *     once
 * @param machines by name
 */
public record DeploymentSnapshot(
    DeploymentPlan plan,
    DeploymentState state,
    String why,
    long finishedMillis,
    List<String> holders,
    List<MachineSnapshot> machines) {
  /** How many machines are in this state. */
  public int count(MachineState wanted) {
    int count = 0;
    for (MachineSnapshot machine : machines) {
      count += machine.state() == wanted ? 1 : 0;
    }
    return count;
  }

  /** Verified bytes of all machines together; {@link Long#MAX_VALUE} when they are more. */
  public long bytesDone() {
    long bytes = 0;
    for (MachineSnapshot machine : machines) {
      bytes += machine.progress().bytesDone();
      if (bytes < 0) {
        return Long.MAX_VALUE;
      }
    }
    return bytes;
  }
}
