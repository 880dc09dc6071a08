package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Seeds;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NeighbourGraphTest {
  private static final int D = 20;
  private static final int K = 40;

  @Test
  void receiversAreConnectedRegularUpToCollisionsAndKnowEachOtherBothWays() {
    Seeds.check(
        300,
        random -> {
          int receivers = size(random);
          NeighbourGraph graph = new NeighbourGraph(random.nextLong(), receivers, D, K);
          for (int receiver = 0; receiver < receivers; receiver++) {
            int[] peers = graph.peersOf(receiver);
            assertThat(peers).isSorted().doesNotHaveDuplicates().doesNotContain(receiver);
            assertThat(peers.length)
                .isBetween(Math.min(2, receivers - 1), Math.min(D, receivers - 1));
            for (int peer : peers) {
              assertThat(Arrays.binarySearch(graph.peersOf(peer), receiver)).isNotNegative();
            }
          }
          assertThat(reached(graph, receivers)).isEqualTo(receivers);
        });
  }

  @Test
  void aThousandReceiversHaveAlmostTwentyNeighboursEach() {
    NeighbourGraph graph = new NeighbourGraph(7, 1_000, D, K);
    long edges = 0;
    for (int receiver = 0; receiver < 1_000; receiver++) {
      assertThat(graph.peersOf(receiver).length).isGreaterThanOrEqualTo(15);
      edges += graph.peersOf(receiver).length;
    }
    assertThat(edges / 1_000.0).isBetween(19.5, 20.0);
  }

  @Test
  void smallPiecesHaveTwiceAsManyNeighbours() {
    assertThat(meanNeighbours(PlannerSettings.SMALL_PIECE_BYTES)).isBetween(38.0, 40.0);
    assertThat(meanNeighbours(PlannerSettings.SMALL_PIECE_BYTES + 1)).isBetween(19.5, 20.0);
  }

  private static double meanNeighbours(int pieceBytes) {
    int[] racks = new int[1_000];
    Arrays.fill(racks, NeighbourGraph.NO_RACK);
    NeighbourGraph graph = PlannerSettings.DEFAULTS.graph(7, racks, pieceBytes);
    return IntStream.range(0, racks.length)
        .map(receiver -> graph.peersOf(receiver).length)
        .average()
        .orElseThrow();
  }

  @Test
  void fewReceiversAllKnowEachOther() {
    for (int receivers = 0; receivers <= D + 1; receivers++) {
      NeighbourGraph graph = new NeighbourGraph(3, receivers, D, K);
      for (int receiver = 0; receiver < receivers; receiver++) {
        assertThat(graph.peersOf(receiver)).hasSize(receivers - 1);
      }
    }
  }

  @Test
  void everyHolderServesFortyReceiversOrAll() {
    Seeds.check(
        300,
        random -> {
          int receivers = size(random);
          NeighbourGraph graph = new NeighbourGraph(random.nextLong(), receivers, D, K);
          for (int holder = 0; holder < 16; holder++) {
            assertThat(graph.servedBy(holder))
                .hasSize(Math.min(K, receivers))
                .isSorted()
                .doesNotHaveDuplicates();
          }
        });
  }

  @Test
  void holdersAreDealtReceiversEvenly() {
    Seeds.check(
        300,
        random -> {
          int receivers = 1 + size(random);
          int holders = 1 + random.nextInt(16);
          NeighbourGraph graph = new NeighbourGraph(random.nextLong(), receivers, D, K);
          int[] times = new int[receivers];
          for (int holder = 0; holder < holders; holder++) {
            for (int receiver : graph.servedBy(holder)) {
              times[receiver]++;
            }
          }
          int least = Arrays.stream(times).min().orElseThrow();
          assertThat(Arrays.stream(times).max().orElseThrow()).isLessThanOrEqualTo(least + 1);
        });
  }

  @Test
  void inARackAllKnowEachOtherAndEverybodyKnowsSomeOutside() {
    Seeds.check(
        100,
        random -> {
          int racks = 2 + random.nextInt(12);
          int[] rackOf = new int[racks * (2 + random.nextInt(12))];
          Arrays.setAll(rackOf, receiver -> receiver % racks);
          NeighbourGraph graph = new NeighbourGraph(random.nextLong(), rackOf, D, K);
          for (int receiver = 0; receiver < rackOf.length; receiver++) {
            int[] peers = graph.peersOf(receiver);
            assertThat(peers).isSorted().doesNotHaveDuplicates().doesNotContain(receiver);
            int mates = 0;
            for (int peer : peers) {
              mates += rackOf[peer] == rackOf[receiver] ? 1 : 0;
              assertThat(Arrays.binarySearch(graph.peersOf(peer), receiver)).isNotNegative();
            }
            assertThat(mates).isEqualTo(rackOf.length / racks - 1);
            assertThat(peers.length - mates).isBetween(1, 2 * NeighbourGraph.OUTSIDE_CYCLES);
          }
          assertThat(reached(graph, rackOf.length)).isEqualTo(rackOf.length);
        });
  }

  @Test
  void aRackThatIsTooLargeForAMeshIsJoinedByCycles() {
    for (int size : new int[] {NeighbourGraph.RACK_MATES_MAX + 1, 300}) {
      int[] rackOf = new int[size + 1];
      rackOf[size] = 1;
      NeighbourGraph graph = new NeighbourGraph(5, rackOf, D, K);
      int most = 0;
      for (int receiver = 0; receiver < size; receiver++) {
        most = Math.max(most, graph.peersOf(receiver).length);
      }
      int mates = NeighbourGraph.RACK_MATES_MAX;
      assertThat(most).isBetween(mates, mates + 2 * NeighbourGraph.OUTSIDE_CYCLES + 1);
      assertThat(reached(graph, size + 1)).isEqualTo(size + 1);
    }
  }

  @Test
  void aHolderServesEveryRackEqually() {
    int[] rackOf = new int[25 * 40];
    Arrays.setAll(rackOf, receiver -> receiver / 40);
    NeighbourGraph graph = new NeighbourGraph(9, rackOf, D, K);
    int[] times = new int[25];
    for (int receiver : graph.servedBy(0)) {
      times[rackOf[receiver]]++;
    }
    assertThat(times).containsOnly(1, 2);
  }

  @Test
  void whoStandsInNoRackHasItsLikeAndSomeOutside() {
    int[] rackOf = new int[60];
    Arrays.setAll(rackOf, receiver -> receiver < 20 ? 0 : NeighbourGraph.NO_RACK);
    NeighbourGraph graph = new NeighbourGraph(4, rackOf, D, K);
    assertThat(graph.peersOf(59).length).isBetween(15, D + 2 * NeighbourGraph.OUTSIDE_CYCLES);
    assertThat(reached(graph, 60)).isEqualTo(60);
  }

  @Test
  void oneRackAloneIsAsGoodAsNone() {
    int[] rackOf = new int[100];
    assertThat(new NeighbourGraph(42, rackOf, D, K).peersOf(0))
        .isEqualTo(new NeighbourGraph(42, 100, D, K).peersOf(0));
  }

  @Test
  void oneSeedGivesOneGraphForEver() {
    NeighbourGraph graph = new NeighbourGraph(42, 100, D, K);
    assertThat(graph.peersOf(0))
        .containsExactly(2, 3, 5, 9, 17, 21, 27, 31, 40, 47, 57, 58, 66, 67, 72, 78, 86, 87);
    assertThat(graph.servedBy(0)).startsWith(0, 1, 6, 11, 13, 14, 15, 17);
  }

  private static int size(RandomGenerator random) {
    return random.nextBoolean() ? random.nextInt(45) : random.nextInt(400);
  }

  private static int reached(NeighbourGraph graph, int receivers) {
    BitSet seen = new BitSet();
    ArrayDeque<Integer> next = new ArrayDeque<>();
    if (receivers > 0) {
      next.add(0);
      seen.set(0);
    }
    while (!next.isEmpty()) {
      for (int peer : graph.peersOf(next.remove())) {
        if (!seen.get(peer)) {
          seen.set(peer);
          next.add(peer);
        }
      }
    }
    return seen.cardinality();
  }
}
