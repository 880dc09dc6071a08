package io.seedfall.simulator;

/**
 * The least time in which a file can be on every machine, whatever the policy (Mundinger, Weber,
 * Weiss, "Optimal scheduling of peer-to-peer file dissemination", J. Scheduling 2008): {@code F/B *
 * (1 + floor(log2 N) / M)} for a file of F bytes in M pieces, N receivers and cards of B bytes a
 * second.
 */
public final class Bound {
  private Bound() {}

  /**
   * The bound of one run.
   *
   * @param fileBytes F
   * @param pieces M
   * @param receivers N, without the source
   * @param linkBytesPerSecond B, the receivers' cards at full rate
   * @param sourceBytesPerSecond the source's card: when it is slower than the others, the file
   *     leaves it no faster, and the bound is {@code F/Bs + F/B * floor(log2 N) / M}; a faster one
   *     helps nobody, because each receiver still has to take the file through its own card
   * @param lastJoinNanos when the last receiver was switched on, which is added
   * @return nanoseconds
   */
  public static long nanos(
      long fileBytes,
      int pieces,
      int receivers,
      long linkBytesPerSecond,
      long sourceBytesPerSecond,
      long lastJoinNanos) {
    if (fileBytes < 1 || pieces < 1 || receivers < 1) {
      throw new IllegalArgumentException(
          "fileBytes: %d, pieces: %d, receivers: %d (expected: >= 1)"
              .formatted(fileBytes, pieces, receivers));
    }
    if (linkBytesPerSecond < 1 || sourceBytesPerSecond < 1 || lastJoinNanos < 0) {
      throw new IllegalArgumentException(
          "linkBytesPerSecond: %d, sourceBytesPerSecond: %d, lastJoinNanos: %d"
                  .formatted(linkBytesPerSecond, sourceBytesPerSecond, lastJoinNanos)
              + " (expected: >= 1, >= 1, >= 0)");
    }
    int doublings = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(receivers);
    double out = fileBytes * 1e9 / Math.min(sourceBytesPerSecond, linkBytesPerSecond);
    double spread = fileBytes * 1e9 / linkBytesPerSecond * doublings / pieces;
    return Math.round(out + spread) + lastJoinNanos;
  }
}
