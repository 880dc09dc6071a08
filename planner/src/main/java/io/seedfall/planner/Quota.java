package io.seedfall.planner;

/**
 * How many of some machines: a number, or a share of them.
 *
 * @param number of machines, or of a hundred
 * @param percent which of the two
 */
public record Quota(int number, boolean percent) {
  /** All. */
  public static final Quota ALL = new Quota(100, true);

  /** None. */
  public static final Quota NONE = new Quota(0, false);

  /** Checks it. */
  public Quota {
    if (number < 0 || (percent && number > 100)) {
      throw new IllegalArgumentException(
          "quota: " + number + (percent ? "%" : "") + " (expected: 0 or more, at most 100%)");
    }
  }

  /** How many of {@code total} at least: a share is rounded up. */
  int atLeast(int total) {
    return percent ? (int) (((long) total * number + 99) / 100) : Math.min(number, total);
  }

  /** How many of {@code total} at most: a share is rounded down. */
  int atMost(int total) {
    return percent ? (int) ((long) total * number / 100) : Math.min(number, total);
  }

  @Override
  public String toString() {
    return percent ? number + "%" : Integer.toString(number);
  }
}
