package io.seedfall.simulator;

import io.seedfall.swarm.SwarmSettings;
import java.util.List;
import java.util.Locale;

/**
 * Writes scenario files: what {@link ScenarioReader} reads, and nothing that goes without saying.
 */
final class ScenarioWriter {
  private static final long[] NANO_UNITS = {
    86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
  };
  private static final String[] NANO_NAMES = {"d", "h", "m", "s", "ms", "us", "ns"};
  private static final long[] BYTE_UNITS = {1L << 30, 1L << 20, 1L << 10, 1L};
  private static final String[] BYTE_NAMES = {"GiB", "MiB", "KiB", "B"};
  private static final long MBIT_IN_BYTES = 125_000;

  private final StringBuilder out = new StringBuilder();

  static String toml(ScenarioFile file) {
    ScenarioWriter writer = new ScenarioWriter();
    writer.write(file);
    return writer.out.toString();
  }

  private void write(ScenarioFile file) {
    text("title", file.title());
    raw("seeds", file.seeds().toString());
    topology(file.topology());
    out.append("\n[workload]\n");
    text("size", bytes(file.workload().bytes()));
    if (file.workload().pieceBytes() != SwarmSettings.pieceBytesFor(file.workload().bytes())) {
      text("piece_size", bytes(file.workload().pieceBytes()));
    }
    if (file.workload().files() > 1) {
      raw("files", file.workload().files());
    }
    file.extras().forEach(this::extra);
    file.machines().forEach(this::group);
    file.faults().forEach(this::order);
    out.append("\n[checkers]\n");
    text("finish", ScenarioTable.word(file.checkers().finish()));
    if (file.checkers().sameTrace()) {
      raw("same_trace", "true");
    }
    bounds(file.bounds());
  }

  private void topology(ScenarioFile.Topology topology) {
    out.append("\n[topology]\n");
    raw("receivers", topology.receivers());
    text("link", rate(topology.linkBytesPerSecond()));
    text("latency", nanos(topology.oneWayNanos()));
    if (topology.jitterNanos() > 0) {
      text("jitter", nanos(topology.jitterNanos()));
    }
    if (topology.racks() > 0) {
      raw("racks", topology.racks());
      text("rack_link", rate(topology.rackBytesPerSecond()));
    }
    text("coordinator", ScenarioTable.word(topology.coordinator()));
  }

  private void extra(ScenarioFile.Extra extra) {
    out.append("\n[[extras]]\n");
    text("role", ScenarioTable.word(extra.role()));
    raw("count", extra.count());
    if (extra.rack() >= 0) {
      raw("rack", extra.rack());
    }
  }

  private void group(ScenarioFile.MachineGroup group) {
    out.append("\n[[machines]]\n");
    raw("numbers", group.numbers().toString());
    optionalRate("link", group.linkBytesPerSecond());
    optionalRate("hashing", group.hashBytesPerSecond());
    optionalRate("disk", group.diskBytesPerSecond());
    if (group.rack() >= 0) {
      raw("rack", group.rack());
    }
    if (group.joinNanos() > 0) {
      text("join", nanos(group.joinNanos()));
    }
  }

  private void order(Scenario.Order order) {
    out.append("\n[[faults]]\n");
    switch (order.trigger()) {
      case Trigger.At(long nanos) -> text("at", nanos(nanos));
      case Trigger.OneCopyOut(long delay) -> text("one_copy_out", nanos(delay));
      case Trigger.PiecesVerified(int machine, int pieces) ->
          raw("when", "{ machine = %d, pieces = %d }".formatted(machine, pieces));
    }
    switch (order.fault()) {
      case Fault.Kill(int machine) -> one("kill", machine);
      case Fault.PowerOff(int machine) -> one("power-off", machine);
      case Fault.Restart(int machine, boolean journal) -> {
        one("restart", machine);
        raw("journal", String.valueOf(journal));
      }
      case Fault.FailDisk(int machine, var fault) -> {
        one("fail-disk", machine);
        text("fault", ScenarioTable.word(fault));
      }
      case Fault.SlowDisk(int machine, long rate) -> {
        one("slow-disk", machine);
        optionalRate("disk", rate);
      }
      case Fault.Cut(int machine, int other) -> {
        one("cut", machine);
        raw("other", other);
      }
      case Fault.HalfOpen(int machine, int other) -> {
        one("half-open", machine);
        raw("other", other);
      }
      case Fault.Partition(List<Integer> machines, var direction, long lastsNanos) -> {
        text("do", "partition");
        raw("machines", machines.toString());
        text("direction", ScenarioTable.word(direction));
        text("lasts", nanos(lastsNanos));
      }
      case Fault.Mend mend ->
          throw new IllegalStateException(mend + " is the end of a partition, and in no file");
      case Fault.JumpClock(int machine, long nanos) -> {
        one("jump-clock", machine);
        text("by", nanos(nanos));
      }
      case Fault.Heal(int receivers, long withinNanos) -> {
        text("do", "heal");
        raw("core", receivers);
        text("within", nanos(withinNanos));
      }
    }
  }

  private void one(String deed, int machine) {
    text("do", deed);
    raw("machine", machine);
  }

  private void bounds(ScenarioFile.Bounds bounds) {
    out.append("\n[bounds]\n");
    if (bounds.limitNanos() > 0) {
      text("limit", nanos(bounds.limitNanos()));
    }
    optional("ratio_max", bounds.ratioMax());
    if (bounds.makespanNanosMax() >= 0) {
      text("makespan_max", nanos(bounds.makespanNanosMax()));
    }
    optional("source_copies_max", bounds.sourceCopiesMax());
    optional("cross_rack_copies_max", bounds.crossRackCopiesMax());
    optional("received_copies_max", bounds.receivedCopiesMax());
    optional("finished_min", bounds.finishedMin());
    optional("failed_max", bounds.failedMax());
    optional("bans_min", bounds.bansMin());
    optional("bans_max", bounds.bansMax());
    optional("stalls_min", bounds.stallsMin());
    optional("stalls_max", bounds.stallsMax());
  }

  private void optional(String key, double value) {
    if (value >= 0) {
      raw(key, String.format(Locale.ROOT, "%s", value));
    }
  }

  private void optional(String key, int value) {
    if (value >= 0) {
      raw(key, value);
    }
  }

  private void optionalRate(String key, long value) {
    if (value > 0) {
      text(key, rate(value));
    }
  }

  private void raw(String key, Object value) {
    out.append(key).append(" = ").append(value).append('\n');
  }

  private void text(String key, String value) {
    raw(key, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
  }

  static String bytes(long bytes) {
    return exact(bytes, BYTE_UNITS, BYTE_NAMES);
  }

  static String rate(long bytesPerSecond) {
    return bytesPerSecond % MBIT_IN_BYTES == 0
        ? bytesPerSecond / MBIT_IN_BYTES + "Mbit"
        : bytesPerSecond + "B/s";
  }

  static String nanos(long nanos) {
    return nanos == 0 ? "0ms" : exact(nanos, NANO_UNITS, NANO_NAMES);
  }

  private static String exact(long amount, long[] units, String[] names) {
    int i = 0;
    while (amount % units[i] != 0) {
      i++;
    }
    return amount / units[i] + names[i];
  }
}
