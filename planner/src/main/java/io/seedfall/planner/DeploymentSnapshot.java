package io.seedfall.planner;

import java.util.List;

/**
 * A deployment at one moment: what the store keeps and what users see.
 *
 * @param plan what was asked for
 * @param state where it stands
 * @param why the reason of the last change
 * @param finishedMillis when it was decided how it went, epoch; 0 before
 * @param begunWave the latest wave that has begun, -1 before the first
 * @param waveCount how many there are
 * @param paused whether it stands still
 * @param pace of its bytes now
 * @param open whether machines that join get it
 * @param standing whether it still says what some machine should have
 * @param holders those that had a full copy and serve it here; the first deals every piece once
 * @param machines by name
 */
public record DeploymentSnapshot(
    DeploymentPlan plan,
    DeploymentState state,
    String why,
    long finishedMillis,
    int begunWave,
    int waveCount,
    boolean paused,
    Pace pace,
    boolean open,
    boolean standing,
    List<Holder> holders,
    List<MachineSnapshot> machines) {
  /**
   * Who serves it.
   *
   * @param agent its name
   * @param wave the first wave that it serves; in those before it may have been a receiver
   */
  public record Holder(String agent, int wave) {}

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
