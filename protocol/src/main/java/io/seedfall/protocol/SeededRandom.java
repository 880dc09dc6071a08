package io.seedfall.protocol;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The randomness of brains: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014). The algorithm is ours to keep, so that a seed in a file replays in
 * five years. Not for secrets.
 */
public final class SeededRandom implements RandomGenerator {
  private long state;

  /** The sequence that {@code seed} begins. */
  public SeededRandom(long seed) {
    this.state = seed;
  }

  @Override
  public long nextLong() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /**
   * A number from 0 to {@code bound - 1}; the bias of at most bound / 2^32 does not matter here.
   */
  @Override
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound: " + bound + " (expected: >= 1)");
    }
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Puts {@code list} into a random order (Fisher and Yates). */
  public void shuffle(List<?> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      swap(list, i, nextInt(i + 1));
    }
  }

  private static <T> void swap(List<T> list, int i, int j) {
    T kept = list.get(i);
    list.set(i, list.get(j));
    list.set(j, kept);
  }
}
