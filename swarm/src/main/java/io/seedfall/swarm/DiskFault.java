package io.seedfall.swarm;

/** What went wrong with the disk under a swarm. */
public enum DiskFault {
  /** No room for what was to be written. */
  NO_SPACE,
  /** The device or file system refused or failed. */
  IO_ERROR,
  /** The file under the swarm is not what it was: changed, cut or gone. */
  CONTENT_CHANGED
}
