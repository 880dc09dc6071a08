package io.seedfall.simulator.policy;

import io.seedfall.simulator.BusyCurve;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Machines with full-duplex cards behind racks, between which things flow: a clock, and what
 * happens next. Machine 0 is the source, 1 to N receive; further sources may follow. A {@link
 * FlowScript} is told what happens and starts flows; it decides how many there are at once.
 *
 * <p>Flows share links evenly ({@link FlowLinks}), so this is exact where machines send one thing
 * at a time, and a fluid picture of TCP where they send several.
 */
final class FlowNet {
  /** When this many bounds have passed, a policy has lost its way. */
  private static final long BOUNDS_MAX = 100_000;

  private enum Kind {
    JOIN,
    DEATH,
    ALARM
  }

  private record Timed(long nanos, long order, Kind kind, int number) {}

  private final Fleet fleet;
  private final FlowScript script;
  private final int machines;
  private final long oneWayNanos;
  private final long limitNanos;
  private final FlowLinks links;
  private final double[] upBytesPerNano;
  private final DueHeap due = new DueHeap();
  private final PriorityQueue<Timed> timed =
      new PriorityQueue<>(Comparator.comparingLong(Timed::nanos).thenComparingLong(Timed::order));
  private final Arrivals arrivals = new Arrivals();
  private final BusyCurve uplinksBusy = new BusyCurve();
  private final boolean[] up;
  private final Long[] finishedNanos;

  private int[] from = new int[0];
  private int[] to = new int[0];
  private int[] item = new int[0];
  private double[] remaining = new double[0];
  private double[] rate = new double[0];
  private double[] limit = new double[0];
  private long[] updated = new long[0];
  private int[] free = new int[0];
  private int freeCount;
  private int[] fresh = new int[64];
  private int freshCount;

  private long now;
  private long order;
  private int awaited;
  private double sourceBytes;
  private double rackBytes;
  private long hash = 0xCBF2_9CE4_8422_2325L;

  /** So many more sources than one, all with the source's card. */
  FlowNet(Experiment experiment, Fleet fleet, int furtherSources, FlowScript script) {
    this.fleet = fleet;
    this.script = script;
    this.machines = fleet.machines();
    this.oneWayNanos = experiment.topology().oneWayNanos();
    this.limitNanos = fleet.lastJoinNanos() + BOUNDS_MAX * experiment.boundNanos(0);
    int all = machines + 1 + furtherSources;
    upBytesPerNano = new double[all];
    up = new boolean[all];
    for (int i = 0; i < all; i++) {
      upBytesPerNano[i] = fleet.bytesPerSecond(i > machines ? 0 : i) / 1e9;
      up[i] = isSource(i);
    }
    double[] rates = new double[2 * all + 2 * fleet.racks()];
    System.arraycopy(upBytesPerNano, 0, rates, 0, all);
    System.arraycopy(upBytesPerNano, 0, rates, all, all);
    Arrays.fill(rates, 2 * all, rates.length, fleet.rackBytesPerSecond() / 1e9);
    links = new FlowLinks(rates);
    finishedNanos = new Long[machines + 1];
    Arrays.fill(finishedNanos, -1L);
    for (int i = 1; i <= machines; i++) {
      at(fleet.joinNanos(i), Kind.JOIN, i);
      if (fleet.isMortal(i)) {
        at(fleet.deathNanos(i), Kind.DEATH, i);
      } else {
        awaited++;
      }
    }
  }

  private boolean isSource(int machine) {
    return machine == 0 || machine > machines;
  }

  /* --------------- what a script asks and does --------------- */

  long now() {
    return now;
  }

  boolean isUp(int machine) {
    return up[machine];
  }

  /** {@link FlowScript#alarm} comes at that time. */
  void alarmAt(long nanos, int number) {
    at(nanos, Kind.ALARM, number);
  }

  private void at(long nanos, Kind kind, int number) {
    timed.add(new Timed(nanos, order++, kind, number));
  }

