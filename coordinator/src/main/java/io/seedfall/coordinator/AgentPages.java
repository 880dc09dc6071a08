package io.seedfall.coordinator;

import io.seedfall.control.AgentView;
import io.seedfall.control.Page;
import io.seedfall.planner.AgentSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Pages of agents, by name. */
final class AgentPages {
  private AgentPages() {}

  static Page<AgentView> of(
      List<AgentSnapshot> agents, Cursor cursor, Function<AgentSnapshot, AgentView> view) {
    List<AgentSnapshot> behind =
        agents.stream()
            .filter(agent -> cursor.isBehind(agent.facts().name()))
            .sorted(Comparator.comparing(agent -> agent.facts().name()))
            .limit(cursor.limit() + 1L)
            .toList();
    return cursor.page(behind, agent -> agent.facts().name(), view);
  }
}
