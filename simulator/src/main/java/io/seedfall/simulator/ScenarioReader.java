package io.seedfall.simulator;

import io.seedfall.swarm.DiskFault;
import io.seedfall.swarm.SwarmSettings;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads scenario files (docs/simulation.md has every key). It refuses what it does not know. */
final class ScenarioReader {
  /** Characters of one file. */
  static final int TEXT_CHARACTERS_MAX = 1 << 20;

  /** Receivers of one scenario. */
  static final int RECEIVERS_MAX = 10_000;

  /** Machines beside the receivers. */
  static final int EXTRAS_MAX = 1_000;

  /** Tables of one list: groups of machines, faults. */
  static final int TABLES_MAX = 10_000;

  /** Seeds that one file names. */
  static final int SEEDS_MAX = 1_000;

  /** Bytes of the file that is sent. */
  static final long FILE_BYTES_MAX = 1L << 40;

  /** Pieces of the file that is sent. */
  static final int PIECES_MAX = 1 << 20;

  /** Files of a workload. */
  static final int FILES_MAX = 100_000;

  /** The longest time in a scenario: a day. */
  static final long TIME_NANOS_MAX = 86_400_000_000_000L;

  /** The fastest card or disk. */
  static final long RATE_BYTES_MAX = 1L << 40;

  private static final int PIECE_BYTES_MIN = 16 * 1024;
  private static final int PIECE_BYTES_MAX = 64 << 20;

  /** What the key {@code do} of a fault can say. */
  enum Deed {
    KILL,
    POWER_OFF,
    RESTART,
    FAIL_DISK,
    SLOW_DISK,
    CUT,
    HALF_OPEN,
    PARTITION,
    JUMP_CLOCK,
    HEAL
  }

  private int machines;
  private int receivers;

  private ScenarioReader() {}

  static ScenarioFile read(String file, String toml) throws ScenarioFileException {
    if (toml.length() > TEXT_CHARACTERS_MAX) {
      throw new ScenarioFileException(
          file, "", "longer than %d characters".formatted(TEXT_CHARACTERS_MAX));
    }
    JsonNode root;
    try {
      root = new TomlMapper().readTree(toml);
    } catch (JacksonException notToml) {
      throw new ScenarioFileException(file, "", "not TOML: " + notToml.getOriginalMessage());
    }
    return new ScenarioReader().scenario(new ScenarioTable(file, "", root));
  }

  private ScenarioFile scenario(ScenarioTable root) throws ScenarioFileException {
    String title = root.text("title", null);
    List<Long> seeds = root.longs("seeds", List.of(1L), SEEDS_MAX);
    ScenarioFile.Topology topology = topology(root.table("topology"));
    ScenarioFile.Workload workload = workload(root.table("workload"));
    receivers = topology.receivers();
    machines = receivers + 1;
    List<ScenarioFile.Extra> extras = new ArrayList<>();
    for (ScenarioTable table : root.tables("extras", TABLES_MAX)) {
      ScenarioFile.Extra extra = extra(table, topology.racks());
      machines += extra.count();
      extras.add(extra);
    }
    if (machines - receivers - 1 > EXTRAS_MAX) {
      throw root.refused("extras", "more than %d machines".formatted(EXTRAS_MAX));
    }
    List<ScenarioFile.MachineGroup> groups = new ArrayList<>();
    for (ScenarioTable table : root.tables("machines", TABLES_MAX)) {
      groups.add(group(table, topology.racks()));
    }
    List<Scenario.Order> faults = new ArrayList<>();
    for (ScenarioTable table : root.tables("faults", TABLES_MAX)) {
      faults.add(order(table, workload));
    }
    ScenarioFile.Checkers checkers = checkers(root.table("checkers"), faults);
    ScenarioFile.Bounds bounds = bounds(root.table("bounds"));
    root.close();
    return new ScenarioFile(
        title, seeds, topology, workload, groups, extras, faults, checkers, bounds);
  }

