package io.seedfall.simulator;

import io.seedfall.swarm.DiskFault;

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

  /** The network cuts the connection between two machines, if there is one. */
  record Cut(int machine, int other) implements Fault {}
}
