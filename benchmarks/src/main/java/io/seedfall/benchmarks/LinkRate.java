package io.seedfall.benchmarks;

import io.seedfall.protocol.Units;

/**
 * The rate of a link.
 *
 * @param bitsPerSecond at least {@link #BITS_PER_SECOND_MIN}
 */
record LinkRate(long bitsPerSecond) {
  /** HTB's bursts would be a second and more below this. */
  static final long BITS_PER_SECOND_MIN = 1_000_000;

  /** More than any card does. */
  static final long BITS_PER_SECOND_MAX = 1_000_000_000_000L;

  LinkRate {
    if (bitsPerSecond < BITS_PER_SECOND_MIN) {
      throw new IllegalArgumentException(
          "rate: %d bit/s (expected: at least 1mbit)".formatted(bitsPerSecond));
    }
  }

  /** Reads a rate as {@link Units} does, like every other option. */
  static LinkRate parse(String text) {
    long bytesPerSecond = Units.bytesPerSecond(text);
    if (bytesPerSecond > BITS_PER_SECOND_MAX / 8) {
      throw new IllegalArgumentException("rate: %s (expected: at most 1tbit)".formatted(text));
    }
    return new LinkRate(bytesPerSecond * 8);
  }

  /** A share of it. */
  LinkRate times(double share) {
    return new LinkRate(Math.round(bitsPerSecond * share));
  }
}
