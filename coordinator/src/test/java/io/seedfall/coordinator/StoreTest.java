package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Place;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.Progress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The same on every database. */
@ParameterizedClass
@EnumSource(Databases.class)
final class StoreTest {
  private static final InfoHash CONTENT = InfoHash.parse("ab".repeat(32));

  private final Databases databases;
  @TempDir private Path directory;
  private Database database;
  private Store store;

  StoreTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void openStore() throws IOException {
    database = databases.empty(directory);
    store = Leader.of(Store.open(database));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void whatWasStoredComesBackTheSame() throws IOException {
    AgentSnapshot away = agent("a", Map.of("role", "x", "zone", "b"), false, 77);
    AgentSnapshot here = agent("b", Map.of(), true, 0);
    DeploymentSnapshot deployment = deployment("d1", DeploymentState.RUNNING);
    store.apply(
        List.of(
            new PlannerEffect.AgentStored(away),
            new PlannerEffect.AgentStored(here),
            new PlannerEffect.DeploymentCreated(deployment)));
    reopen();
    assertThat(store.agents()).containsExactly(away, here);
    assertThat(store.runningDeployments()).containsExactly(deployment);
    assertThat(store.deployment("d1")).isEqualTo(deployment);
    assertThat(store.hasDeployment("d1")).isTrue();
    assertThat(store.hasDeployment("d2")).isFalse();
  }

  @Test
  void changesReplaceWhatWasThere() {
    store.apply(
        List.of(
            new PlannerEffect.AgentStored(agent("a", Map.of("role", "x"), true, 0)),
            new PlannerEffect.DeploymentCreated(deployment("d1", DeploymentState.RUNNING))));
    MachineSnapshot failed =
        new MachineSnapshot("a", MachineState.FAILED, "no space", new Progress(4, 3, 2, 1));
    DeploymentSnapshot over =
        new DeploymentSnapshot(
            deployment("d1", DeploymentState.RUNNING).plan(),
            DeploymentState.FAILED,
            "1 of 1 failed",
            99,
            List.of("p", "q"),
            List.of(failed));
    store.apply(
        List.of(
            new PlannerEffect.AgentStored(agent("a", Map.of(), false, 5)),
            new PlannerEffect.MachineChanged("d1", failed),
            new PlannerEffect.HolderAdded("d1", "q", 1),
            new PlannerEffect.DeploymentChanged(over)));
    assertThat(store.agents()).containsExactly(agent("a", Map.of(), false, 5));
    assertThat(store.deployment("d1")).isEqualTo(over);
    assertThat(store.runningDeployments()).isEmpty();
    assertThat(store.latestDeployments(10).getFirst().failedCount()).isEqualTo(1);
    assertThat(store.latestDeployments(10).getFirst().bytesDone()).isEqualTo(4);
    store.apply(List.of(new PlannerEffect.AgentForgotten("a")));
    assertThat(store.agents()).isEmpty();
  }

  @Test
  void allChangesOfATurnOrNone() {
    PlannerEffect.Store good = new PlannerEffect.AgentStored(agent("a", Map.of(), true, 0));
    PlannerEffect.Store impossible = new PlannerEffect.HolderAdded("nosuch", "p", 0);
    assertThatThrownBy(() -> store.apply(List.of(good, impossible)))
        .hasMessageMatching("(?is).*foreign key.*");
    assertThat(store.agents()).isEmpty();
  }

  @Test
  void namesAreInTheOrderOfTheirCharactersWhateverTheDatabaseSortsBy() {
    List<AgentSnapshot> agents =
        Stream.of("B1", "a-2", "a1", "a10", "b1")
            .map(name -> agent(name, Map.of(), true, 0))
            .toList();
    List<MachineSnapshot> machines =
        agents.reversed().stream()
            .map(agent ->
                new MachineSnapshot(agent.facts().name(), MachineState.WAITING, "", Progress.NONE))
            .toList();
    DeploymentSnapshot deployment =
        new DeploymentSnapshot(
            deployment("d1", DeploymentState.RUNNING).plan(),
            DeploymentState.RUNNING,
            "",
            0,
            List.of(),
            machines);
    store.apply(List.of(new PlannerEffect.DeploymentCreated(deployment)));
    agents.reversed().forEach(agent -> store.apply(List.of(new PlannerEffect.AgentStored(agent))));
    assertThat(store.agents()).isEqualTo(agents);
    assertThat(store.runningDeployments().getFirst().machines()).isEqualTo(machines.reversed());
  }

  @Test
  void listsAreNewestFirstAndEndAtTheirLimit() {
    for (int i = 0; i < 5; i++) {
      store.apply(
          List.of(
              new PlannerEffect.DeploymentCreated(deployment("d" + i, DeploymentState.RUNNING))));
    }
    assertThat(store.latestDeployments(3)).extracting("id").containsExactly("d4", "d3", "d2");
    assertThat(store.runningDeployments())
        .extracting(d -> d.plan().id())
        .containsExactly("d0", "d1", "d2", "d3", "d4");
  }

  @Test
  void anArtifactNeedsItsMetainfo() throws IOException {
    StoredMetainfo content = new StoredMetainfo(CONTENT, 1L << 40, 3, 65_536);
    StoredArtifact artifact = new StoredArtifact("model", "1", content, 5);
    assertThatThrownBy(() -> store.addArtifact(artifact))
        .hasMessageMatching("(?is).*foreign key.*");
    store.addMetainfo(content, 4);
    store.addMetainfo(content, 5);
    store.addArtifact(artifact);
    reopen();
    assertThat(store.latestArtifacts(10)).containsExactly(artifact);
    assertThat(store.metainfo(CONTENT)).isEqualTo(content);
    assertThat(store.metainfoCount()).isEqualTo(1);
    assertThat(store.nextVersion("model")).isEqualTo("2");
    assertThat(store.nextVersion("other")).isEqualTo("1");
  }

  private void reopen() throws IOException {
    store.close();
    store = Leader.of(Store.open(database));
  }

  private static AgentSnapshot agent(
      String name, Map<String, String> labels, boolean connected, long away) {
    AgentFacts facts =
        new AgentFacts(
            name,
            AgentRole.MACHINE,
            new TreeMap<>(labels),
            Endpoint.parse("[::1]:7001"),
            Place.LOOPBACK);
    return new AgentSnapshot(facts, connected, away);
  }

  private static DeploymentSnapshot deployment(String id, DeploymentState state) {
    DeploymentPlan plan =
        new DeploymentPlan(
            id,
            new ArtifactFacts(CONTENT, "model", "1", 100, 512 << 10),
            "role=x",
            "models/it's \"here\"",
            11,
            -42);
    return new DeploymentSnapshot(
        plan,
        state,
        "asked for",
        0,
        List.of("p"),
        List.of(new MachineSnapshot("a", MachineState.WAITING, "", Progress.NONE)));
  }
}
