package io.seedfall.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches how much memory the largest process of a group has, until it is closed. The kernel
 * remembers each process's own peak, so looking now and then misses only what a process did in its
 * last moments; of the part that is its own ({@code RssAnon}) it sees what was there when it
 * looked.
 */
final class MemoryPeak implements AutoCloseable {
  private static final long LOOK_EVERY_MILLIS = 200;

  private final ControlGroup group;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CompletableFuture<Void> ended;
  private volatile long rssBytes;
  private volatile long rssAnonBytes;

  private MemoryPeak(ControlGroup group) {
    this.group = group;
    this.ended = CompletableFuture.runAsync(this::watch, Thread.ofVirtual()::start);
  }

  static MemoryPeak watching(ControlGroup group) {
    return new MemoryPeak(group);
  }

  private void watch() {
    try {
      do {
        look();
      } while (!closed.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
      look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    for (long pid : group.processes()) {
      ProcessFacts facts = ProcessFacts.of(pid);
      if (facts != null) {
        rssBytes = Math.max(rssBytes, facts.peakRssBytes());
        rssAnonBytes = Math.max(rssAnonBytes, facts.rssAnonBytes());
      }
    }
  }

  /** The most that one process had resident. */
  long rssBytes() {
    return rssBytes;
  }

  /** The most that one process had resident of its own, without mapped files. */
  long rssAnonBytes() {
    return rssAnonBytes;
  }

  /** Looks once more and stops. */
  @Override
  public void close() {
    closed.countDown();
    ended.join();
  }
}
