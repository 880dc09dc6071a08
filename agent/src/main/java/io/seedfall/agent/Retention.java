package io.seedfall.agent;

/**
 * Which versions an agent keeps that are not in place anywhere.
 *
 * @param versionsMax so many for each destination, the installed one among them, at least 1; and so
 *     many that were handed over under each name
 * @param daysMax none that nobody has used for longer than so many days; 0 for no limit
 * @param keepFree the oldest go while the file system has less than this left
 */
public record Retention(int versionsMax, int daysMax, KeepFree keepFree) {
  /** Versions for each destination unless told otherwise. */
  public static final int VERSIONS_DEFAULT = 2;

  /** What an agent keeps unless told otherwise. */
  public static final Retention USUAL = new Retention(VERSIONS_DEFAULT, 0, KeepFree.NOTHING);

  private static final long DAY_MILLIS = 86_400_000L;

  /** Checks the numbers. */
  public Retention {
    if (versionsMax < 1) {
      throw new IllegalArgumentException("keptVersionsMax: " + versionsMax + " (expected: >= 1)");
    }
    if (daysMax < 0) {
      throw new IllegalArgumentException("keptDaysMax: " + daysMax + " (expected: >= 0)");
    }
  }

  /** Whether a version that was used last at that time is too old now. */
  boolean isTooOld(long usedMillis, long nowMillis) {
    return daysMax > 0 && nowMillis - usedMillis > daysMax * DAY_MILLIS;
  }

  /** Whether anything but the number of versions counts, which changes while nothing happens. */
  boolean looksAtTheClockOrTheDisk() {
    return daysMax > 0 || !keepFree.equals(KeepFree.NOTHING);
  }
}
