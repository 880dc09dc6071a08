package io.seedfall.control;

/** What kind of program an agent connection is. */
public enum AgentKind {
  /** The daemon of a machine: fetches, installs, seeds. */
  AGENT,
  /** A {@code publish} or {@code deploy} that seeds its own file while it runs. */
  PUBLISHER
}
