package io.seedfall.simulator.policy;

import io.seedfall.planner.NeighbourGraph;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * BitTorrent as usual clients do it (BEP 3): four upload slots for those who gave most lately and
 * one optimistic slot at random, rarest first, five requests of 16 KiB in flight on a connection.
 *
 * <p>Kind to BitTorrent: messages cost nothing and take no time, a choke waits for the end of the
 * piece, and slots are dealt again twenty times in the time in which a card receives the file (ten
 * seconds at most), where clients wait ten seconds however fast the network is.
 *
 * <p>Connections are numbered: neighbour k of machine m. {@code back[m][k]} is the number that the
 * neighbour has for m.
 */
final class BitTorrentPolicy implements FlowScript {
  private static final int SLOTS = 4;
  private static final int REQUESTS_IN_FLIGHT = 5;
  private static final int REQUEST_BYTES = 16 << 10;
  private static final int NEIGHBOURS = 40;
  private static final long RECHOKE_NANOS_MAX = 10_000_000_000L;
  private static final int RECHOKES = 20;
  private static final int OPTIMISTIC_EVERY = 3;

  private final Experiment experiment;
  private final FlowNet net;
  private final SplittableRandom random;
  private final int machines;
  private final int[][] peers;
  private final int[][] back;
  private final BitTorrentPieces pieces;

  /** Pieces that a machine has and its neighbour lacks: above 0 the neighbour is interested. */
  private final int[][] offered;

  private final boolean[][] unchoked;
  private final boolean[][] flowing;
  private final double[][] given;
  private final int[] optimistic;
  private final int[] rechokes;
  private final long rechokeNanos;
  private final double connectionBytesPerNano;

  private BitTorrentPolicy(Experiment experiment, Fleet fleet) {
    this.experiment = experiment;
    this.machines = experiment.machines();
    this.random = new SplittableRandom(experiment.seed());
    this.peers = draw(random.nextLong());
    this.back = new int[machines + 1][];
    offered = new int[machines + 1][];
    unchoked = new boolean[machines + 1][];
    flowing = new boolean[machines + 1][];
    given = new double[machines + 1][];
    optimistic = new int[machines + 1];
    rechokes = new int[machines + 1];
    for (int m = 0; m <= machines; m++) {
      int degree = peers[m].length;
      back[m] = new int[degree];
      offered[m] = new int[degree];
      unchoked[m] = new boolean[degree];
      flowing[m] = new boolean[degree];
      given[m] = new double[degree];
      optimistic[m] = -1;
      for (int k = 0; k < degree; k++) {
        back[m][k] = Arrays.binarySearch(peers[peers[m][k]], m);
      }
    }
    pieces = new BitTorrentPieces(machines, experiment.pieces());
    Topology topology = experiment.topology();
    double fileNanos = experiment.bytes() * 1e9 / topology.linkBytesPerSecond();
    rechokeNanos = Math.clamp((long) (fileNanos / RECHOKES), 1, RECHOKE_NANOS_MAX);
    double roundTrip =
        2.0 * topology.oneWayNanos() + REQUEST_BYTES * 1e9 / topology.linkBytesPerSecond();
    connectionBytesPerNano = REQUESTS_IN_FLIGHT * REQUEST_BYTES / roundTrip;
    net = new FlowNet(experiment, fleet, 0, this);
    net.alarmAt(rechokeNanos, 0);
  }

  static Outcome.Tally run(Experiment experiment, Fleet fleet) {
    return new BitTorrentPolicy(experiment, fleet).net.run(REQUEST_BYTES);
  }

  /** The source, number 0, and the receivers, in the graph that a tracker would make: random. */
  private int[][] draw(long seed) {
    NeighbourGraph graph = new NeighbourGraph(seed, machines, NEIGHBOURS, NEIGHBOURS);
    int[] served = graph.servedBy(0);
    int[][] drawn = new int[machines + 1][];
    drawn[0] = Arrays.stream(served).map(receiver -> receiver + 1).toArray();
    for (int i = 0; i < machines; i++) {
      var others = Arrays.stream(graph.peersOf(i)).map(receiver -> receiver + 1);
      boolean knowsSource = Arrays.binarySearch(served, i) >= 0;
      var source = Arrays.stream(knowsSource ? new int[1] : new int[0]);
      drawn[i + 1] = IntStream.concat(source, others).toArray();
    }
    return drawn;
  }

  /* --------------- who comes and goes --------------- */

  @Override
  public void joined(int machine) {
    for (int k = 0; k < peers[machine].length; k++) {
      int peer = peers[machine][k];
      if (net.isUp(peer)) {
        pieces.neighbour(machine, peer, true);
        offered[peer][back[machine][k]] = pieces.offered(peer, machine);
        fillSlots(peer);
      }
    }
    net.alarmAt(net.now() + 1 + random.nextLong(rechokeNanos), machine);
  }

