package io.seedfall.planner;

/** What a connected program is for. */
public enum AgentRole {
  /** The daemon of a machine: a target of deployments, and a holder of what it keeps. */
  MACHINE,
  /** A program that seeds its own file while it runs: never a target. */
  PUBLISHER
}