  /** Something begins to flow, as fast as the links allow. */
  void start(int sender, int receiver, int what, long bytes) {
    start(sender, receiver, what, bytes, Double.POSITIVE_INFINITY);
  }

  /** Something begins to flow, at most so fast. */
  void start(int sender, int receiver, int what, long bytes, double bytesPerNanoMax) {
    if (!up[sender] || !up[receiver] || sender == receiver || bytes < 1) {
      throw new IllegalStateException(
          "a flow of %d bytes from %d to %d (expected: two that are up, a byte)"
              .formatted(bytes, sender, receiver));
    }
    int flow = freeFlow();
    from[flow] = sender;
    to[flow] = receiver;
    item[flow] = what;
    remaining[flow] = bytes;
    rate[flow] = 0;
    limit[flow] = bytesPerNanoMax;
    updated[flow] = now;
    int all = up.length;
    int out = rack(sender);
    int in = rack(receiver);
    boolean across = out != in;
    links.add(
        flow,
        sender,
        all + receiver,
        across && out >= 0 ? 2 * all + out : FlowLinks.NONE,
        across && in >= 0 ? 2 * all + fleet.racks() + in : FlowLinks.NONE);
    if (freshCount == fresh.length) {
      fresh = Arrays.copyOf(fresh, 2 * freshCount);
    }
    fresh[freshCount++] = flow;
  }

  /** That machine has everything. */
  void finished(int machine) {
    if (finishedNanos[machine] >= 0) {
      throw new IllegalStateException("machine " + machine + " has finished twice");
    }
    finishedNanos[machine] = now;
    awaited -= fleet.isMortal(machine) ? 0 : 1;
  }

  /* --------------- the run --------------- */

  /** Runs until everybody who does not die has finished. */
  Outcome.Tally run(long blockBytes) {
    while (awaited > 0) {
      long next = next();
      if (next > now) {
        settle();
        next = next();
      }
      if (next > limitNanos) {
        throw new IllegalStateException(
            "%d machines never finish (at %d ns)".formatted(awaited, now));
      }
      now = next;
      dispatch();
    }
    for (int flow = 0; flow < from.length; flow++) {
      if (from[flow] >= 0) {
        advance(flow);
      }
    }
    return new Outcome.Tally(
        blockBytes,
        List.of(finishedNanos),
        Math.round(sourceBytes),
        Math.round(rackBytes),
        uplinksBusy,
        hash);
  }

  private long next() {
    long next = arrivals.isEmpty() ? Long.MAX_VALUE : arrivals.firstNanos();
    if (!due.isEmpty()) {
      next = Math.min(next, due.firstDue());
    }
    Timed first = timed.peek();
    return first == null ? next : Math.min(next, first.nanos());
  }

  private void dispatch() {
    if (!arrivals.isEmpty() && arrivals.firstNanos() == now) {
      int sender = arrivals.from();
      int receiver = arrivals.to();
      int what = arrivals.item();
      arrivals.poll();
      if (up[receiver]) {
        mix(now);
        mix((long) sender << 32 | receiver);
        mix(what);
        script.arrived(sender, receiver, what);
      }
    } else if (!due.isEmpty() && due.firstDue() == now) {
      int flow = due.poll();
      int sender = from[flow];
      int receiver = to[flow];
      int what = item[flow];
      end(flow);
      arrivals.add(now + oneWayNanos, sender, receiver, what);
      script.sent(sender, receiver, what);
    } else {
      Timed first = timed.remove();
      switch (first.kind()) {
        case JOIN -> {
          up[first.number()] = true;
          script.joined(first.number());
        }
        case DEATH -> die(first.number());
        case ALARM -> script.alarm(first.number());
      }
    }
  }

  private void die(int machine) {
    up[machine] = false;
    for (int flow = 0; flow < from.length; flow++) {
      if (from[flow] == machine || (from[flow] >= 0 && to[flow] == machine)) {
        int sender = from[flow];
        int receiver = to[flow];
        int what = item[flow];
        due.remove(flow);
        end(flow);
        script.lost(sender, receiver, what);
      }
    }
    script.died(machine);
  }

