package io.seedfall.swarm;

/**
 * What an uplink was seen to do: the most bytes that it took in one of the last few windows of
 * time. The most and not the mean, because an uplink that has little to send is not slow; windows
 * of some length, because sockets take a burst faster than the card does.
 */
final class UplinkRate {
  /** One window. */
  static final long WINDOW_NANOS = 200_000_000L;

  /** Windows that are remembered: what was seen longer ago is forgotten. */
  static final int WINDOWS = 16;

  private static final long SECOND_IN_NANOS = 1_000_000_000L;

  /** Bytes of the window with that number, modulo the number of windows. */
  private final long[] bytes = new long[WINDOWS];

  private long window = -1;
  private long most;

  /** So many bytes were taken now. */
  void sent(int length, long nowNanos) {
    long number = nowNanos / WINDOW_NANOS;
    if (number != window) {
      begin(number);
    }
    bytes[Math.floorMod(number, WINDOWS)] += length;
  }

  private void begin(long number) {
    for (long skipped = Math.max(window + 1, number - WINDOWS + 1); skipped < number; skipped++) {
      bytes[Math.floorMod(skipped, WINDOWS)] = 0;
    }
    bytes[Math.floorMod(number, WINDOWS)] = 0;
    window = number;
    most = 0;
    for (long past : bytes) {
      most = Math.max(most, past);
    }
  }

  /** By the windows that are over; 0 when there is none. */
  long bytesPerSecond() {
    return most * (SECOND_IN_NANOS / WINDOW_NANOS);
  }
}
