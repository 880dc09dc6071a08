package io.seedfall.control;

import java.util.List;

/**
 * What became of a deployment since the last such event.
 *
 * @param deployment as it is now, without machines
 * @param machines those that changed, as they are now
 * @param more whether more machines changed than are named, so that all of them have to be looked
 *     at
 */
public record DeploymentChange(
    DeploymentView deployment, List<MachineView> machines, boolean more) {
  /** The most machines that one event names. */
  public static final int MACHINES_MAX = 500;
}
