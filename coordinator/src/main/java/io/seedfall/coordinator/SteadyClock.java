package io.seedfall.coordinator;

/** Epoch time that never steps: read once from the system, carried on by the monotonic clock. */
final class SteadyClock {
  private final long startMillis = System.currentTimeMillis();
  private final long startNanos = System.nanoTime();

  long nowMillis() {
    return startMillis + (System.nanoTime() - startNanos) / 1_000_000;
  }

  long startMillis() {
    return startMillis;
  }
}
