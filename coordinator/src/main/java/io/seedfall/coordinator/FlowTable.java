package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.FlowView;
import io.seedfall.control.MachineDetail;
import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up who fed whom, group by group. The groups that received and sent most are told apart, the
 * others are one. Made for one answer; one thread.
 */
final class FlowTable {
  private final String by;
  private final Map<String, String> groupByMachine = new HashMap<>();
  private final Map<String, String> groupByEndpoint = new HashMap<>();
  private final Map<String, Integer> told = new HashMap<>();
  private final Map<String, Map<String, Long>> bytesByReceiver = new TreeMap<>();
  private int machinesTold;

  private FlowTable(String by) {
    this.by = by;
  }

  /**
   * The flow of a deployment.
   *
   * @param by a label, or empty for each machine by itself
   */
  static FlowView of(
      long sizeBytes, List<MachineSnapshot> machines, List<AgentSnapshot> agents, String by) {
    FlowTable table = new FlowTable(by);
    agents.forEach(agent -> table.know(agent.facts()));
    machines.forEach(table::add);
    return table.view(sizeBytes);
  }

  private void know(AgentFacts agent) {
    String group =
        agent.role() == AgentRole.PUBLISHER
            ? FlowView.ELSEWHERE
            : by.isEmpty() ? agent.name() : agent.labels().getOrDefault(by, "");
    groupByMachine.put(agent.name(), group);
    groupByEndpoint.put(agent.endpoint().toString(), group);
  }

  private void add(MachineSnapshot machine) {
    String said = machine.progress().detail();
    if (said.isEmpty()
        || !(ControlJson.decode(said.getBytes(UTF_8), MachineDetail.class)
            instanceof Decoded.Value<MachineDetail>(MachineDetail detail))
        || detail.bytesFrom().isEmpty()) {
      return;
    }
    machinesTold++;
    String to = groupByMachine.getOrDefault(machine.agent(), by.isEmpty() ? machine.agent() : "");
    told.merge(to, 1, Integer::sum);
    Map<String, Long> row = bytesByReceiver.computeIfAbsent(to, _ -> new TreeMap<>());
    detail
        .bytesFrom()
        .forEach((endpoint, bytes) ->
            row.merge(
                groupByEndpoint.getOrDefault(endpoint, FlowView.ELSEWHERE), bytes, Long::sum));
  }

  private FlowView view(long sizeBytes) {
    Map<String, Long> weights = new TreeMap<>();
    bytesByReceiver.forEach((to, row) ->
        row.forEach((from, bytes) -> {
          weights.merge(to, bytes, Long::sum);
          weights.merge(from, bytes, Long::sum);
        }));
    List<String> names =
        new ArrayList<>(
            weights.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(FlowView.GROUPS_MAX)
                .map(Map.Entry::getKey)
                .sorted()
                .toList());
    if (weights.size() > names.size()) {
      names.add(FlowView.OTHERS);
    }
    Map<String, Integer> places = new HashMap<>();
    names.forEach(name -> places.put(name, places.size()));
    int last = names.size() - 1;

    int[] machines = new int[names.size()];
    told.forEach((name, count) -> machines[places.getOrDefault(name, last)] += count);
    long[][] bytes = new long[names.size()][names.size()];
    bytesByReceiver.forEach((to, row) ->
        row.forEach((from, moved) ->
            bytes[places.getOrDefault(from, last)][places.getOrDefault(to, last)] += moved));
    return view(sizeBytes, names, machines, bytes);
  }

  private FlowView view(long sizeBytes, List<String> names, int[] machines, long[][] bytes) {
    long[] received = new long[names.size()];
    List<FlowView.Edge> edges = new ArrayList<>();
    for (int from = 0; from < names.size(); from++) {
      for (int to = 0; to < names.size(); to++) {
        if (bytes[from][to] > 0) {
          edges.add(new FlowView.Edge(from, to, bytes[from][to]));
          received[to] += bytes[from][to];
        }
      }
    }
    List<FlowView.Group> groups = new ArrayList<>();
    for (int at = 0; at < names.size(); at++) {
      groups.add(new FlowView.Group(names.get(at), machines[at], received[at]));
    }
    return new FlowView(by, sizeBytes, machinesTold, groups, edges);
  }
}
