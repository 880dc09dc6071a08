package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlJson;
import io.seedfall.control.FlowView;
import io.seedfall.control.MachineDetail;
import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Place;
import io.seedfall.planner.Progress;
import io.seedfall.protocol.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who fed whom, added up. */
final class PicturesTest {
  private final List<AgentSnapshot> agents = new ArrayList<>();
  private final List<MachineSnapshot> machines = new ArrayList<>();

  private static String endpoint(int machine) {
    return "10.0." + machine / 250 + "." + (machine % 250 + 1) + ":7000";
  }

  private void machine(int number, Map<String, String> labels, Map<String, Long> bytesFrom) {
    agents.add(
        new AgentSnapshot(
            new AgentFacts(
                "m" + number,
                AgentRole.MACHINE,
                new TreeMap<>(labels),
                Endpoint.parse(endpoint(number)),
                Place.ELSEWHERE),
            true,
            0));
    String detail =
        bytesFrom.isEmpty()
            ? ""
            : new String(ControlJson.encode(new MachineDetail(Map.of(), bytesFrom, "")), UTF_8);
    machines.add(
        new MachineSnapshot(
            "m" + number,
            MachineState.INSTALLED,
            "",
            new Progress(1, 0, 0, 0, 0, detail),
            0,
            false,
            0));
  }

  private FlowView flow(String by) {
    return FlowTable.of(100, machines, agents, by);
  }

  @Test
  void bytesAreAddedUpByRack() {
    machine(1, Map.of("rack", "r1"), Map.of("9.9.9.9:1", 100L));
    machine(2, Map.of("rack", "r1"), Map.of(endpoint(1), 90L, endpoint(3), 10L));
    machine(3, Map.of("rack", "r2"), Map.of(endpoint(1), 60L, "9.9.9.9:1", 40L));
    machine(4, Map.of(), Map.of());
    FlowView flow = flow("rack");
    assertThat(flow.told()).isEqualTo(3);
    assertThat(flow.groups())
        .containsExactly(
            new FlowView.Group(FlowView.ELSEWHERE, 0, 0),
            new FlowView.Group("r1", 2, 200),
            new FlowView.Group("r2", 1, 100));
    assertThat(flow.edges())
        .containsExactly(
            new FlowView.Edge(0, 1, 100),
            new FlowView.Edge(0, 2, 40),
            new FlowView.Edge(1, 1, 90),
            new FlowView.Edge(1, 2, 60),
            new FlowView.Edge(2, 1, 10));
  }

  @Test
  void withoutALabelEachMachineStandsForItself() {
    machine(1, Map.of(), Map.of("9.9.9.9:1", 100L));
    machine(2, Map.of(), Map.of(endpoint(1), 100L));
    assertThat(flow("").groups())
        .extracting(FlowView.Group::name)
        .containsExactly(FlowView.ELSEWHERE, "m1", "m2");
  }

  @Test
  void groupsThatAreTooManyAreOneAndNoByteIsLost() {
    for (int number = 0; number < FlowView.GROUPS_MAX; number++) {
      machine(number, Map.of(), Map.of(endpoint((number + 1) % FlowView.GROUPS_MAX), 10L + number));
    }
    assertThat(flow("").groups())
        .hasSize(FlowView.GROUPS_MAX)
        .noneMatch(group -> group.name().equals(FlowView.OTHERS));
    machine(FlowView.GROUPS_MAX, Map.of(), Map.of(endpoint(0), 1L));
    FlowView flow = flow("");
    assertThat(flow.groups()).hasSize(FlowView.GROUPS_MAX + 1);
    assertThat(flow.groups().getLast().name()).isEqualTo(FlowView.OTHERS);
    long sum = 1;
    for (int number = 0; number < FlowView.GROUPS_MAX; number++) {
      sum += 10 + number;
    }
    assertThat(flow.edges().stream().mapToLong(FlowView.Edge::bytes).sum()).isEqualTo(sum);
    assertThat(flow.groups().stream().mapToInt(FlowView.Group::machines).sum())
        .isEqualTo(FlowView.GROUPS_MAX + 1);
  }
}
