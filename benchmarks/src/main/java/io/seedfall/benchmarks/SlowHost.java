package io.seedfall.benchmarks;

/**
 * A host whose link has only a share of the others' rate.
 *
 * @param host its number; 0 is the source
 * @param share of the rate, above 0 and at most 1
 */
record SlowHost(int host, double share) {
  /** Reads {@code 2:0.5}: host 2 has half of the rate. */
  static SlowHost parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length == 2
        && parts[0].matches("[0-9]{1,3}")
        && parts[1].matches("[01](\\.[0-9]{1,6})?")) {
      SlowHost slow = new SlowHost(Integer.parseInt(parts[0]), Double.parseDouble(parts[1]));
      if (slow.share > 0 && slow.share <= 1) {
        return slow;
      }
    }
    throw new IllegalArgumentException(
        "not a slow host: %s (expected HOST:SHARE, for instance 2:0.5)".formatted(text));
  }
}
