package io.seedfall.simulator.policy;

import io.seedfall.simulator.BusyCurve;
import java.util.Arrays;
import java.util.List;

/**
 * The file is cut into one chunk for each machine; the source gives everybody its chunk, and then
 * everybody gives its chunk to all others, all at the same time.
 *
 * <p>This is a formula, not a run: links are shared evenly, all flows of a step begin together, and
 * the narrowest link of each is the same to its end (a test runs small cases and compares). With N
 * machines there are N * N flows, too many to run for thousands.
 *
 * <pre>
 *   last join   source -> each: F / Bs   each -> all: (N - 1) * F / N, by the slowest card on the way
 *   |-----------|------------------------|-----------------------------------------------------|
 * </pre>
 *
 * <p>When a machine dies before it had its chunk, the source sends that chunk again to others; when
 * it dies in the exchange, what it had not given yet goes through both steps again.
 */
final class ScatterExchangePolicy {
  private final Experiment experiment;
  private final Fleet fleet;
  private final double file;
  private final double sourceBytesPerNano;
  private final double rackBytesPerNano;
  private final BusyCurve uplinksBusy = new BusyCurve();

  private ScatterExchangePolicy(Experiment experiment, Fleet fleet) {
    this.experiment = experiment;
    this.fleet = fleet;
    this.file = experiment.bytes();
    this.sourceBytesPerNano = fleet.bytesPerSecond(0) / 1e9;
    this.rackBytesPerNano = fleet.rackBytesPerSecond() / 1e9;
  }

  static Outcome.Tally run(Experiment experiment, Fleet fleet) {
    return new ScatterExchangePolicy(experiment, fleet).run();
  }

  private Outcome.Tally run() {
    double begin = fleet.lastJoinNanos();
    int there = alive(begin);
    double scatter = scatterNanos(there);
    double wasted = 0;
    for (int i = 1; i <= fleet.machines(); i++) {
      double lived = fleet.deathNanos(i) - begin;
      wasted += lived > 0 && lived < scatter ? file / there * lived / scatter : 0;
    }
    double exchangeBegin =
        begin + scatter + wasted / sourceBytesPerNano + experiment.topology().oneWayNanos();
    int left = alive(exchangeBegin);
    double[] exchange = exchangeNanos(left, exchangeBegin);
    double longest = Arrays.stream(exchange).max().orElseThrow();
    double missing = 0;
    for (int i = 1; i <= fleet.machines(); i++) {
      double lived = fleet.deathNanos(i) - exchangeBegin;
      missing += lived > 0 && lived < longest ? file / left * (1 - lived / longest) : 0;
    }
    double repair =
        missing / sourceBytesPerNano + missing * 1e9 / experiment.topology().linkBytesPerSecond();
    Long[] finished = new Long[fleet.machines() + 1];
    long hash = 1;
    for (int i = 0; i < finished.length; i++) {
      double done = exchangeBegin + exchange[i] + repair + experiment.topology().oneWayNanos();
      finished[i] = i == 0 || fleet.deathNanos(i) <= done ? -1 : Math.round(done);
      hash = 31 * hash + finished[i];
    }
    return new Outcome.Tally(
        Math.max(1, Math.ceilDiv(experiment.bytes(), (long) there)),
        List.of(finished),
        Math.round(file + wasted + missing),
        Math.round(rackBytes(left, wasted + missing)),
        uplinksBusy,
        hash);
  }

  private int alive(double nanos) {
    int alive = 0;
    for (int i = 1; i <= fleet.machines(); i++) {
      alive += fleet.deathNanos(i) > nanos ? 1 : 0;
    }
    return Math.max(1, alive);
  }

  /** The first step: as long as the source's card needs, or the slowest chunk's. */
  private double scatterNanos(int there) {
    double nanos = file / sourceBytesPerNano;
    double chunk = file / there;
    for (int i = 1; i <= fleet.machines(); i++) {
      nanos = Math.max(nanos, chunk * 1e9 / fleet.bytesPerSecond(i));
    }
    if (fleet.racks() > 0) {
      nanos = Math.max(nanos, chunk * rackMembers(there) / rackBytesPerNano);
    }
    return nanos;
  }

  /** The second step, for each machine: the slowest of the flows that come to it. */
  private double[] exchangeNanos(int left, double begin) {
    double chunk = file / left;
    double slowest = Double.POSITIVE_INFINITY;
    for (int i = 1; i <= fleet.machines(); i++) {
      if (fleet.deathNanos(i) > begin) {
        slowest = Math.min(slowest, fleet.bytesPerSecond(i) / 1e9);
      }
    }
    double acrossNanos = 0;
    if (fleet.racks() > 1 && left > 1) {
      double members = rackMembers(left);
      acrossNanos = chunk * members * (left - members) / rackBytesPerNano;
    }
    double[] nanos = new double[fleet.machines() + 1];
    for (int i = 1; i < nanos.length; i++) {
      double narrowest = Math.min(slowest, fleet.bytesPerSecond(i) / 1e9);
      nanos[i] = Math.max(acrossNanos, chunk * (left - 1) / narrowest);
    }
    double longest = Arrays.stream(nanos).max().orElseThrow();
    for (int i = 1; i < nanos.length && longest >= 1; i++) {
      if (fleet.deathNanos(i) > begin) {
        double busy = chunk * (left - 1) * 1e9 / fleet.bytesPerSecond(i) / longest;
        uplinksBusy.add(Math.round(begin), Math.round(begin + longest), busy);
      }
    }
    return nanos;
  }

  /** Machines of a full rack, as far as they are left. */
  private double rackMembers(int left) {
    return (double) left / fleet.racks();
  }

  private double rackBytes(int left, double again) {
    if (fleet.racks() == 0) {
      return 0;
    }
    return file + again + (double) left * (left - rackMembers(left)) * file / left;
  }
}
