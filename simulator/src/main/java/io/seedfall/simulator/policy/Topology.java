package io.seedfall.simulator.policy;

/**
 * The network of an experiment: one source outside all racks, receivers in racks of neighbouring
 * numbers or on one flat network.
 *
 * @param linkBytesPerSecond rate of a receiver's card, each way
 * @param sourceBytesPerSecond rate of the source's card, each way
 * @param oneWayNanos latency between two machines
 * @param racks number of racks, 0 for a flat network
 * @param oversubscription what the machines of a rack could send together, by what its uplink
 *     carries, 1 or more
 */
public record Topology(
    long linkBytesPerSecond,
    long sourceBytesPerSecond,
    long oneWayNanos,
    int racks,
    double oversubscription) {
  /** Checks the numbers. */
  public Topology {
    if (linkBytesPerSecond < 1 || sourceBytesPerSecond < 1 || oneWayNanos < 0 || racks < 0) {
      throw new IllegalArgumentException(
          "linkBytesPerSecond: %d, sourceBytesPerSecond: %d, oneWayNanos: %d, racks: %d"
                  .formatted(linkBytesPerSecond, sourceBytesPerSecond, oneWayNanos, racks)
              + " (expected: >= 1, >= 1, >= 0, >= 0)");
    }
    if (!(oversubscription >= 1)) {
      throw new IllegalArgumentException(
          "oversubscription: " + oversubscription + " (expected: >= 1)");
    }
  }

  /** Equal cards, no racks. */
  public static Topology flat(long linkBytesPerSecond, long oneWayNanos) {
    return new Topology(linkBytesPerSecond, linkBytesPerSecond, oneWayNanos, 0, 1);
  }

  /** The same with another card in the source. */
  public Topology withSource(long bytesPerSecond) {
    return new Topology(linkBytesPerSecond, bytesPerSecond, oneWayNanos, racks, oversubscription);
  }

  /** The same with the receivers in racks. */
  public Topology withRacks(int number, double oversubscribed) {
    return new Topology(
        linkBytesPerSecond, sourceBytesPerSecond, oneWayNanos, number, oversubscribed);
  }

  /** Rate of a rack's uplink and of its downlink, 0 without racks. */
  long rackBytesPerSecond(int machines) {
    if (racks == 0) {
      return 0;
    }
    double together = (double) Math.ceilDiv(machines, racks) * linkBytesPerSecond;
    return Math.max(1, Math.round(together / oversubscription));
  }

  /** The rack of a receiver, 1 to N, or -1 when there are none. */
  int rackOf(int machine, int machines) {
    return racks == 0 ? -1 : (int) ((long) (machine - 1) * racks / machines);
  }
}
