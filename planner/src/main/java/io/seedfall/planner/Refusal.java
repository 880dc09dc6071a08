package io.seedfall.planner;

/** Why a request was refused. */
public enum Refusal {
  /** The selector matches no machine that is connected or was seen lately. */
  NO_MATCHING_AGENTS,
  /** Nobody who is connected holds all of the artifact. */
  NO_FULL_COPY,
  /** All full copies are on loopback of the coordinator's machine, and a target is elsewhere. */
  NO_REACHABLE_COPY,
  /** Too many deployments run already. */
  LIMIT_REACHED,
  /** No running deployment has that id. */
  NOT_RUNNING,
  /** Too few machines have every byte, or it was never to be staged. */
  NOT_STAGED,
  /** It is paused already, or was not paused. */
  NOTHING_TO_CHANGE,
  /** There is no version before. */
  NO_VERSION_BEFORE
}
