package io.seedfall.planner;

import io.seedfall.protocol.InfoHash;
import java.util.List;

/**
 * Everything a {@link Planner} asks its driver to do. The only way out. In this order: a {@link
 * Send} or an {@link Answer} may go out only after every {@link Store} before it is durable.
 */
public sealed interface PlannerEffect {
  /** A message to a connected agent; dropped when the agent has gone meanwhile. */
  sealed interface Send extends PlannerEffect {
    /** To whom. */
    String agent();
  }

  /** A change of what must survive a restart. */
  sealed interface Store extends PlannerEffect {}

  /** What a request came to. */
  sealed interface Answer extends PlannerEffect {
    /** Of the deployment that was asked for, or was to be changed; empty for the whole fleet. */
    String deploymentId();
  }

  /**
   * Fetch this and install it there. The same id is the same work, however often it is said.
   *
   * @param stage whether to wait for {@link Activate} between the two
   * @param attempt which one: a later one is begun anew when the one before has ended
   */
  record Assign(
      String agent,
      DeploymentPlan plan,
      List<Contact> contacts,
      boolean stage,
      Pace pace,
      int attempt)
      implements Send {}

  /** Install what was staged, or will have been. */
  record Activate(String agent, String deploymentId) implements Send {}

  /** The pace of an assignment changed, or it stands still, or goes on. */
  record SetPace(String agent, String deploymentId, Pace pace, boolean paused) implements Send {}

  /** Run this hook and say what it says. */
  record CheckHealth(String agent, String deploymentId, String hook) implements Send {}

  /** Let all transfers stand still, or go on. */
  record Halt(String agent, boolean halted) implements Send {}

  /** Move no more than that, all transfers together. */
  record SetCaps(String agent, AgentCaps caps) implements Send {}

  /** Stop that work. */
  record Withdraw(String agent, String deploymentId, String why) implements Send {}

  /** Serve what you hold to these, who replace those before. */
  record Seed(
      String agent,
      InfoHash infoHash,
      List<Contact> contacts,
      boolean source,
      Pace pace,
      boolean paused)
      implements Send {}

  /** The neighbours of an assignment changed. */
  record Neighbours(String agent, String deploymentId, List<Contact> contacts) implements Send {}

  /** This machine exists, or its facts or presence changed. */
  record AgentStored(AgentSnapshot agent) implements Store {}

  /** This machine is forgotten. */
  record AgentForgotten(String agent) implements Store {}

  /** A new deployment with its holders and machines. */
  record DeploymentCreated(DeploymentSnapshot deployment) implements Store {}

  /** One more holder serves it. */
  record HolderAdded(String deploymentId, String agent, int position, int wave) implements Store {}

  /**
   * Something about a deployment changed besides its machines.
   *
   * @param deployment as it is now; its machines were stored by their own effects
   */
  record DeploymentChanged(DeploymentSnapshot deployment) implements Store {}

  /** A machine's state or reason changed, or it is new. */
  record MachineChanged(String deploymentId, MachineSnapshot machine) implements Store {}

  /** Whether all transfers stand still. */
  record HaltStored(boolean halted) implements Store {}

  /** A cap is set, or with 0 lifted. */
  record CapStored(CapScope scope, long bytesPerSecond) implements Store {}

  /** Done as asked. */
  record Accepted(String deploymentId) implements Answer {}

  /** Not done; {@code why} is one line for people. */
  record Refused(String deploymentId, Refusal refusal, String why) implements Answer {}

  /** For logs. */
  record Notice(String what) implements PlannerEffect {}
}
