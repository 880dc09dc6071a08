package io.seedfall.planner;

import io.seedfall.protocol.InfoHash;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Everything that can happen to a {@link Planner}. The only way in. */
public sealed interface PlannerEvent {
  /**
   * What the store remembers; the first event, and never again.
   *
   * @param agents machines; one that was connected when the store last heard of it counts as away
   *     from now on, so that nobody is punished for the coordinator's own absence
   * @param running deployments that were not over
   */
  record Restored(List<AgentSnapshot> agents, List<DeploymentSnapshot> running)
      implements PlannerEvent {}

  /** An agent that was not connected is, and holds full copies of these. */
  record AgentJoined(AgentFacts agent, List<InfoHash> holdings) implements PlannerEvent {}

  /** A connected agent's session ended. */
  record AgentLeft(String agent) implements PlannerEvent {}

  /** A connected agent has, or no longer has, a full copy. */
  record AgentHolds(String agent, InfoHash infoHash, boolean complete) implements PlannerEvent {}

  /**
   * A connected agent says how far it is.
   *
   * @param state any state; from CANCELLED the agent has stopped by itself
   */
  record AgentReported(
      String agent, String deploymentId, MachineState state, String why, Progress progress)
      implements PlannerEvent {}

  /**
   * Somebody wants machines to have an artifact. Answered by {@link PlannerEffect.Accepted} or
   * {@link PlannerEffect.Refused}.
   *
   * @param plan what and where
   * @param targets what {@link DeploymentPlan#selector} means: true for the labels of a target
   */
  record DeployRequested(DeploymentPlan plan, Predicate<Map<String, String>> targets)
      implements PlannerEvent {}

  /** Somebody wants a deployment to stop. Answered like {@link DeployRequested}. */
  record CancelRequested(String deploymentId, String why) implements PlannerEvent {}

  /** Nothing happened, but it is later. */
  record TimeAdvanced() implements PlannerEvent {}
}
