package io.seedfall.planner;

import java.util.Arrays;
import java.util.TreeSet;

/**
 * Who exchanges pieces with whom: receivers with receivers, and holders with receivers.
 *
 * <p>Receivers: up to {@code d + 1} of them all know each other; more are joined by the union of
 * d/2 random Hamiltonian cycles. One cycle alone connects everybody, each gives every receiver two
 * neighbours, so the graph is connected and regular up to edges that two cycles share. A graph
 * grown peer by peer would be worse at its edges, and those finish last.
 *
 * <p>Holders: each serves min(k, N) receivers, consecutive ones of a random permutation, where the
 * next holder goes on: over all holders no receiver is dealt more than one time oftener than
 * another. So holder i's receivers do not depend on how many holders come after it.
 *
 * <p>The same numbers give the same graph in every JVM and every release: the generator is our own,
 * because a restarted coordinator draws the graph again.
 */
public final class NeighbourGraph {
  private final int[][] peers;
  private final int[] deal;
  private final int served;

  /**
   * Draws it.
   *
   * @param seed all randomness there is
   * @param receivers how many, 0 or more
   * @param receiverNeighbours d, even
   * @param holderNeighbours k
   */
  public NeighbourGraph(long seed, int receivers, int receiverNeighbours, int holderNeighbours) {
    SplitMix random = new SplitMix(seed);
    this.peers =
        receivers <= receiverNeighbours + 1
            ? everybodyWithEverybody(receivers)
            : unionOfCycles(receivers, receiverNeighbours / 2, random);
    this.deal = random.permutation(receivers);
    this.served = Math.min(holderNeighbours, receivers);
  }

  /** The receivers next to a receiver, ascending. */
  public int[] peersOf(int receiver) {
    return peers[receiver].clone();
  }

  /** The receivers that the {@code holder}-th holder serves, ascending. */
  public int[] servedBy(int holder) {
    int[] receivers = new int[served];
    for (int i = 0; i < served; i++) {
      receivers[i] = deal[(int) (((long) holder * served + i) % deal.length)];
    }
    Arrays.sort(receivers);
    return receivers;
  }

  private static int[][] everybodyWithEverybody(int receivers) {
    int[][] peers = new int[receivers][];
    for (int receiver = 0; receiver < receivers; receiver++) {
      int[] others = new int[receivers - 1];
      for (int i = 0; i < others.length; i++) {
        others[i] = i < receiver ? i : i + 1;
      }
      peers[receiver] = others;
    }
    return peers;
  }

  private static int[][] unionOfCycles(int receivers, int cycles, SplitMix random) {
    TreeSet<Long> edges = new TreeSet<>();
    for (int cycle = 0; cycle < cycles; cycle++) {
      int[] round = random.permutation(receivers);
      for (int i = 0; i < receivers; i++) {
        int a = round[i];
        int b = round[(i + 1) % receivers];
        edges.add(((long) a << 32) | b);
        edges.add(((long) b << 32) | a);
      }
    }
    int[][] peers = new int[receivers][2 * cycles];
    int[] counts = new int[receivers];
    for (long edge : edges) { // ascending, so each list is too
      int from = (int) (edge >>> 32);
      peers[from][counts[from]++] = (int) edge;
    }
    for (int receiver = 0; receiver < receivers; receiver++) {
      peers[receiver] = Arrays.copyOf(peers[receiver], counts[receiver]);
    }
    return peers;
  }

  /** SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). */
  private static final class SplitMix {
    private long state;

    SplitMix(long seed) {
      this.state = seed;
    }

    /**
     * 0 to {@code bound - 1}; the bias of the remainder is below 2^-32 and does not matter here.
     */
    int below(int bound) {
      state += 0x9e3779b97f4a7c15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z = z ^ (z >>> 31);
      return (int) Long.remainderUnsigned(z, bound);
    }

    /** 0 to {@code size - 1} in random order (Fisher and Yates). */
    int[] permutation(int size) {
      int[] order = new int[size];
      for (int i = 0; i < size; i++) {
        int j = below(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      return order;
    }
  }
}