  private static ScenarioFile.Topology topology(ScenarioTable table) throws ScenarioFileException {
    ScenarioFile.Topology topology =
        new ScenarioFile.Topology(
            table.count("receivers", 1, RECEIVERS_MAX, null),
            table.rate("link", 1, RATE_BYTES_MAX, null),
            table.nanos("latency", 0, TIME_NANOS_MAX, null),
            table.nanos("jitter", 0, TIME_NANOS_MAX, 0L),
            table.count("racks", 0, RECEIVERS_MAX, 0),
            table.rate("rack_link", 1, RATE_BYTES_MAX, 0L),
            table.word(
                "coordinator", ScenarioFile.Coordinator.class, ScenarioFile.Coordinator.AWAY));
    if ((topology.racks() > 0) != (topology.rackBytesPerSecond() > 0)) {
      throw table.refused("racks", "racks and rack_link belong together");
    }
    table.close();
    return topology;
  }

  private static ScenarioFile.Workload workload(ScenarioTable table) throws ScenarioFileException {
    long bytes = table.bytes("size", 1, FILE_BYTES_MAX, null);
    long rule = SwarmSettings.pieceBytesFor(bytes);
    int piece = (int) table.bytes("piece_size", PIECE_BYTES_MIN, PIECE_BYTES_MAX, rule);
    int files = table.count("files", 1, (int) Math.min(FILES_MAX, bytes), 1);
    ScenarioFile.Workload workload = new ScenarioFile.Workload(bytes, piece, files);
    if (Integer.bitCount(piece) != 1 || workload.pieces() > PIECES_MAX) {
      throw table.refused(
          "piece_size", "expected: a power of two, and at most %d pieces".formatted(PIECES_MAX));
    }
    table.close();
    return workload;
  }

  private static ScenarioFile.Extra extra(ScenarioTable table, int racks)
      throws ScenarioFileException {
    Role role = table.word("role", Role.class, null);
    if (role == Role.SOURCE || role == Role.RECEIVER) {
      throw table.refused("role", "%s is none of the others".formatted(ScenarioTable.word(role)));
    }
    ScenarioFile.Extra extra =
        new ScenarioFile.Extra(
            role, table.count("count", 1, EXTRAS_MAX, 1), table.count("rack", -1, racks - 1, -1));
    table.close();
    return extra;
  }

  private ScenarioFile.MachineGroup group(ScenarioTable table, int racks)
      throws ScenarioFileException {
    ScenarioFile.MachineGroup group =
        new ScenarioFile.MachineGroup(
            table.counts("numbers", 0, machines - 1, TABLES_MAX),
            table.rate("link", 1, RATE_BYTES_MAX, 0L),
            table.rate("hashing", 1, RATE_BYTES_MAX, 0L),
            table.rate("disk", 1, RATE_BYTES_MAX, 0L),
            table.count("rack", 0, Math.max(0, racks - 1), -1),
            table.nanos("join", 0, TIME_NANOS_MAX, 0L));
    table.close();
    return group;
  }

  private Scenario.Order order(ScenarioTable table, ScenarioFile.Workload workload)
      throws ScenarioFileException {
    Trigger trigger = trigger(table, workload);
    Fault fault = fault(table);
    table.close();
    return new Scenario.Order(trigger, fault);
  }

  private Trigger trigger(ScenarioTable table, ScenarioFile.Workload workload)
      throws ScenarioFileException {
    int named = 0;
    named += table.has("at") ? 1 : 0;
    named += table.has("one_copy_out") ? 1 : 0;
    named += table.has("when") ? 1 : 0;
    if (named != 1) {
      throw table.refused("at", "expected: exactly one of at, one_copy_out and when");
    }
    if (table.has("at")) {
      return new Trigger.At(table.nanos("at", 0, TIME_NANOS_MAX, null));
    }
    if (table.has("one_copy_out")) {
      return new Trigger.OneCopyOut(table.nanos("one_copy_out", 0, TIME_NANOS_MAX, null));
    }
    ScenarioTable when = table.table("when");
    int pieces = (int) workload.pieces();
    Trigger trigger =
        new Trigger.PiecesVerified(machine(when, "machine"), when.count("pieces", 1, pieces, null));
    when.close();
    return trigger;
  }

