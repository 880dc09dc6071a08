package io.seedfall.control;

/** A rate that many machines have together. */
public final class SharedRate {
  /** The least: a share of less is nothing that pieces could come with. */
  public static final long BYTES_PER_SECOND_MIN = 1 << 20;

  private SharedRate() {}

  /**
   * Checks one; 0 is none.
   *
   * @throws IllegalArgumentException when it is too small
   */
  static void check(String what, long bytesPerSecond) {
    if (bytesPerSecond != 0 && bytesPerSecond < BYTES_PER_SECOND_MIN) {
      throw new IllegalArgumentException(
          "%s: %d (expected: 0, or %d or more, for many machines share it)"
              .formatted(what, bytesPerSecond, BYTES_PER_SECOND_MIN));
    }
  }
}
