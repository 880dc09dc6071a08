package io.seedfall.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * What an agent finds on its machine, and a test may find otherwise.
 *
 * @param nowMillis the date, epoch
 * @param space of the file system that a directory is on
 */
record Surroundings(LongSupplier nowMillis, SpaceOf space) {
  /** Asks a file system. */
  interface SpaceOf {
    DiskSpace of(Path directory) throws IOException;
  }

  /** Those of this machine. */
  static final Surroundings REAL = new Surroundings(System::currentTimeMillis, DiskSpace::of);
}
