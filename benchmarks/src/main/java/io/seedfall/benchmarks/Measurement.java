package io.seedfall.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * One run of one contender.
 *
 * @param contender its label
 * @param run the first is 1
 * @param finishedSeconds when each receiver had the whole file, from host 1 on; -1 for one that did
 *     not get it
 * @param sourceBytes what the source's card sent meanwhile, 0 where nobody counted
 * @param transferCpuSeconds CPU time of all its processes from the start to the last finish
 * @param cpuSeconds the same from the start of its first process
 * @param peakRssBytes of its largest process
 * @param peakRssAnonBytes of its largest process, without mapped files
 * @param identical how many receivers' files had the right SHA-256 afterwards
 * @param failure why it did not end well, empty when it did
 */
record Measurement(
    String contender,
    int run,
    List<Double> finishedSeconds,
    long sourceBytes,
    double transferCpuSeconds,
    double cpuSeconds,
    long peakRssBytes,
    long peakRssAnonBytes,
    int identical,
    String failure) {

  Measurement {
    finishedSeconds = List.copyOf(finishedSeconds);
  }

  /** Whether every host has the file, byte for byte. */
  boolean isGood() {
    return failure.isEmpty() && identical == finishedSeconds.size();
  }

  /** What was wrong with a run that is not good, for people. */
  String trouble() {
    return failure.isEmpty()
        ? "%d of %d files are identical".formatted(identical, finishedSeconds.size())
        : failure;
  }

  /** When the last host had it. */
  double makespanSeconds() {
    return Arrays.stream(sorted()).max().orElse(0);
  }

  /** When half of the hosts had it. */
  double medianSeconds() {
    return Statistics.median(sorted());
  }

  /** When the last of all hosts but these had it. */
  double makespanSecondsWithout(Set<Integer> hosts) {
    double last = 0;
    for (int i = 0; i < finishedSeconds.size(); i++) {
      if (!hosts.contains(i + 1)) {
        last = Math.max(last, finishedSeconds.get(i));
      }
    }
    return last;
  }

  private double[] sorted() {
    return finishedSeconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }
}