  /** Flows came or went: everybody who shares a link with them goes on at another rate. */
  private void settle() {
    for (int link = links.pollChanged(); link >= 0; link = links.pollChanged()) {
      for (int entry = links.firstOf(link); entry >= 0; entry = links.after(entry)) {
        settle(FlowLinks.flowOf(entry));
      }
    }
    for (int i = 0; i < freshCount; i++) {
      if (from[fresh[i]] >= 0) {
        settle(fresh[i]);
      }
    }
    freshCount = 0;
  }

  private void settle(int flow) {
    double share = links.share(flow, limit[flow]);
    if (share != rate[flow]) {
      advance(flow);
      rate[flow] = share;
      schedule(flow);
    }
  }

  private void schedule(int flow) {
    due.put(flow, now + Math.max(1, (long) Math.ceil(remaining[flow] / rate[flow])));
  }

  /** Counts what a flow has moved since it was looked at last. */
  private void advance(int flow) {
    long nanos = now - updated[flow];
    if (nanos > 0 && rate[flow] > 0) {
      double moved = Math.min(remaining[flow], nanos * rate[flow]);
      int sender = from[flow];
      remaining[flow] -= moved;
      if (isSource(sender)) {
        sourceBytes += moved;
      } else {
        uplinksBusy.add(updated[flow], now, rate[flow] / upBytesPerNano[sender]);
      }
      if (rack(to[flow]) >= 0 && rack(sender) != rack(to[flow])) {
        rackBytes += moved;
      }
    }
    updated[flow] = now;
  }

  private void end(int flow) {
    advance(flow);
    links.remove(flow);
    from[flow] = -1;
    free[freeCount++] = flow;
  }

  private int rack(int machine) {
    return machine > machines ? -1 : fleet.rack(machine);
  }

  private int freeFlow() {
    if (freeCount == 0) {
      int length = from.length;
      int wanted = Math.max(64, 2 * length);
      from = Arrays.copyOf(from, wanted);
      to = Arrays.copyOf(to, wanted);
      item = Arrays.copyOf(item, wanted);
      remaining = Arrays.copyOf(remaining, wanted);
      rate = Arrays.copyOf(rate, wanted);
      limit = Arrays.copyOf(limit, wanted);
      updated = Arrays.copyOf(updated, wanted);
      free = Arrays.copyOf(free, wanted);
      Arrays.fill(from, length, wanted, -1);
      for (int flow = wanted - 1; flow >= length; flow--) {
        free[freeCount++] = flow;
      }
    }
    return free[--freeCount];
  }

  private void mix(long value) {
    hash = (hash ^ value) * 0x9E37_79B9_7F4A_7C15L;
    hash ^= hash >>> 29;
  }

  /** What is on its way. The latency is the same for all, so what left first is there first. */
  private static final class Arrivals {
    private long[] nanos = new long[64];
    private int[] route = new int[3 * 64];
    private int head;
    private int size;

    boolean isEmpty() {
      return size == 0;
    }

    long firstNanos() {
      return nanos[head];
    }

    int from() {
      return route[3 * head];
    }

    int to() {
      return route[3 * head + 1];
    }

    int item() {
      return route[3 * head + 2];
    }

    void poll() {
      head = (head + 1) % nanos.length;
      size--;
    }

    void add(long time, int sender, int receiver, int what) {
      if (size == nanos.length) {
        grow();
      }
      int at = (head + size++) % nanos.length;
      nanos[at] = time;
      route[3 * at] = sender;
      route[3 * at + 1] = receiver;
      route[3 * at + 2] = what;
    }

    private void grow() {
      long[] longer = new long[2 * size];
      int[] routes = new int[6 * size];
      for (int i = 0; i < size; i++) {
        int at = (head + i) % size;
        longer[i] = nanos[at];
        System.arraycopy(route, 3 * at, routes, 3 * i, 3);
      }
      nanos = longer;
      route = routes;
      head = 0;
    }
  }
}
