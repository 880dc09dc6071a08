package io.seedfall.control;

import java.util.List;

/**
 * What became of the fleet since the last such event.
 *
 * @param halted whether all transfers stand still now
 * @param deployments those that changed, as they are now, without machines
 * @param agents those that came or went, as they are now
 * @param more whether more changed than is named, so that all of it has to be looked at
 */
public record FleetChange(
    boolean halted, List<DeploymentView> deployments, List<AgentView> agents, boolean more) {
  /** The most deployments that one event names. */
  public static final int DEPLOYMENTS_MAX = 100;

  /** The most agents that one event names. */
  public static final int AGENTS_MAX = 500;
}