  @Override
  public void died(int machine) {
    for (int k = 0; k < peers[machine].length; k++) {
      int peer = peers[machine][k];
      int mine = back[machine][k];
      offered[peer][mine] = 0;
      offered[machine][k] = 0;
      unchoked[peer][mine] = false;
      unchoked[machine][k] = false;
      if (net.isUp(peer)) {
        pieces.neighbour(peer, machine, false);
        fillSlots(peer);
        for (int other = 0; other < peers[peer].length; other++) {
          ask(peers[peer][other], back[peer][other]);
        }
      }
    }
  }

  @Override
  public void lost(int from, int to, int item) {
    flowing[from][connection(from, to)] = false;
    pieces.giveUp(to, item);
  }

  /* --------------- pieces --------------- */

  @Override
  public void sent(int from, int to, int item) {
    int k = connection(from, to);
    flowing[from][k] = false;
    given[from][k] += experiment.pieceBytes(item);
    ask(from, k);
  }

  @Override
  public void arrived(int from, int to, int item) {
    pieces.add(to, item);
    if (pieces.isComplete(to)) {
      net.finished(to);
    }
    for (int k = 0; k < peers[to].length; k++) {
      int peer = peers[to][k];
      if (!net.isUp(peer)) {
        continue;
      }
      pieces.seen(peer, item);
      if (pieces.has(peer, item)) {
        lacksOneLess(peer, back[to][k]);
      } else if (offered[to][k]++ == 0) {
        fillSlots(to);
      } else if (unchoked[to][k]) {
        ask(to, k);
      }
    }
  }

  private void lacksOneLess(int machine, int k) {
    if (--offered[machine][k] == 0 && unchoked[machine][k]) {
      unchoked[machine][k] = false;
      fillSlots(machine);
    }
  }

  /** The neighbour asks for the rarest piece, if it may and nothing comes from there now. */
  private void ask(int machine, int k) {
    if (!unchoked[machine][k] || flowing[machine][k] || !net.isUp(machine)) {
      return;
    }
    int peer = peers[machine][k];
    int piece = pieces.rarest(machine, peer, random.nextInt(experiment.pieces()));
    if (piece >= 0) {
      pieces.ask(peer, piece);
      flowing[machine][k] = true;
      net.start(machine, peer, piece, experiment.pieceBytes(piece), connectionBytesPerNano);
    }
  }

  /* --------------- slots --------------- */

  /** Free slots go to random neighbours who are interested, as clients do between rounds. */
  private void fillSlots(int machine) {
    int open = 0;
    for (boolean slot : unchoked[machine]) {
      open += slot ? 1 : 0;
    }
    while (open < SLOTS + 1) {
      int k = randomChoked(machine);
      if (k < 0) {
        return;
      }
      unchoked[machine][k] = true;
      open++;
      ask(machine, k);
    }
  }

  private int randomChoked(int machine) {
    int chosen = -1;
    int seen = 0;
    for (int k = 0; k < peers[machine].length; k++) {
      if (isInterested(machine, k) && !unchoked[machine][k] && random.nextInt(++seen) == 0) {
        chosen = k;
      }
    }
    return chosen;
  }

  private boolean isInterested(int machine, int k) {
    return offered[machine][k] > 0 && net.isUp(peers[machine][k]);
  }

  /** Slots are dealt again: to those who gave most, and one at random. */
  @Override
  public void alarm(int machine) {
    if (!net.isUp(machine)) {
      return;
    }
    net.alarmAt(net.now() + rechokeNanos, machine);
    if (rechokes[machine]++ % OPTIMISTIC_EVERY == 0) {
      optimistic[machine] = randomChoked(machine);
    }
    boolean[] before = unchoked[machine].clone();
    Arrays.fill(unchoked[machine], false);
    if (optimistic[machine] >= 0 && isInterested(machine, optimistic[machine])) {
      unchoked[machine][optimistic[machine]] = true;
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      int best = mostGenerous(machine);
      if (best >= 0) {
        unchoked[machine][best] = true;
      }
    }
    for (int k = 0; k < peers[machine].length; k++) {
      given[peers[machine][k]][back[machine][k]] = 0;
      if (unchoked[machine][k] && !before[k]) {
        ask(machine, k);
      }
    }
    fillSlots(machine);
  }

  /** Who gave this machine most since the last round; a source, to whom nobody gives, draws. */
  private int mostGenerous(int machine) {
    int best = -1;
    double most = -1;
    int equals = 0;
    for (int k = 0; k < peers[machine].length; k++) {
      if (!isInterested(machine, k) || unchoked[machine][k]) {
        continue;
      }
      double gave = given[peers[machine][k]][back[machine][k]];
      if (gave > most) {
        most = gave;
        best = k;
        equals = 1;
      } else if (gave == most && random.nextInt(++equals) == 0) {
        best = k;
      }
    }
    return best;
  }

  private int connection(int machine, int peer) {
    return Arrays.binarySearch(peers[machine], peer);
  }
}
