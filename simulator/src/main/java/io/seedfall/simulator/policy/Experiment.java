package io.seedfall.simulator.policy;

import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.simulator.Bound;

/**
 * One file to many machines: everything but the policy.
 *
 * @param machines receivers, without the source
 * @param bytes of the file
 * @param pieceBytes of a piece
 * @param topology the network
 * @param hazards what is not perfect
 * @param seed everything random follows from it
 */
public record Experiment(
    int machines, long bytes, int pieceBytes, Topology topology, Hazards hazards, long seed) {
  /** The most receivers. */
  public static final int MACHINES_MAX = 100_000;

  /** Checks the numbers. */
  public Experiment {
    if (machines < 1 || machines > MACHINES_MAX || bytes < 1) {
      throw new IllegalArgumentException(
          "machines: %d, bytes: %d (expected: 1..%d, >= 1)"
              .formatted(machines, bytes, MACHINES_MAX));
    }
    if (!PieceGeometry.isPieceSize(pieceBytes)) {
      throw new IllegalArgumentException(
          "pieceBytes: " + pieceBytes + " (expected: a power of two, 16 KiB to 64 MiB)");
    }
    if (Math.ceilDiv(bytes, (long) pieceBytes) > PieceGeometry.PIECES_MAX) {
      throw new IllegalArgumentException(
          "pieces: %d (expected: at most %d; choose larger pieces)"
              .formatted(Math.ceilDiv(bytes, (long) pieceBytes), PieceGeometry.PIECES_MAX));
    }
    if (topology.racks() > machines) {
      throw new IllegalArgumentException(
          "racks: %d (expected: at most one a machine, %d)".formatted(topology.racks(), machines));
    }
  }

  /** A file goes to so many machines, and everything is as it should be. */
  public static Experiment of(int machines, long bytes, int pieceBytes, Topology topology) {
    return new Experiment(machines, bytes, pieceBytes, topology, Hazards.NONE, 1);
  }

  /** The same, less perfect. */
  public Experiment withHazards(Hazards other) {
    return new Experiment(machines, bytes, pieceBytes, topology, other, seed);
  }

  /** The same from another seed. */
  public Experiment withSeed(long other) {
    return new Experiment(machines, bytes, pieceBytes, topology, hazards, other);
  }

  /** Rate of a rack's uplink and of its downlink, 0 without racks. */
  public long rackBytesPerSecond() {
    return topology.rackBytesPerSecond(machines);
  }

  /** How many pieces the file has. */
  public int pieces() {
    return (int) Math.ceilDiv(bytes, (long) pieceBytes);
  }

  /** Bytes of a piece; the last one is shorter. */
  int pieceBytes(int piece) {
    return (int) Math.min(pieceBytes, bytes - (long) piece * pieceBytes);
  }

  /** The least time in which it can be done. */
  long boundNanos(long lastJoinNanos) {
    return Bound.nanos(
        bytes,
        pieces(),
        machines,
        topology.linkBytesPerSecond(),
        topology.sourceBytesPerSecond(),
        lastJoinNanos);
  }
}
