package io.seedfall.agent;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A pipe whose reading end never waits. The JDK's own pipe to a process reads, when that ends, as
 * long as anything comes: a child that outlives it and prints without end would fill the memory.
 */
final class HookPipe implements AutoCloseable {
  private static final int OPEN_NONE = -1;

  private final int reading;
  private int writing;

  private HookPipe(int reading, int writing) {
    this.reading = reading;
    this.writing = writing;
  }

  static HookPipe open() throws IOException {
    int[] ends = Linux.pipe();
    return new HookPipe(ends[0], ends[1]);
  }

  /** For a process that is about to be started. */
  File writingEnd() {
    return new File("/proc/self/fd/" + writing);
  }

  /** Our own hold of the writing end; the process has its own by now. */
  void closeWriting() throws IOException {
    if (writing != OPEN_NONE) {
      int descriptor = writing;
      writing = OPEN_NONE;
      Linux.close(descriptor);
    }
  }

  /** Fills {@code target} as far as there is something now. */
  void read(ByteBuffer target) throws IOException {
    int got = 1;
    while (got > 0 && target.hasRemaining()) {
      got = Linux.readAvailable(reading, target);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      closeWriting();
    } finally {
      Linux.close(reading);
    }
  }
}
