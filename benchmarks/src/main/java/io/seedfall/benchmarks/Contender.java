package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A way to bring a file from host 0 to all others, for one run: first {@link #prepare}, then {@link
 * #go}, from which time is taken until {@link #complete} is there on every host. Its processes are
 * ended with the stage's group.
 */
interface Contender {
  /** Starts what is up before the file is sent, and waits until it is. */
  void prepare(Stage stage) throws IOException;

  /** Sends the file: starts, or tells, what is to do it, and does not wait. */
  void go(Stage stage) throws IOException;

  /** What appears when a host has the whole file. */
  default Path complete(Stage stage, int host) {
    return stage.mark(host);
  }

  /** Where a host then has it. */
  default Path copy(Stage stage, int host) {
    return stage.file(host);
  }
}
