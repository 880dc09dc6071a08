package io.seedfall.control;

/** What a deployment does when a gate is not passed. */
public enum OnFailure {
  /** Stops: who has not begun keeps what it has. */
  STOP,
  /** Puts the version before back on every machine. */
  ROLL_BACK
}
