package io.seedfall.simulator.policy;

import io.seedfall.simulator.BusyCurve;
import java.util.Arrays;
import java.util.List;

/**
 * What came out of an experiment. Times count from its beginning. A machine that died has failed,
 * whatever it had by then; makespan, ratios and percentiles are over the others.
 */
public final class Outcome {
  private final Policy policy;
  private final Experiment experiment;
  private final Fleet fleet;
  private final Tally tally;
  private final long[] sortedNanos;
  private final long fullRateNanos;

  /**
   * What a policy counted.
   *
   * @param blockBytes the unit in which it moves bytes
   * @param finishedNanos for each machine when it had everything, the source being number 0; -1
   *     when it never had
   * @param sourceBytes bytes that the source sent
   * @param rackBytes bytes that entered racks from outside
   * @param uplinksBusy the receivers' uplinks over time
   * @param traceHash a hash over everything that happened
   */
  record Tally(
      long blockBytes,
      List<Long> finishedNanos,
      long sourceBytes,
      long rackBytes,
      BusyCurve uplinksBusy,
      long traceHash) {}

  Outcome(Policy policy, Experiment experiment, Fleet fleet, Tally tally) {
    this.policy = policy;
    this.experiment = experiment;
    this.fleet = fleet;
    this.tally = tally;
    long[] finished = new long[fleet.machines()];
    int count = 0;
    long slowestFullRate = 0;
    for (int i = 1; i <= fleet.machines(); i++) {
      long nanos = tally.finishedNanos().get(i);
      if (fleet.isMortal(i) || nanos < 0) {
        continue;
      }
      finished[count++] = nanos;
      if (fleet.isFullRate(i)) {
        slowestFullRate = Math.max(slowestFullRate, nanos);
      }
    }
    sortedNanos = Arrays.copyOf(finished, count);
    Arrays.sort(sortedNanos);
    fullRateNanos = slowestFullRate;
  }

  /** How the file was sent. */
  public Policy policy() {
    return policy;
  }

  /** What was asked for. */
  public Experiment experiment() {
    return experiment;
  }

  /** The unit in which the policy moves bytes. */
  public long blockBytes() {
    return tally.blockBytes();
  }

  /** When the last machine had everything that did not fail. */
  public long makespanNanos() {
    return sortedNanos.length == 0 ? 0 : sortedNanos[sortedNanos.length - 1];
  }

  /** The least time in which it can be done. */
  public long boundNanos() {
    return experiment.boundNanos(fleet.lastJoinNanos());
  }

  /** The makespan by the bound. */
  public double ratio() {
    return (double) makespanNanos() / boundNanos();
  }

  /** The same over machines with a full-rate card; 0 when there are none. */
  public double ratioFullRate() {
    return (double) fullRateNanos / boundNanos();
  }

  /** When so many percent (0 to 100) of the machines had everything (nearest rank). */
  public long percentileNanos(int percent) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: 0..100)");
    }
    if (sortedNanos.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceilDiv((long) sortedNanos.length * percent, 100);
    return sortedNanos[Math.max(0, rank - 1)];
  }

  /** Bytes that the source sent, by the file. */
  public double sourceCopies() {
    return (double) tally.sourceBytes() / experiment.bytes();
  }

  /** Bytes that entered racks from outside, by racks and the file; 0 without racks. */
  public double crossRackCopies() {
    int racks = experiment.topology().racks();
    return racks == 0 ? 0 : (double) tally.rackBytes() / experiment.bytes() / racks;
  }

  /** The share of the receivers' uplinks that was busy until the last machine was done. */
  public double uplinkUtilisation() {
    long makespan = makespanNanos();
    return makespan == 0 ? 0 : tally.uplinksBusy().totalNanos() / makespan / experiment.machines();
  }

  /** The same over time, one value for each {@link #bucketNanos}. */
  public double[] uplinkShares() {
    return tally.uplinksBusy().shares(experiment.machines(), makespanNanos());
  }

  /** The time that one value of {@link #uplinkShares} covers. */
  public long bucketNanos() {
    return tally.uplinksBusy().bucketNanos();
  }

  /** When machines had everything, ascending, without those that failed. */
  public long[] finishedNanos() {
    return sortedNanos.clone();
  }

  /** Receivers that have everything. */
  public int finished() {
    return sortedNanos.length;
  }

  /** Receivers that died. */
  public int failed() {
    int failed = 0;
    for (int i = 1; i <= fleet.machines(); i++) {
      failed += fleet.isMortal(i) ? 1 : 0;
    }
    return failed;
  }

  /** A hash over everything that happened: the same experiment gives the same one anywhere. */
  public long traceHash() {
    return tally.traceHash();
  }
}
