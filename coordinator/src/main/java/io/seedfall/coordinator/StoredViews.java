package io.seedfall.coordinator;

import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.CapView;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.StatusView;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.DeploymentSnapshot;
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

  List<AgentView> agents() {
    return store.agents().stream()
        .map(agent ->
            new AgentView(
                agent.facts().name(),
                Translation.kind(AgentRole.MACHINE),
                agent.facts().labels(),
                agent.facts().endpoint().toString(),
                agent.connected(),
                agent.connected() ? -1 : agent.awaySinceMillis(),
                -1))
        .toList();
  }

  List<CapView> caps() {
    return Translation.caps(store.caps());
  }

  List<ArtifactView> views(List<StoredArtifact> artifacts) {
    return artifacts.stream().map(artifact -> artifact.view(-1)).toList();
  }

  /** Those that stand by id, without machines. */
  Map<String, DeploymentView> standing() {
    Map<String, DeploymentView> views = new HashMap<>();
    for (DeploymentSnapshot deployment : store.standingDeployments()) {
      views.put(deployment.plan().id(), Translation.view(deployment, false));
    }
    return views;
  }
}
