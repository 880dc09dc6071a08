package io.seedfall.coordinator;

import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.CapView;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Page;
import io.seedfall.control.StatusView;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.DeploymentSnapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a coordinator that does not lead knows: the rows, which the leader writes. Progress between
 * two changes of phase is not among them, nor are publishers. Blocks; any thread.
 */
final class StoredViews {
  private final Store store;
  private final SteadyClock clock;

  StoredViews(Store store, SteadyClock clock) {
    this.store = store;
    this.clock = clock;
  }

  StatusView status(String leader) {
    List<AgentSnapshot> agents = store.agents();
    return new StatusView(
        Coordinator.version(),
        clock.startMillis(),
        (int) agents.stream().filter(AgentSnapshot::connected).count(),
        agents.size(),
        store.artifactCount(),
        (int) store.standingDeployments().stream().filter(d -> !d.state().isFinal()).count(),
        false,
        leader,
        store.halted());
  }

  Page<AgentView> agents(Cursor cursor) {
    return AgentPages.of(store.agents(), cursor, StoredViews::view);
  }

  private static AgentView view(AgentSnapshot agent) {
    return new AgentView(
        agent.facts().name(),
        Translation.kind(AgentRole.MACHINE),
        agent.facts().labels(),
        agent.facts().endpoint().toString(),
        agent.connected(),
        agent.connected() ? -1 : agent.awaySinceMillis(),
        -1);
  }

  List<CapView> caps() {
    return Translation.caps(store.caps());
  }

  List<ArtifactView> views(List<StoredArtifact> artifacts) {
    return artifacts.stream().map(artifact -> artifact.view(-1)).toList();
  }

  /** Those of these that stand, by id, without machines. */
  Map<String, DeploymentView> standing(Collection<String> ids) {
    Map<String, DeploymentView> views = new HashMap<>();
    for (String id : ids) {
      DeploymentSnapshot deployment = store.deployment(id);
      if (deployment != null && deployment.standing()) {
        views.put(id, Translation.view(deployment, 0));
      }
    }
    return views;
  }
}
