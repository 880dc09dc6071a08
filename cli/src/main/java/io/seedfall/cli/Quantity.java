package io.seedfall.cli;

import io.seedfall.protocol.Units;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes, rates and durations as people write them ({@link Units}) and as they like to read them.
 */
public final class Quantity {
  private static final Pattern PERCENT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?%");

  private Quantity() {}

  /** Bytes, as {@link Units} reads them. */
  public static long bytes(String text) {
    return Units.bytes(text);
  }

  /** Bytes a second, as {@link Units} reads them. */
  static long bytesPerSecond(String text) {
    return Units.bytesPerSecond(text);
  }

  /** A time, as {@link Units} reads it. */
  static Duration duration(String text) {
    return Duration.ofNanos(Units.nanos(text));
  }

  /** A share, 0 to 1: {@code 2%}, {@code 0.5%}. */
  static double share(String text) {
    Matcher matcher = PERCENT.matcher(text.strip());
    double share = matcher.matches() ? Double.parseDouble(matcher.group(1)) / 100 : 2;
    if (share > 1) {
      throw new IllegalArgumentException(
          "not a share: %s (expected a percentage, 0%% to 100%%)".formatted(text));
    }
    return share;
  }

  /** Bytes for a reader: {@code 999 B}, {@code 1.50 GB}. */
  public static String bytesText(long bytes) {
    String[] names = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < names.length - 1) {
      value /= 1_000;
      unit++;
    }
    if (unit == 0) {
      return bytes + " B";
    }
    String form = value < 9.995 ? "%.2f %s" : value < 99.95 ? "%.1f %s" : "%.0f %s";
    return String.format(Locale.ROOT, form, value, names[unit]);
  }

  /** A size that is a power of two or close to it, for a reader: {@code 1 MiB}. */
  public static String binaryText(long bytes) {
    for (String unit : new String[] {"TiB", "GiB", "MiB", "KiB"}) {
      long factor = Units.bytes("1" + unit);
      if (bytes >= factor && bytes % factor == 0) {
        return bytes / factor + " " + unit;
      }
    }
    return bytesText(bytes);
  }

  /** The rate of a card for a reader: {@code 40 Gbit/s}, {@code 2.5 Gbit/s}. */
  public static String bitRateText(long bytesPerSecond) {
    double bits = bytesPerSecond * 8.0;
    String[] names = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
    int unit = 0;
    while (bits >= 1_000 && unit < names.length - 1) {
      bits /= 1_000;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.2f", bits).replaceFirst("\\.?0+$", "");
    return number + " " + names[unit];
  }

  /** A rate for a reader: {@code 112 MB/s}. */
  public static String rateText(double bytesPerSecond) {
    return bytesText(Math.round(Math.max(0, bytesPerSecond))) + "/s";
  }

  /** A time for a reader: {@code 0.8 s}, {@code 41 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
  static String timeText(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 20) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7_200) {
      return "%d min %02d s".formatted(seconds / 60, seconds % 60);
    }
    return "%d h %02d min".formatted(seconds / 3_600, seconds / 60 % 60);
  }
}
