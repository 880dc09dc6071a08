package io.seedfall.benchmarks;

import io.seedfall.protocol.Units;
import java.util.Locale;

/**
 * The rate of a link.
 *
 * @param bitsPerSecond at least {@link #BITS_PER_SECOND_MIN}
 */
record LinkRate(long bitsPerSecond) {
  /** HTB's bursts would be a second and more below this. */
  static final long BITS_PER_SECOND_MIN = 1_000_000;

  LinkRate {
    if (bitsPerSecond < BITS_PER_SECOND_MIN) {
      throw new IllegalArgumentException(
          "rate: %d bit/s (expected: at least 1mbit)".formatted(bitsPerSecond));
    }
  }

  /** Reads a rate as tc writes it ({@code 100mbit}) or as {@link Units} does. */
  static LinkRate parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    String form =
        lower.endsWith("mbit") || lower.endsWith("gbit")
            ? lower.replace("mbit", "Mbit").replace("gbit", "Gbit")
            : text;
    return new LinkRate(Math.multiplyExact(Units.bytesPerSecond(form), 8));
  }

  /** A share of it. */
  LinkRate times(double share) {
    return new LinkRate(Math.round(bitsPerSecond * share));
  }
}
