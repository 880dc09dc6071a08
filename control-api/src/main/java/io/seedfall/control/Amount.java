package io.seedfall.control;

/**
 * How many of some machines: a number, {@code 5}, or a share, {@code 10%}.
 *
 * @param number of machines, or of a hundred
 * @param percent which of the two
 */
public record Amount(int number, boolean percent) {
  /** All. */
  public static final Amount ALL = new Amount(100, true);

  /** Checks it. */
  public Amount {
    if (number < 0 || (percent && number > 100)) {
      throw refused(number + (percent ? "%" : ""));
    }
  }

  /**
   * Parses it.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Amount parse(String text) {
    boolean percent = text.endsWith("%");
    String digits = percent ? text.substring(0, text.length() - 1) : text;
    if (!digits.matches("[0-9]{1,7}")) {
      throw refused(text);
    }
    return new Amount(Integer.parseInt(digits), percent);
  }

  private static IllegalArgumentException refused(String text) {
    String shown = text.length() <= 20 ? text : text.substring(0, 20) + "...";
    return new IllegalArgumentException(
        "amount: '" + shown + "' (expected: a number of machines like 5, or a share like 10%)");
  }

  /** How many of {@code total} at least: a share is rounded up. */
  public int atLeast(int total) {
    return percent ? (int) (((long) total * number + 99) / 100) : Math.min(number, total);
  }

  /** How many of {@code total} at most: a share is rounded down. */
  public int atMost(int total) {
    return percent ? (int) ((long) total * number / 100) : Math.min(number, total);
  }

  @Override
  public String toString() {
    return percent ? number + "%" : Integer.toString(number);
  }
}
