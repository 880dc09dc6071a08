package io.seedfall.control;

import java.util.List;

/**
 * A deployment, as users see it.
 *
 * @param id short and unique
 * @param artifact name of the artifact
 * @param version version of the artifact
 * @param infoHash 64 hexadecimal digits
 * @param sizeBytes bytes of all files
 * @param selector which machines
 * @param destination where on each machine, inside the agent's root
 * @param phase where it stands
 * @param why the reason of the last change of phase
 * @param createdMillis when it was made, epoch
 * @param finishedMillis when it ended, epoch; 0 while it runs
 * @param machines one row a machine, the first by name; empty in lists
 * @param machineCount how many machines it has
 * @param installedCount how many have it in place
 * @param failedCount how many failed
 * @param bytesDone verified bytes of all machines together
 * @param paused whether it stands still
 * @param wave the latest wave that has begun, from 0
 * @param waveCount how many there are
 * @param stagedCount how many machines have every byte and wait to be activated
 * @param previous the version that a rollback would bring back, {@code NAME@VERSION}; empty for
 *     none
 * @param rollout how it goes about it
 * @param by who asked for it, as they said
 */
public record DeploymentView(
    String id,
    String artifact,
    String version,
    String infoHash,
    long sizeBytes,
    String selector,
    String destination,
    DeploymentPhase phase,
    String why,
    long createdMillis,
    long finishedMillis,
    List<MachineView> machines,
    int machineCount,
    int installedCount,
    int failedCount,
    long bytesDone,
    @AbsentAs("false") boolean paused,
    @AbsentAs("0") int wave,
    @AbsentAs("1") int waveCount,
    @AbsentAs("0") int stagedCount,
    @AbsentAs("\"\"") String previous,
    @AbsentAs("{}") Rollout rollout,
    @AbsentAs("\"\"") String by) {
  /** The same with these machines. */
  DeploymentView with(List<MachineView> others) {
    return new DeploymentView(
        id,
        artifact,
        version,
        infoHash,
        sizeBytes,
        selector,
        destination,
        phase,
        why,
        createdMillis,
        finishedMillis,
        others,
        machineCount,
        installedCount,
        failedCount,
        bytesDone,
        paused,
        wave,
        waveCount,
        stagedCount,
        previous,
        rollout,
        by);
  }
}
