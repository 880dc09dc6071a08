package io.seedfall.planner;

import io.seedfall.protocol.InfoHash;
import java.util.List;
import java.util.Map;

/** Everything that can happen to a {@link Planner}. The only way in. */
public sealed interface PlannerEvent {
  /**
   * What the store remembers; the first event, and never again.
   *
   * @param agents machines; one that was connected when the store last heard of it counts as away
   *     from now on, so that nobody is punished for the coordinator's own absence
   * @param standing deployments that stand, oldest first
   * @param halted whether all transfers stand still
   * @param caps that are set
   */
  record Restored(
      List<AgentSnapshot> agents, List<DeploymentSnapshot> standing, boolean halted, List<Cap> caps)
      implements PlannerEvent {}

  /**
   * An agent that was not connected is.
   *
   * @param agent who it is
   * @param holdings what it holds full copies of
   * @param installed what it has put where, by destination
   */
  record AgentJoined(AgentFacts agent, List<InfoHash> holdings, Map<String, InfoHash> installed)
      implements PlannerEvent {}

  /** A connected agent's session ended. */
  record AgentLeft(String agent) implements PlannerEvent {}

  /** A connected agent has, or no longer has, a full copy. */
  record AgentHolds(String agent, InfoHash infoHash, boolean complete) implements PlannerEvent {}

  /**
   * A connected agent says how far it is.
   *
   * @param state any state but PENDING; from CANCELLED the agent has stopped by itself
   */
  record AgentReported(
      String agent, String deploymentId, MachineState state, String why, Progress progress)
      implements PlannerEvent {}

  /** A connected agent's health hook has answered. */
  record HealthReported(String agent, String deploymentId, boolean healthy, String why)
      implements PlannerEvent {}

  /** What somebody asks for. Answered by {@link PlannerEffect.Answer}. */
  sealed interface Request extends PlannerEvent {}

  /** Machines shall have an artifact. */
  record DeployRequested(DeploymentPlan plan) implements Request {}

  /** What is staged shall be put in place, everywhere at once or wave by wave. */
  record ActivateRequested(String deploymentId) implements Request {}

  /** A deployment shall end as it is. */
  record CancelRequested(String deploymentId, String why) implements Request {}

  /** A deployment shall stand still, or go on. */
  record PauseRequested(String deploymentId, boolean paused) implements Request {}

  /** A deployment's bytes shall move at another pace. */
  record PaceRequested(String deploymentId, Pace pace) implements Request {}

  /**
   * A deployment shall be taken back.
   *
   * @param deploymentId which
   * @param newId of the deployment that does it
   * @param by who asks
   */
  record RollbackRequested(String deploymentId, String newId, String by) implements Request {}

  /** All transfers of the fleet shall stand still, or go on. */
  record HaltRequested(boolean halted) implements Request {}

  /** No more than that shall be moved there, each way; 0 lifts the cap. */
  record CapRequested(CapScope scope, long bytesPerSecond) implements Request {}

  /** Nothing happened, but it is later. */
  record TimeAdvanced() implements PlannerEvent {}
}
