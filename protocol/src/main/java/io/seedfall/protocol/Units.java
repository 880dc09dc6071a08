package io.seedfall.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sizes, rates and times as people write them, in one place: {@code GB} is 10^9 bytes, {@code GiB}
 * is 2^30, a rate is in bytes or bits a second ({@code 10MB/s}, {@code 40Gbit}). What cannot be
 * read is refused with an {@link IllegalArgumentException} that shows what was expected.
 */
public final class Units {
  private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]*)");
  private static final Map<String, Long> BYTE_UNITS = new LinkedHashMap<>();

  /** In small letters: there is no millibit that a capital would have to tell apart. */
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
    BIT_UNITS.put("mbit", 1_000_000L);
    BIT_UNITS.put("gbit", 1_000_000_000L);
    BIT_UNITS.put("tbit", 1_000_000_000_000L);
    NANO_UNITS.put("ns", 1L);
    NANO_UNITS.put("us", 1_000L);
    NANO_UNITS.put("ms", 1_000_000L);
    NANO_UNITS.put("s", 1_000_000_000L);
    NANO_UNITS.put("m", 60 * 1_000_000_000L);
    NANO_UNITS.put("h", 3_600 * 1_000_000_000L);
    NANO_UNITS.put("d", 86_400 * 1_000_000_000L);
  }

  private Units() {}

  /** Bytes: {@code 1073741824}, {@code 1GiB}, {@code 1.5 GB}. */
  public static long bytes(String text) {
    Long bytes = scaled(text, BYTE_UNITS, 1L, 1);
    if (bytes == null) {
      throw new IllegalArgumentException(
          "not a size: %s (expected a number with B, kB, MB, GB, TB, KiB, MiB, GiB or TiB)"
              .formatted(text));
    }
    return bytes;
  }

  /**
   * Bytes a second, at least 1: {@code 10MB/s}, {@code 10MB}, {@code 40Gbit}. Bits may be written
   * in small letters, as tc writes them: {@code 100mbit}.
   */
  public static long bytesPerSecond(String text) {
    String amount = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
    Long rate = scaled(amount, BYTE_UNITS, null, 1);
    if (rate == null) {
      rate = scaled(amount.toLowerCase(Locale.ROOT), BIT_UNITS, null, 8);
    }
    if (rate == null || rate < 1) {
      throw new IllegalArgumentException(
          "not a rate: %s (expected for instance 10MB/s, 100MiB/s, 100mbit or 40Gbit)"
              .formatted(text));
    }
    return rate;
  }

  /** Nanoseconds: {@code 75us}, {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 1d}. */
  public static long nanos(String text) {
    Long nanos = scaled(text, NANO_UNITS, null, 1);
    if (nanos == null) {
      throw new IllegalArgumentException(
          "not a time: %s (expected a number with ns, us, ms, s, m, h or d)".formatted(text));
    }
    return nanos;
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
}
