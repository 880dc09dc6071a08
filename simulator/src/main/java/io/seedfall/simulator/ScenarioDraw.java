package io.seedfall.simulator;

import io.seedfall.swarm.DiskFault;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws scenarios from seeds: any topology, size and faults, everything hostile at once; then a
 * core is healed and must finish. The same seed gives the same scenario.
 */
final class ScenarioDraw {
  private static final long MILLI_IN_NANOS = 1_000_000;

  /** When the core is healed, in milliseconds. */
  private static final int HEAL_MILLIS = 3_000;

  /**
   * How long a core may take: a machine without power is given up after two minutes of silence, a
   * staller after three times its patience, and all this may happen one after the other.
   */
  private static final long CORE_NANOS_MAX = 300_000 * MILLI_IN_NANOS;

  private static final Role[] OTHERS = {
    Role.SEED,
    Role.POISONER,
    Role.STALLER,
    Role.LIAR,
    Role.SILENT_READER,
    Role.ANNOUNCER,
    Role.ASKER,
    Role.FOREIGN_SEED,
    Role.FOREIGN_LEECH
  };

  private final SplittableRandom random;
  private final List<ScenarioFile.Extra> extras = new ArrayList<>();
  private final List<ScenarioFile.MachineGroup> groups = new ArrayList<>();
  private final List<Scenario.Order> faults = new ArrayList<>();
  private final int receivers;
  private final int racks;
  private final long link;
  private int machines;

  private ScenarioDraw(long seed) {
    random = new SplittableRandom(seed);
    // Small swarms have the odd corners, and there are more runs of them in the same time.
    receivers = 1 + random.nextInt(1 + random.nextInt(40));
    racks = random.nextInt(3) == 0 ? 1 + random.nextInt(Math.min(5, receivers)) : 0;
    link = 12_500_000L << random.nextInt(8);
    machines = receivers + 1;
  }

  static ScenarioFile draw(long seed) {
    return new ScenarioDraw(seed).scenario(seed);
  }

  private ScenarioFile scenario(long seed) {
    int piece = (16 * 1024) << random.nextInt(4);
    long bytes = 1 + random.nextLong((long) piece * (1 + random.nextInt(200)));
    ScenarioFile.Topology topology =
        new ScenarioFile.Topology(
            receivers,
            link,
            1_000L * (1 + random.nextInt(500)),
            random.nextBoolean() ? 0 : 1_000L * random.nextInt(1_000),
            racks,
            racks == 0 ? 0 : Math.max(link * receivers / racks / (1 + random.nextInt(8)), link / 4),
            random.nextBoolean()
                ? ScenarioFile.Coordinator.AWAY
                : ScenarioFile.Coordinator.PRESENT);
    drawExtras();
    drawMachines();
    int count = random.nextInt(1 + 2 * machines);
    for (int i = 0; i < count; i++) {
      drawFault();
    }
    faults.add(
        new Scenario.Order(
            new Trigger.At(HEAL_MILLIS * MILLI_IN_NANOS),
            new Fault.Heal(1 + random.nextInt(receivers), CORE_NANOS_MAX)));
    return new ScenarioFile(
        "drawn from seed " + seed,
        List.of(seed),
        topology,
        new ScenarioFile.Workload(bytes, piece, 1),
        groups,
        extras,
        faults,
        new ScenarioFile.Checkers(ScenarioFile.Finish.CORE, random.nextInt(16) == 0),
        ScenarioFile.Bounds.within(ScenarioReader.TIME_NANOS_MAX));
  }

  private void drawExtras() {
    int kinds = random.nextInt(4);
    for (int i = 0; i < kinds; i++) {
      Role role = oneOf(OTHERS);
      int rack = racks > 0 ? random.nextInt(racks + 1) - 1 : -1;
      int count = 1 + random.nextInt(2);
      machines += count;
      extras.add(new ScenarioFile.Extra(role, count, rack));
    }
  }

  private void drawMachines() {
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      long card = random.nextInt(3) == 0 ? Math.max(1_000_000, link / (1 + random.nextInt(8))) : 0;
      long hashing = random.nextInt(4) == 0 ? Math.max(1_000_000, link / 3) : 0;
      long disk = random.nextInt(4) == 0 ? Math.max(1_000_000, link / 4) : 0;
      long join = random.nextInt(3) == 0 ? nanosOf(1 + random.nextInt(1_500)) : 0;
      groups.add(
          new ScenarioFile.MachineGroup(
              List.of(random.nextInt(receivers + 1)), card, hashing, disk, -1, join));
    }
  }

  private void drawFault() {
    Trigger when =
        switch (random.nextInt(8)) {
          case 0 -> new Trigger.OneCopyOut(nanosOf(random.nextInt(50)));
          case 1 -> new Trigger.PiecesVerified(1 + random.nextInt(receivers), 1);
          default -> new Trigger.At(nanosOf(random.nextInt(HEAL_MILLIS)));
        };
    int machine = random.nextInt(machines);
    int other = random.nextInt(machines);
    Fault fault =
        switch (random.nextInt(10)) {
          case 0 -> new Fault.Kill(machine);
          case 1 -> new Fault.PowerOff(machine);
          case 2, 3 -> new Fault.Restart(machine, random.nextBoolean());
          case 4 -> new Fault.FailDisk(machine, oneOf(DiskFault.values()));
          case 5 -> new Fault.SlowDisk(machine, 100_000L << random.nextInt(8));
          case 6 -> new Fault.Cut(machine, other);
          case 7 -> new Fault.HalfOpen(machine, other);
          case 8 -> partition();
          default -> new Fault.JumpClock(machine, nanosOf(1L << random.nextInt(27)));
        };
    faults.add(new Scenario.Order(when, fault));
  }

  private Fault partition() {
    List<Integer> side = new ArrayList<>();
    int modulus = 2 + random.nextInt(machines);
    int rest = random.nextInt(modulus);
    for (int machine = 0; machine < machines; machine++) {
      if (machine % modulus == rest) {
        side.add(machine);
      }
    }
    if (side.isEmpty()) {
      side.add(random.nextInt(machines));
    }
    Fault.Direction direction = oneOf(Fault.Direction.values());
    return new Fault.Partition(side, direction, nanosOf(1 + random.nextInt(5_000)));
  }

  private <T> T oneOf(T[] all) {
    return all[random.nextInt(all.length)];
  }

  private static long nanosOf(long millis) {
    return millis * MILLI_IN_NANOS;
  }
}
