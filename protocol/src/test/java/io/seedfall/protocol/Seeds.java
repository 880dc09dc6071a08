package io.seedfall.protocol;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Property tests by seed: the same body for many seeds, each with its own generator. A failure
 * names its seed; {@code -Dseed=N} runs that one alone.
 */
public final class Seeds {
  private Seeds() {}

  /** What one seed does. */
  @FunctionalInterface
  public interface Body {
    /** Runs one case, drawing everything that varies from {@code random}. */
    void run(RandomGenerator random) throws Exception;
  }

  /**
   * Runs {@code body} for seeds 0 to {@code count - 1}, or for the one that {@code -Dseed} names.
   * {@code -Dseeds.factor=10} (./check --full) runs ten times as many.
   */
  public static void check(int count, Body body) {
    String only = System.getProperty("seed");
    long first = only == null ? 0 : Long.parseLong(only);
    long factor = Long.getLong("seeds.factor", 1);
    long last = only == null ? count * factor - 1 : first;
    for (long seed = first; seed <= last; seed++) {
      try {
        body.run(new SplittableRandom(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("rerun with -Dseed=" + seed + ": " + e, e);
      }
    }
  }
}
