package io.seedfall.control;

/** Where a deployment stands. */
public enum DeploymentPhase {
  /** Machines are at work. */
  RUNNING,
  /** A wave is in place, and nothing may break for a while. */
  SOAKING,
  /** The health hooks of a wave run. */
  CHECKING,
  /** Enough machines have every byte: it can be activated. */
  STAGED,
  /** As many machines as it asked for have it; the others and whoever joins go on. */
  DONE,
  /** Too many machines failed, or its time is up. */
  FAILED,
  /** Somebody cancelled it, or newer deployments took its place on every machine. */
  CANCELLED,
  /** The version before is on its way back, by another deployment. */
  ROLLED_BACK;

  /** Whether it is decided how it went. */
  public boolean isFinal() {
    return switch (this) {
      case RUNNING, SOAKING, CHECKING, STAGED -> false;
      case DONE, FAILED, CANCELLED, ROLLED_BACK -> true;
    };
  }
}
