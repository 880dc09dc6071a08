package io.seedfall.cli;

/**
 * Collects a daemon's heap now and then. The serial collector lets the old generation grow towards
 * the heap's limit before it looks into it, and what every transfer leaves there is soon garbage:
 * an agent of 11 MB alive held 35 MB after 130 pushes. Whoever runs beside us would have to pay for
 * that.
 *
 * <p>A coordinator of ten thousand agents holds 150 MB, of which a collection takes a third of a
 * second: it is worth that only for much, and seldom.
 */
final class GarbageWatch implements AutoCloseable {
  /** Less more than after the last collection is never worth one, which takes some 20 ms. */
  static final long GROWTH_BYTES_MIN = 10L << 20;

  /** Nor is a smaller part of what was left then. */
  private static final int GROWTH_PART = 2;

  /** After a collection there is none for so many times as long as it took. */
  private static final int PAUSES = 50;

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
      long pauseMillis = LOOK_EVERY_MILLIS;
      while (true) {
        Thread.sleep(pauseMillis);
        pauseMillis = LOOK_EVERY_MILLIS;
        if (isDue(usedBytes(), keptBytes)) {
          long beginNanos = System.nanoTime();
          System.gc();
          keptBytes = usedBytes();
          pauseMillis = pauseMillis(System.nanoTime() - beginNanos);
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** Whether a heap has grown enough since its last collection. */
  static boolean isDue(long usedBytes, long keptBytes) {
    return usedBytes - keptBytes > Math.max(GROWTH_BYTES_MIN, keptBytes / GROWTH_PART);
  }

  /** How long to leave it alone after a collection that took so long. */
  static long pauseMillis(long tookNanos) {
    return Math.max(LOOK_EVERY_MILLIS, PAUSES * tookNanos / 1_000_000);
  }

  private static long usedBytes() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
