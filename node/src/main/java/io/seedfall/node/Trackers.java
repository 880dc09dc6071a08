package io.seedfall.node;

import io.seedfall.protocol.WireHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A transfer's trackers: one {@link TrackerLoop} for each name of the torrent. */
final class Trackers {
  /** Those of a transfer that asks none. */
  static final Trackers NONE = new Trackers(List.of());

  private final List<TrackerLoop> loops;
  private final List<Thread> threads = new ArrayList<>();

  private Trackers(List<TrackerLoop> loops) {
    this.loops = loops;
  }

  /** {@code setup} for each of the names. */
  static Trackers of(List<WireHash> names, Function<WireHash, TrackerLoop.Setup> setup) {
    return new Trackers(names.stream().map(name -> new TrackerLoop(setup.apply(name))).toList());
  }

  /** Begins to announce. */
  void start(Threads all) {
    loops.forEach(loop -> threads.add(all.start("seedfall-tracker", loop)));
  }

  /** Says that it is over; that takes a moment, which {@link #join} waits for. */
  void stop() {
    threads.forEach(Thread::interrupt);
  }

  /** Waits until they have ended. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