  private int machine(ScenarioTable table, String key) throws ScenarioFileException {
    return table.count(key, 0, machines - 1, null);
  }

  private Fault fault(ScenarioTable table) throws ScenarioFileException {
    return switch (table.word("do", Deed.class, null)) {
      case KILL -> new Fault.Kill(machine(table, "machine"));
      case POWER_OFF -> new Fault.PowerOff(machine(table, "machine"));
      case RESTART -> new Fault.Restart(machine(table, "machine"), table.flag("journal", true));
      case FAIL_DISK ->
          new Fault.FailDisk(machine(table, "machine"), table.word("fault", DiskFault.class, null));
      case SLOW_DISK ->
          new Fault.SlowDisk(machine(table, "machine"), table.rate("disk", 1, RATE_BYTES_MAX, 0L));
      case CUT -> new Fault.Cut(machine(table, "machine"), machine(table, "other"));
      case HALF_OPEN -> new Fault.HalfOpen(machine(table, "machine"), machine(table, "other"));
      case PARTITION ->
          new Fault.Partition(
              table.counts("machines", 0, machines - 1, TABLES_MAX),
              table.word("direction", Fault.Direction.class, Fault.Direction.BOTH),
              table.nanos("lasts", Fault.PARTITION_NANOS_MIN, TIME_NANOS_MAX, null));
      case JUMP_CLOCK ->
          new Fault.JumpClock(
              machine(table, "machine"), table.nanos("by", 1, TIME_NANOS_MAX, null));
      case HEAL ->
          new Fault.Heal(
              table.count("core", 1, receivers, null),
              table.nanos("within", 1, TIME_NANOS_MAX, null));
    };
  }

  private static ScenarioFile.Checkers checkers(ScenarioTable table, List<Scenario.Order> faults)
      throws ScenarioFileException {
    boolean heals = faults.stream().anyMatch(order -> order.fault() instanceof Fault.Heal);
    ScenarioFile.Finish rule = heals ? ScenarioFile.Finish.CORE : ScenarioFile.Finish.EVERYONE;
    ScenarioFile.Checkers checkers =
        new ScenarioFile.Checkers(
            table.word("finish", ScenarioFile.Finish.class, rule), table.flag("same_trace", false));
    if (checkers.finish() != rule) {
      throw table.refused("finish", "a core finishes when, and only when, a fault heals it");
    }
    table.close();
    return checkers;
  }

  private static ScenarioFile.Bounds bounds(ScenarioTable table) throws ScenarioFileException {
    int none = -1;
    ScenarioFile.Bounds bounds =
        new ScenarioFile.Bounds(
            table.nanos("limit", 1, TIME_NANOS_MAX, 0L),
            table.number("ratio_max", -1),
            table.nanos("makespan_max", 1, TIME_NANOS_MAX, -1L),
            table.number("source_copies_max", -1),
            table.number("cross_rack_copies_max", -1),
            table.number("received_copies_max", -1),
            table.count("finished_min", 0, RECEIVERS_MAX, none),
            table.count("failed_max", 0, RECEIVERS_MAX, none),
            table.count("bans_min", 0, Integer.MAX_VALUE, none),
            table.count("bans_max", 0, Integer.MAX_VALUE, none),
            table.count("stalls_min", 0, Integer.MAX_VALUE, none),
            table.count("stalls_max", 0, Integer.MAX_VALUE, none));
    table.close();
    return bounds;
  }
}
