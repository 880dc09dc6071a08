package io.seedfall.simulator;

import io.seedfall.swarm.DiskFault;
import java.util.List;

/** Something that a scenario does to its machines. Numbers are those of machines. */
public sealed interface Fault {
  /** The process dies; the kernel closes its connections. */
  record Kill(int machine) implements Fault {}

  /** The machine loses power: its connections look alive to the others. */
  record PowerOff(int machine) implements Fault {}

  /**
   * A dead machine's process starts again.
   *
   * @param journal whether it remembers the pieces that were verified
   */
  record Restart(int machine, boolean journal) implements Fault {}

  /** The next write fails, and every one after it. */
  record FailDisk(int machine, DiskFault fault) implements Fault {}

  /** From now on its disk writes at this rate, 0 for no bound. */
  record SlowDisk(int machine, long bytesPerSecond) implements Fault {}

  /** The network cuts the connection between two machines, if there is one. */
  record Cut(int machine, int other) implements Fault {}

  /** The first machine loses its end of the connection between them; the other is not told. */
  record HalfOpen(int machine, int other) implements Fault {}

  /**
   * Between these machines and all others nothing passes for a while: what was sent waits, news of
   * a closed connection too, and dials come to nothing after their time. A direction that is open
   * carries a receive window and no more, because its acknowledgements do not come back.
   *
   * @param machines one side
   * @param direction what is stopped
   * @param lastsNanos for how long, at least {@link #PARTITION_NANOS_MIN}
   */
  record Partition(List<Integer> machines, Direction direction, long lastsNanos) implements Fault {
    /** Checks the time and keeps its own list. */
    public Partition {
      machines = List.copyOf(machines);
      if (lastsNanos < PARTITION_NANOS_MIN) {
        throw new IllegalArgumentException(
            "lastsNanos: %d (expected: >= %d)".formatted(lastsNanos, PARTITION_NANOS_MIN));
      }
    }
  }

  /** Partitions around exactly these machines end now. */
  record Mend(List<Integer> machines) implements Fault {
    /** Keeps its own list. */
    public Mend {
      machines = List.copyOf(machines);
    }
  }

  /** The machine's clock jumps forward, as after a suspend. */
  record JumpClock(int machine, long nanos) implements Fault {}

  /**
   * Nothing goes wrong any more, and the first source with so many random receivers gets well:
   * running, with a disk that works and a network between them. They must finish; the others stay
   * as they are.
   *
   * @param receivers in the core, at most all
   * @param withinNanos the core has everything so long after this, or the run has failed
   */
  record Heal(int receivers, long withinNanos) implements Fault {}

  /** Shorter partitions than this are no partitions: a lost packet takes longer. */
  long PARTITION_NANOS_MIN = 1_000_000;

  /** What a {@link Partition} stops, seen from its machines. */
  enum Direction {
    /** What they send. */
    OUT,
    /** What they receive. */
    IN,
    /** Everything. */
    BOTH
  }
}
