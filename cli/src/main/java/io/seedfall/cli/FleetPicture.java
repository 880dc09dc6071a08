package io.seedfall.cli;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.FleetChange;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a fleet at this moment: its deployments with their rates, its machines, and the
 * machines of the one deployment that is looked at. Time is an argument. One thread.
 */
final class FleetPicture {
  /** The most deployments that are shown: the newest. */
  static final int DEPLOYMENTS_MAX = 100;

  /** The most machines that are shown as the slowest. */
  static final int SLOWEST_MAX = 20;

  /** In which order deployments are shown. */
  enum Order {
    NEWEST,
    PROGRESS,
    RATE;

    Order next() {
      return switch (this) {
        case NEWEST -> PROGRESS;
        case PROGRESS -> RATE;
        case RATE -> NEWEST;
      };
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One deployment for a reader or a program.
   *
   * @param share of all bytes, 0 to 1
   * @param bytesPerSecond of all machines together, over the last seconds
   * @param elapsedMillis since it was made, until it ended
   * @param leftMillis until it ends at this rate; -1 when nobody knows
   * @param boundMillis what one card needs for the file; 0 when nobody said what it does
   */
  record Row(
      DeploymentView deployment,
      double share,
      double bytesPerSecond,
      long elapsedMillis,
      long leftMillis,
      long boundMillis) {
    /** How many times the bound it takes, or will have taken at this rate; 0 when not known. */
    double timesBound() {
      if (boundMillis == 0 || leftMillis < 0) {
        return 0;
      }
      return (elapsedMillis + leftMillis) / (double) boundMillis;
    }
  }

  /**
   * A machine that others wait for.
   *
   * @param why nothing more has come of it
   */
  record Slow(MachineView machine, String why) {}

  private final long linkBytesPerSecond;
  private final Map<String, DeploymentView> deployments = new HashMap<>();
  private final Map<String, ProgressMeter> meters = new HashMap<>();
  private final Map<String, AgentView> agents = new TreeMap<>();
  private List<MachineView> machines = List.of();
  private String machinesOf = "";
  private boolean halted;

  /** {@code linkBytesPerSecond} is what one card does, from which the bound follows; 0 for none. */
  FleetPicture(long linkBytesPerSecond) {
    this.linkBytesPerSecond = linkBytesPerSecond;
  }

  /** Everything, in the place of what was known. */
  void all(boolean nowHalted, List<DeploymentView> allDeployments, List<AgentView> allAgents) {
    halted = nowHalted;
    deployments.clear();
    allDeployments.forEach(each -> deployments.put(each.id(), each));
    agents.clear();
    allAgents.forEach(each -> agents.put(each.name(), each));
    forgetOldest();
  }

  /** What changed. */
  void change(FleetChange change) {
    halted = change.halted();
    change.deployments().forEach(each -> deployments.put(each.id(), each));
    change.agents().forEach(each -> agents.put(each.name(), each));
    forgetOldest();
  }

  private void forgetOldest() {
    while (deployments.size() > DEPLOYMENTS_MAX) {
      deployments.values().stream()
          .min(Comparator.comparingLong(DeploymentView::createdMillis))
          .map(DeploymentView::id)
          .ifPresent(deployments::remove);
    }
    meters.keySet().retainAll(deployments.keySet());
  }

  /** The machines of a deployment, as they are now. */
  void machines(String id, List<MachineView> now) {
    machinesOf = id;
    machines = List.copyOf(now);
  }

  boolean halted() {
    return halted;
  }

  int agentsKnown() {
    return (int) agents.values().stream().filter(each -> each.kind() == AgentKind.AGENT).count();
  }

  int agentsConnected() {
    return (int)
        agents.values().stream()
            .filter(each -> each.kind() == AgentKind.AGENT && each.connected())
            .count();
  }

  /** Deployments that are not decided. */
  int running() {
    return (int) deployments.values().stream().filter(each -> !each.phase().isFinal()).count();
  }

  /** The deployments in that order. */
  List<Row> rows(Order order, long nowNanos, long nowMillis) {
    List<Row> rows = new ArrayList<>();
    for (DeploymentView each : deployments.values()) {
      ProgressMeter meter = meters.computeIfAbsent(each.id(), _ -> new ProgressMeter());
      meter.sample(nowNanos, each.bytesDone());
      rows.add(row(each, meter.bytesPerSecond(), nowMillis));
    }
    Comparator<Row> newest =
        Comparator.comparingLong((Row row) -> row.deployment().createdMillis())
            .reversed()
            .thenComparing(row -> row.deployment().id());
    rows.sort(
        switch (order) {
          case NEWEST -> newest;
          case PROGRESS -> Comparator.comparingDouble(Row::share).thenComparing(newest);
          case RATE ->
              Comparator.comparingDouble(Row::bytesPerSecond).reversed().thenComparing(newest);
        });
    return rows;
  }

  private Row row(DeploymentView each, double bytesPerSecond, long nowMillis) {
    long total = each.sizeBytes() * each.machineCount();
    boolean over = each.phase().isFinal();
    long left = Math.max(0, total - each.bytesDone());
    long leftMillis =
        over || left == 0 ? 0 : bytesPerSecond < 1 ? -1 : (long) (left * 1e3 / bytesPerSecond);
    long end = over && each.finishedMillis() > 0 ? each.finishedMillis() : nowMillis;
    return new Row(
        each,
        total == 0 ? 1 : Math.min(1, each.bytesDone() / (double) total),
        over ? 0 : bytesPerSecond,
        Math.max(0, end - each.createdMillis()),
        leftMillis,
        linkBytesPerSecond == 0 ? 0 : Math.max(1, each.sizeBytes() * 1_000 / linkBytesPerSecond));
  }

  /** How many machines of that deployment are in which state; empty when they are not known. */
  Map<MachinePhase, Integer> states(String id) {
    Map<MachinePhase, Integer> states = new EnumMap<>(MachinePhase.class);
    if (id.equals(machinesOf)) {
      machines.forEach(each -> states.merge(each.phase(), 1, Integer::sum));
    }
    return states;
  }

  /**
   * The machines of that deployment that have failed, and those that have the least, with reasons.
   */
  List<Slow> slowest(String id) {
    if (!id.equals(machinesOf)) {
      return List.of();
    }
    return machines.stream()
        .filter(each -> each.phase() == MachinePhase.FAILED || !each.phase().isFinal())
        .sorted(
            Comparator.comparing((MachineView each) -> each.phase() != MachinePhase.FAILED)
                .thenComparingLong(MachineView::bytesDone)
                .thenComparing(MachineView::agent))
        .limit(SLOWEST_MAX)
        .map(each -> new Slow(each, why(each)))
        .toList();
  }

  private String why(MachineView machine) {
    if (!machine.why().isEmpty()) {
      return machine.why();
    }
    AgentView agent = agents.get(machine.agent());
    if (agent != null && !agent.connected()) {
      return "away";
    }
    return switch (machine.phase()) {
      case PENDING -> "its wave has not come";
      case WAITING -> "has not answered yet";
      case FETCHING -> machine.bytesDone() == 0 ? "no byte has come yet" : "";
      case STAGED -> "waits to be activated";
      case INSTALLING -> "puts it in place";
      case INSTALLED, FAILED, CANCELLED -> "";
    };
  }
}
