package io.seedfall.cli;

/**
 * Some of the machines have a slower card.
 *
 * @param share of the machines, 0 to 1
 * @param rate of their cards by the others', above 0, at most 1
 */
record SlowMachines(double share, double rate) {
  /** Reads {@code 2%:0.5}: two percent of them at half rate. */
  static SlowMachines parse(String text) {
    int colon = text.indexOf(':');
    if (colon >= 0) {
      try {
        double rate = Double.parseDouble(text.substring(colon + 1));
        if (rate > 0 && rate <= 1) {
          return new SlowMachines(Quantity.share(text.substring(0, colon)), rate);
        }
      } catch (IllegalArgumentException e) {
        // Said below, for both halves at once.
      }
    }
    throw new IllegalArgumentException(
        "not a share and a rate: %s (expected for instance 2%%:0.5, two percent of the machines"
                .formatted(text)
            + " at half rate)");
  }
}
