package io.seedfall.agent;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a file system is to stay free.
 *
 * @param bytes so many, 0 for none
 * @param percent or so many of a hundred of it, 0 for none; the greater of both counts
 */
public record KeepFree(long bytes, double percent) {
  /** Nothing need stay free. */
  public static final KeepFree NOTHING = new KeepFree(0, 0);

  /** The most that can be asked for, of a hundred: something must be left for the versions. */
  public static final double PERCENT_MAX = 90;

  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,2}(?:\\.[0-9]{1,2})?)%");
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,12})([kmgtp]?)(i?)b?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "kmgtp";

  /** Checks both. */
  public KeepFree {
    if (bytes < 0 || percent < 0 || percent > PERCENT_MAX) {
      throw new IllegalArgumentException(
          "keep free: %d bytes, %s%% (expected: 0 or more bytes, 0 to %s%%)"
              .formatted(bytes, percent, PERCENT_MAX));
    }
  }

  /**
   * {@code 50GB}, {@code 20GiB}, {@code 10%}.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  public static KeepFree parse(String text) {
    Matcher percent = PERCENT.matcher(text);
    if (percent.matches()) {
      return new KeepFree(0, Double.parseDouble(percent.group(1)));
    }
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException("keep free: '" + text + "' (expected: 50GB, or 10%)");
    }
    int power = 1 + UNITS.indexOf(size.group(2).toLowerCase(Locale.ROOT));
    double unit =
        size.group(2).isEmpty() ? 1 : Math.pow(size.group(3).isEmpty() ? 1000 : 1024, power);
    double bytes = Long.parseLong(size.group(1)) * unit;
    if (bytes > Long.MAX_VALUE / 2.0) {
      throw new IllegalArgumentException("keep free: '" + text + "' (expected: less)");
    }
    return new KeepFree((long) bytes, 0);
  }

  /** Whether that is fewer free bytes than there should be. */
  boolean isShort(DiskSpace space) {
    return space.usableBytes() < Math.max((double) bytes, percent / 100 * space.totalBytes());
  }
}
