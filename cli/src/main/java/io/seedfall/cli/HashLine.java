package io.seedfall.cli;

/** One live line while hashing; nothing when it is over quickly, nothing with JSON. */
final class HashLine {
  private static final long FIRST_NANOS = 500_000_000L;
  private static final long TERMINAL_NANOS = 200_000_000L;
  private static final long PIPE_NANOS = 2_000_000_000L;

  private final Console console;
  private final boolean silent;
  private final String what;
  private final ProgressMeter meter = new ProgressMeter();
  private final long beganNanos = System.nanoTime();
  private long nextNanos = FIRST_NANOS;
  private long most;

  HashLine(Console console, boolean silent, String what) {
    this.console = console;
    this.silent = silent;
    this.what = what;
    meter.sample(0, 0);
  }

  /** Called from several threads, in any order. */
  synchronized void hashed(long bytesDone, long bytesTotal) {
    long now = System.nanoTime() - beganNanos;
    most = Math.max(most, bytesDone);
    if (silent || now < nextNanos) {
      return;
    }
    nextNanos = now + (console.terminal() ? TERMINAL_NANOS : PIPE_NANOS);
    meter.sample(now, most);
    console.live(
        "hashing %s: %3d %%  %s  %s left"
            .formatted(
                what,
                bytesTotal == 0 ? 100 : (int) (most * 100.0 / bytesTotal),
                Quantity.rateText(meter.bytesPerSecond()),
                meter.timeLeft(bytesTotal - most)));
  }
}
