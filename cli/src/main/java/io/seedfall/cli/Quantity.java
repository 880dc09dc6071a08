package io.seedfall.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sizes, rates and durations as people write them, in one place: {@code GB} is 10^9 bytes, {@code
 * GiB} is 2^30, a rate is in bytes or bits a second ({@code 10MB/s}, {@code 40Gbit}). What cannot
 * be read is refused with an {@link IllegalArgumentException} that shows what was expected.
 */
final class Quantity {
  private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]*)");
  private static final Pattern PERCENT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?%");
  private static final Map<String, Long> BYTE_UNITS = new LinkedHashMap<>();
  private static final Map<String, Long> BIT_UNITS = new LinkedHashMap<>();
  private static final Map<String, Long> NANO_UNITS = new LinkedHashMap<>();

  static {
    BYTE_UNITS.put("B", 1L);
    BYTE_UNITS.put("kB", 1_000L);
    BYTE_UNITS.put("MB", 1_000_000L);
    BYTE_UNITS.put("GB", 1_000_000_000L);
    BYTE_UNITS.put("TB", 1_000_000_000_000L);
    BYTE_UNITS.put("KiB", 1L << 10);
    BYTE_UNITS.put("MiB", 1L << 20);
    BYTE_UNITS.put("GiB", 1L << 30);
    BYTE_UNITS.put("TiB", 1L << 40);
    BIT_UNITS.put("bit", 1L);
    BIT_UNITS.put("kbit", 1_000L);
    BIT_UNITS.put("Mbit", 1_000_000L);
    BIT_UNITS.put("Gbit", 1_000_000_000L);
    NANO_UNITS.put("ns", 1L);
    NANO_UNITS.put("us", 1_000L);
    NANO_UNITS.put("ms", 1_000_000L);
    NANO_UNITS.put("s", 1_000_000_000L);
    NANO_UNITS.put("m", 60 * 1_000_000_000L);
    NANO_UNITS.put("h", 3_600 * 1_000_000_000L);
    NANO_UNITS.put("d", 86_400 * 1_000_000_000L);
  }

  private Quantity() {}

  /** Bytes: {@code 1073741824}, {@code 1GiB}, {@code 1.5 GB}. */
  static long bytes(String text) {
    Long bytes = scaled(text, BYTE_UNITS, 1L, 1);
    if (bytes == null) {
      throw new IllegalArgumentException(
          "not a size: %s (expected a number with B, kB, MB, GB, TB, KiB, MiB, GiB or TiB)"
              .formatted(text));
    }
    return bytes;
  }

  /** Bytes a second, at least 1: {@code 10MB/s}, {@code 10MB}, {@code 40Gbit}. */
  static long bytesPerSecond(String text) {
    String amount = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
    Long rate = scaled(amount, BYTE_UNITS, null, 1);
    if (rate == null) {
      rate = scaled(amount, BIT_UNITS, null, 8);
    }
    if (rate == null || rate < 1) {
      throw new IllegalArgumentException(
          "not a rate: %s (expected for instance 10MB/s, 100MiB/s or 40Gbit)".formatted(text));
    }
    return rate;
  }

  /** A time: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 1d}. */
  static Duration duration(String text) {
    Long nanos = scaled(text, NANO_UNITS, null, 1);
    if (nanos == null) {
      throw new IllegalArgumentException(
          "not a time: %s (expected a number with ns, us, ms, s, m, h or d)".formatted(text));
    }
    return Duration.ofNanos(nanos);
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

  /** The number times its unit, divided by {@code divisor}; null when it cannot be read so. */
  private static @Nullable Long scaled(
      String text, Map<String, Long> units, @Nullable Long withoutUnit, long divisor) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return null;
    }
    String unit = matcher.group(2);
    Long factor = unit.isEmpty() ? withoutUnit : units.get(unit);
    if (factor == null) {
      return null;
    }
    BigDecimal exact =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(factor))
            .divide(BigDecimal.valueOf(divisor), 0, RoundingMode.DOWN);
    return exact.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? null : exact.longValueExact();
  }

  /** Bytes for a reader: {@code 999 B}, {@code 1.50 GB}. */
  static String bytesText(long bytes) {
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
  static String binaryText(long bytes) {
    for (String unit : new String[] {"TiB", "GiB", "MiB", "KiB"}) {
      long factor = BYTE_UNITS.getOrDefault(unit, 1L);
      if (bytes >= factor && bytes % factor == 0) {
        return bytes / factor + " " + unit;
      }
    }
    return bytesText(bytes);
  }

  /** The rate of a card for a reader: {@code 40 Gbit/s}, {@code 2.5 Gbit/s}. */
  static String bitRateText(long bytesPerSecond) {
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
  static String rateText(double bytesPerSecond) {
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
