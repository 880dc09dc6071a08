package io.seedfall.simulator.fleet;

/**
 * What is wrong with a machine.
 *
 * @param diskFull whether nothing more fits
 * @param install what hooks do that are run around an install
 * @param health what hooks do that ask how it is
 */
record Temper(boolean diskFull, Hook install, Hook health) {
  /** Nothing. */
  static final Temper FINE = new Temper(false, Hook.WELL, Hook.WELL);

  /** What a hook does. */
  enum Hook {
    /** Succeeds. */
    WELL,
    /** Fails. */
    FAILS,
    /** Hangs until its time is up. */
    HANGS,
    /** Its answer is lost. */
    SILENT
  }

  Temper withDiskFull(boolean full) {
    return new Temper(full, install, health);
  }

  Temper withInstall(Hook next) {
    return new Temper(diskFull, next, health);
  }

  Temper withHealth(Hook next) {
    return new Temper(diskFull, install, next);
  }
}
