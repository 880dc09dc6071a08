package io.seedfall.cli;

import java.security.SecureRandom;

/** The one place where a program draws its seed; below it, everything random follows from that. */
final class Randomness {
  private Randomness() {}

  static long seed() {
    return new SecureRandom().nextLong();
  }
}
