package io.seedfall.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Who exchanges pieces with whom: receivers with receivers, and holders with receivers.
 *
 * <p>Receivers: up to {@code d + 1} of them all know each other; more are joined by the union of
 * d/2 random Hamiltonian cycles. One cycle alone connects everybody, each gives every receiver two
 * neighbours, so the graph is connected and regular up to edges that two cycles share. A graph
 * grown peer by peer would be worse at its edges, and those finish last.
 *
 * <p>With racks: the members of a rack all know each other (a larger one is joined by many cycles),
 * because the rule that keeps a second copy out of a rack is only as good as what its members know
 * of each other. Four cycles through everybody, on which neighbours stand in different racks as far
 * as there are others, are the links outside. Whoever stands in no rack has the others of its kind
 * as without racks.
 *
 * <p>Holders: each serves min(k, N) receivers, consecutive ones of a random permutation, where the
 * next holder goes on: over all holders no receiver is dealt more than one time oftener than
 * another. With racks the permutation takes them in turn. So holder i's receivers do not depend on
 * how many holders come after it.
 *
 * <p>The same numbers give the same graph in every JVM and every release: the generator is our own,
 * because a restarted coordinator draws the graph again.
 */
public final class NeighbourGraph {
  /** The rack of a receiver that stands in none. */
  public static final int NO_RACK = -1;

  /** Rack mates that all know each other; in a larger rack each knows about so many. */
  static final int RACK_MATES_MAX = 64;

  /** Cycles through all racks: twice as many neighbours outside. */
  static final int OUTSIDE_CYCLES = 4;

  private final int[][] peers;
  private final int[] deal;
  private final int served;

  /**
   * Draws one without racks.
   *
   * @param seed all randomness there is
   * @param receivers how many, 0 or more
   * @param receiverNeighbours d, even
   * @param holderNeighbours k
   */
  public NeighbourGraph(long seed, int receivers, int receiverNeighbours, int holderNeighbours) {
    this(seed, nowhere(receivers), receiverNeighbours, holderNeighbours);
  }

  /**
   * Draws one.
   *
   * @param seed all randomness there is
   * @param racks for each receiver the number of its rack, or {@link #NO_RACK}
   * @param receiverNeighbours d, even
   * @param holderNeighbours k
   */
  public NeighbourGraph(long seed, int[] racks, int receiverNeighbours, int holderNeighbours) {
    SplitMix random = new SplitMix(seed);
    int receivers = racks.length;
    List<int[]> groups = groups(racks);
    if (groups.size() <= 1) {
      this.peers =
          receivers <= receiverNeighbours + 1
              ? everybodyWithEverybody(receivers)
              : lists(receivers, cycles(random, receivers, receiverNeighbours / 2));
      this.deal = random.permutation(receivers);
    } else {
      Edges edges = new Edges();
      for (int[] group : groups) {
        boolean rack = racks[group[0]] != NO_RACK;
        join(edges, group, rack ? RACK_MATES_MAX : receiverNeighbours, random);
      }
      for (int cycle = 0; cycle < OUTSIDE_CYCLES; cycle++) {
        addCycle(edges, inTurn(groups, random));
      }
      this.peers = lists(receivers, edges);
      this.deal = inTurn(groups, random);
    }
    this.served = Math.min(holderNeighbours, receivers);
  }

  private static int[] nowhere(int receivers) {
    int[] racks = new int[receivers];
    Arrays.fill(racks, NO_RACK);
    return racks;
  }

  /** The receivers of each rack, and those of none. */
  private static List<int[]> groups(int[] racks) {
    TreeMap<Integer, List<Integer>> members = new TreeMap<>();
    for (int receiver = 0; receiver < racks.length; receiver++) {
      members.computeIfAbsent(racks[receiver], _ -> new ArrayList<>()).add(receiver);
    }
    List<int[]> groups = new ArrayList<>();
    for (List<Integer> group : members.values()) {
      groups.add(group.stream().mapToInt(Integer::intValue).toArray());
    }
    return groups;
  }

  private static void join(Edges edges, int[] group, int neighbours, SplitMix random) {
    if (group.length <= neighbours + 1) {
      for (int a : group) {
        for (int b : group) {
          if (a != b) {
            edges.add(a, b);
          }
        }
      }
      return;
    }
    for (int cycle = 0; cycle < neighbours / 2; cycle++) {
      int[] round = random.permutation(group.length);
      for (int i = 0; i < round.length; i++) {
        round[i] = group[round[i]];
      }
      addCycle(edges, round);
    }
  }

  /** Everybody once, the groups in turn, in random order. */
  private static int[] inTurn(List<int[]> groups, SplitMix random) {
    List<int[]> shuffled = new ArrayList<>();
    int count = 0;
    int largest = 0;
    for (int group : random.permutation(groups.size())) {
      int[] members = groups.get(group);
      int[] order = random.permutation(members.length);
      for (int i = 0; i < order.length; i++) {
        order[i] = members[order[i]];
      }
      shuffled.add(order);
      count += order.length;
      largest = Math.max(largest, order.length);
    }
    int[] all = new int[count];
    int next = 0;
    for (int turn = 0; turn < largest; turn++) {
      for (int[] order : shuffled) {
        if (turn < order.length) {
          all[next++] = order[turn];
        }
      }
    }
    return all;
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

  private static Edges cycles(SplitMix random, int receivers, int cycles) {
    Edges edges = new Edges();
    for (int cycle = 0; cycle < cycles; cycle++) {
      addCycle(edges, random.permutation(receivers));
    }
    return edges;
  }

  private static void addCycle(Edges edges, int[] round) {
    for (int i = 0; i < round.length; i++) {
      int a = round[i];
      int b = round[(i + 1) % round.length];
      if (a != b) {
        edges.add(a, b);
        edges.add(b, a);
      }
    }
  }

  /** Edges from receiver to receiver. Numbers alone: ten thousand receivers have 400 000 edges. */
  private static final class Edges {
    private long[] edges = new long[1_024];
    private int count;

    void add(int from, int to) {
      if (count == edges.length) {
        edges = Arrays.copyOf(edges, 2 * count);
      }
      edges[count++] = ((long) from << 32) | to;
    }

    /** Ascending, each once. */
    long[] sorted() {
      return Arrays.stream(edges, 0, count).sorted().distinct().toArray();
    }
  }

  /** The other ends of each receiver's edges; they come ascending, so each list is too. */
  private static int[][] lists(int receivers, Edges all) {
    long[] edges = all.sorted();
    int[] counts = new int[receivers];
    for (long edge : edges) {
      counts[(int) (edge >>> 32)]++;
    }
    int[][] peers = new int[receivers][];
    for (int receiver = 0; receiver < receivers; receiver++) {
      peers[receiver] = new int[counts[receiver]];
    }
    Arrays.fill(counts, 0);
    for (long edge : edges) {
      int from = (int) (edge >>> 32);
      peers[from][counts[from]++] = (int) edge;
    }
    return peers;
  }
}
