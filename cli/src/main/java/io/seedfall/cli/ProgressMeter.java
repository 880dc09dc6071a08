package io.seedfall.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Rate and time left of something that counts bytes, over the last few seconds. Time is an
 * argument.
 */
final class ProgressMeter {
  private static final long WINDOW_NANOS = 5_000_000_000L;
  private static final int SAMPLES_MAX = 64;

  private record Sample(long nanos, long bytes) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** So many bytes are done at this time; times and bytes never go back. */
  void sample(long nowNanos, long bytesDone) {
    samples.addLast(new Sample(nowNanos, bytesDone));
    while (samples.size() > 2
        && (samples.size() > SAMPLES_MAX || nowNanos - samples.getFirst().nanos() > WINDOW_NANOS)) {
      samples.removeFirst();
    }
  }

  /** Bytes a second over the window, 0 while nothing is known. */
  double bytesPerSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    long nanos = last.nanos() - first.nanos();
    return nanos <= 0 ? 0 : Math.max(0, (last.bytes() - first.bytes()) * 1e9 / nanos);
  }

  /** How long {@code bytes} more will take at that rate; "?" while nothing moves. */
  String timeLeft(long bytes) {
    double rate = bytesPerSecond();
    if (bytes <= 0) {
      return Quantity.timeText(Duration.ZERO);
    }
    return rate < 1 ? "?" : Quantity.timeText(Duration.ofMillis((long) (bytes * 1e3 / rate)));
  }
}
