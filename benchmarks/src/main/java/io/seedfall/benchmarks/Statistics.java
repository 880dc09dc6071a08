package io.seedfall.benchmarks;

import java.util.Arrays;

/** What is said of several runs. */
final class Statistics {
  private Statistics() {}

  /** The middle value, or the mean of the two in the middle; 0 of nothing. */
  static double median(double... values) {
    if (values.length == 0) {
      return 0;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
