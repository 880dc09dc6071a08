package io.seedfall.simulator.policy;

import java.util.SplittableRandom;

/**
 * The machines of an experiment as the seed draws them: 0 is the source, 1 to N receive. Each kind
 * of hazard has a stream of its own, so that adding slow machines does not change who dies.
 */
final class Fleet {
  /** When nobody dies. */
  static final long NEVER_NANOS = Long.MAX_VALUE;

  /** Deaths are spread over this much of the bound, around its middle. */
  private static final double DEATHS_SPREAD = 0.2;

  private final int machines;
  private final long[] bytesPerSecond;
  private final boolean[] fullRate;
  private final int[] rack;
  private final long[] joinNanos;
  private final long[] deathNanos;
  private final long rackBytesPerSecond;
  private final int racks;
  private final long lastJoinNanos;

  private Fleet(Experiment experiment) {
    Topology topology = experiment.topology();
    machines = experiment.machines();
    racks = topology.racks();
    rackBytesPerSecond = topology.rackBytesPerSecond(machines);
    bytesPerSecond = new long[machines + 1];
    fullRate = new boolean[machines + 1];
    rack = new int[machines + 1];
    joinNanos = new long[machines + 1];
    deathNanos = new long[machines + 1];
    long last = 0;
    SplittableRandom root = new SplittableRandom(experiment.seed());
    boolean[] slow = some(root.split(), experiment.hazards().slowShare());
    boolean[] mortal = some(root.split(), experiment.hazards().failShare());
    SplittableRandom deaths = root.split();
    SplittableRandom joins = root.split();
    long link = topology.linkBytesPerSecond();
    long slowLink = Math.max(1, Math.round(link * experiment.hazards().slowRate()));
    long toReceiveNanos = experiment.boundNanos(0);
    for (int i = 0; i <= machines; i++) {
      boolean source = i == 0;
      bytesPerSecond[i] = source ? topology.sourceBytesPerSecond() : slow[i] ? slowLink : link;
      fullRate[i] = bytesPerSecond[i] >= link;
      rack[i] = source ? -1 : topology.rackOf(i, machines);
      long over = experiment.hazards().joinOverNanos();
      joinNanos[i] = source || over == 0 ? 0 : joins.nextLong(over + 1);
      last = Math.max(last, joinNanos[i]);
      double when = 0.5 + (deaths.nextDouble() - 0.5) * DEATHS_SPREAD;
      deathNanos[i] =
          mortal[i] ? joinNanos[i] + Math.max(1, Math.round(toReceiveNanos * when)) : NEVER_NANOS;
    }
    lastJoinNanos = last;
  }

  static Fleet draw(Experiment experiment) {
    return new Fleet(experiment);
  }

  /** That share of the receivers, at least one when it is above 0. */
  private boolean[] some(SplittableRandom random, double share) {
    boolean[] chosen = new boolean[machines + 1];
    long count = share > 0 ? Math.max(1, Math.round(machines * share)) : 0;
    int[] order = permutation(random);
    for (int i = 0; i < count; i++) {
      chosen[order[i]] = true;
    }
    return chosen;
  }

  /** The receivers in a random order. */
  int[] permutation(SplittableRandom random) {
    int[] order = new int[machines];
    for (int i = 0; i < machines; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i + 1;
    }
    return order;
  }

  /** Receivers, without the source. */
  int machines() {
    return machines;
  }

  long bytesPerSecond(int machine) {
    return bytesPerSecond[machine];
  }

  boolean isFullRate(int machine) {
    return fullRate[machine];
  }

  int racks() {
    return racks;
  }

  /** -1 outside all racks. */
  int rack(int machine) {
    return rack[machine];
  }

  long rackBytesPerSecond() {
    return rackBytesPerSecond;
  }

  long joinNanos(int machine) {
    return joinNanos[machine];
  }

  long lastJoinNanos() {
    return lastJoinNanos;
  }

  /** When it dies, {@link #NEVER_NANOS} when it does not. */
  long deathNanos(int machine) {
    return deathNanos[machine];
  }

  boolean isMortal(int machine) {
    return deathNanos[machine] != NEVER_NANOS;
  }
}
