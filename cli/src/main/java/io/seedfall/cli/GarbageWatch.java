package io.seedfall.cli;

/**
 * Collects a daemon's heap now and then. The serial collector lets the old generation grow towards
 * the heap's limit before it looks into it, and what every transfer leaves there is soon garbage:
 * an agent of 11 MB alive held 35 MB after 130 pushes. Whoever runs beside us would have to pay for
 * that.
 */
final class GarbageWatch implements AutoCloseable {
  /** So much more than after the last collection is worth one, which takes some 20 ms. */
  static final long GROWTH_BYTES_MAX = 10L << 20;

  private static final int LOOK_EVERY_MILLIS = 1_000;

  private final Thread thread;
  private long keptBytes;

  private GarbageWatch() {
    this.thread = Thread.ofVirtual().name("seedfall-garbage").unstarted(this::run);
  }

  static GarbageWatch begin() {
    GarbageWatch watch = new GarbageWatch();
    watch.thread.start();
    return watch;
  }

  private void run() {
    keptBytes = usedBytes();
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY_MILLIS);
        if (isDue(usedBytes(), keptBytes)) {
          System.gc();
          keptBytes = usedBytes();
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** Whether a heap has grown enough since its last collection. */
  static boolean isDue(long usedBytes, long keptBytes) {
    return usedBytes - keptBytes > GROWTH_BYTES_MAX;
  }

  private static long usedBytes() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
