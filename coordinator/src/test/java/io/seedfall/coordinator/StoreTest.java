package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.seedfall.control.FileAttributes;
import io.seedfall.control.HistoryView;
import io.seedfall.control.Hooks;
import io.seedfall.control.OnFailure;
import io.seedfall.control.Rollout;
import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.Boundary;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.DeploymentSnapshot.Holder;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Pace;
import io.seedfall.planner.Place;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.Progress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private static final CapScope ZONE_A = new CapScope.Each("zone=a");
  private static final CapScope UPLINK = new CapScope.Uplink(Boundary.ZONE, "a");
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
    DeploymentSnapshot deployment = deployment("d1", new DeploymentState.Rolling(0));
    Leader.apply(
        store,
        List.of(
            new PlannerEffect.AgentStored(away),
            new PlannerEffect.AgentStored(here),
            new PlannerEffect.DeploymentCreated(deployment)));
    reopen();
    assertThat(store.agents()).containsExactly(away, here);
    assertThat(store.standingDeployments()).containsExactly(deployment);
    assertThat(store.deployment("d1")).isEqualTo(deployment);
    assertThat(store.hasDeployment("d1")).isTrue();
    assertThat(store.hasDeployment("d2")).isFalse();
  }

  @Test
  void changesReplaceWhatWasThere() {
    Leader.apply(
        store,
        List.of(
            new PlannerEffect.AgentStored(agent("a", Map.of("role", "x"), true, 0)),
            new PlannerEffect.DeploymentCreated(deployment("d1", new DeploymentState.Rolling(0)))));
    MachineSnapshot failed =
        new MachineSnapshot(
            "a", MachineState.FAILED, "no space", new Progress(4, 3, 2, 1, 5, "{}"), 1, true, 3);
    DeploymentSnapshot over =
        snapshot(
            deployment("d1", new DeploymentState.Rolling(0)).plan(),
            new DeploymentState.Failed(),
            false,
            List.of(new Holder("p", 0), new Holder("q", 1)),
            List.of(failed));
    Leader.apply(
        store,
        List.of(
            new PlannerEffect.AgentStored(agent("a", Map.of(), false, 5)),
            new PlannerEffect.MachineChanged("d1", failed),
            new PlannerEffect.HolderAdded("d1", "q", 1, 1),
            new PlannerEffect.DeploymentChanged(over)));
    assertThat(store.agents()).containsExactly(agent("a", Map.of(), false, 5));
    assertThat(store.deployment("d1")).isEqualTo(over);
    assertThat(store.standingDeployments()).isEmpty();
    assertThat(store.deploymentsBefore(Long.MAX_VALUE, 10).getFirst().row().failedCount())
        .isEqualTo(1);
    assertThat(store.deploymentsBefore(Long.MAX_VALUE, 10).getFirst().row().bytesDone())
        .isEqualTo(4);
    Leader.apply(store, List.of(new PlannerEffect.AgentForgotten("a")));
    assertThat(store.agents()).isEmpty();
  }

  @Test
  void ofManyChangesInOneTurnTheLastOneOfEachCountsAndAllAreInTheHistory() {
    Leader.apply(
        store,
        List.of(
            new PlannerEffect.DeploymentCreated(deployment("d1", new DeploymentState.Rolling(0)))));
    int before = history("d1", "").size();
    List<PlannerEffect.Store> changes = new ArrayList<>();
    changes.add(new PlannerEffect.AgentStored(agent("gone", Map.of(), true, 0)));
    for (int i = 0; i <= PlannerBatch.ROWS_MAX; i++) { // one more than fit into a batch
      changes.add(new PlannerEffect.AgentStored(agent("a" + i, Map.of(), true, 0)));
      changes.add(machineChanged("a" + i, MachineState.FETCHING));
    }
    changes.add(new PlannerEffect.AgentForgotten("gone"));
    changes.add(new PlannerEffect.AgentStored(agent("a0", Map.of(), false, 9)));
    changes.add(new PlannerEffect.AgentStored(agent("a0", Map.of(), false, 10)));
    changes.add(machineChanged("a0", MachineState.INSTALLING));
    changes.add(machineChanged("a0", MachineState.INSTALLED));
    Leader.apply(store, changes);
    assertThat(store.agents()).hasSize(PlannerBatch.ROWS_MAX + 1);
    assertThat(store.agents().getFirst()).isEqualTo(agent("a0", Map.of(), false, 10));
    DeploymentSnapshot stored = Objects.requireNonNull(store.deployment("d1"));
    assertThat(stored.count(MachineState.INSTALLED)).isEqualTo(1);
    assertThat(stored.count(MachineState.FETCHING)).isEqualTo(PlannerBatch.ROWS_MAX);
    assertThat(history("d1", "")).hasSize(before + PlannerBatch.ROWS_MAX + 3);
    assertThat(history("d1", "a0"))
        .filteredOn(event -> event.agent().equals("a0"))
        .extracting(HistoryView::phase)
        .containsSequence("FETCHING", "INSTALLING", "INSTALLED");
  }

  private static PlannerEffect.MachineChanged machineChanged(String agent, MachineState state) {
    return new PlannerEffect.MachineChanged(
        "d1", new MachineSnapshot(agent, state, "", Progress.NONE, 0, false));
  }

  @Test
  void allChangesOfATurnOrNone() {
    PlannerEffect.Store good = new PlannerEffect.AgentStored(agent("a", Map.of(), true, 0));
    PlannerEffect.Store impossible = new PlannerEffect.HolderAdded("nosuch", "p", 0, 0);
    assertThatThrownBy(() -> Leader.apply(store, List.of(good, impossible)))
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
                new MachineSnapshot(
                    agent.facts().name(), MachineState.WAITING, "", Progress.NONE, 0, false))
            .toList();
    DeploymentSnapshot deployment =
        snapshot(
            deployment("d1", new DeploymentState.Rolling(0)).plan(),
            new DeploymentState.Rolling(0),
            true,
            List.of(),
            machines);
    Leader.apply(store, List.of(new PlannerEffect.DeploymentCreated(deployment)));
    agents
        .reversed()
        .forEach(agent -> Leader.apply(store, List.of(new PlannerEffect.AgentStored(agent))));
    assertThat(store.agents()).isEqualTo(agents);
    assertThat(store.standingDeployments().getFirst().machines()).isEqualTo(machines.reversed());
  }

  @Test
  void listsAreNewestFirstAndEndAtTheirLimit() {
    for (int i = 0; i < 5; i++) {
      Leader.apply(
          store,
          List.of(
              new PlannerEffect.DeploymentCreated(
                  deployment("d" + i, new DeploymentState.Rolling(0)))));
    }
    assertThat(store.deploymentsBefore(Long.MAX_VALUE, 3))
        .extracting("row.id")
        .containsExactly("d4", "d3", "d2");
    assertThat(store.standingDeployments())
        .extracting(d -> d.plan().id())
        .containsExactly("d0", "d1", "d2", "d3", "d4");
  }

  @Test
  void everyPhaseComesBackTheSame() {
    int number = 0;
    for (DeploymentState state :
        List.of(
            new DeploymentState.Staging(),
            new DeploymentState.Staged(),
            new DeploymentState.Rolling(1),
            new DeploymentState.Soaking(1, 1L << 41),
            new DeploymentState.Checking(0, 7),
            new DeploymentState.Done(),
            new DeploymentState.Failed(),
            new DeploymentState.Cancelled(),
            new DeploymentState.RolledBack())) {
      DeploymentSnapshot deployment = deployment("d" + number++, state);
      Leader.apply(store, List.of(new PlannerEffect.DeploymentCreated(deployment)));
      assertThat(store.deployment(deployment.plan().id())).isEqualTo(deployment);
    }
  }

  @Test
  void theHistoryTellsEveryChangeOnce() {
    DeploymentSnapshot begun = deployment("d1", new DeploymentState.Rolling(0));
    MachineSnapshot failed =
        new MachineSnapshot("a", MachineState.FAILED, "no space", Progress.NONE, 1, true);
    Leader.apply(store, List.of(new PlannerEffect.DeploymentCreated(begun)));
    Leader.apply(
        store,
        List.of(
            new PlannerEffect.DeploymentChanged(begun),
            new PlannerEffect.MachineChanged("d1", failed)));
    assertThat(history("d1", ""))
        .extracting(HistoryView::agent, HistoryView::phase, HistoryView::why)
        .containsExactly(
            tuple("", "ROLLING", "asked for"),
            tuple("a", "WAITING", ""),
            tuple("a", "FAILED", "no space"));
    assertThat(history("d1", "b")).extracting(HistoryView::agent).containsExactly("");
  }

  @Test
  void theHistoryEndsAtItsLimitAndKeepsWhatStands() {
    for (int i = 0; i < HistoryRows.DEPLOYMENTS_MAX + 3; i++) {
      boolean over = i > 0;
      DeploymentSnapshot made =
          snapshot(
              deployment("d" + i, new DeploymentState.Done()).plan(),
              new DeploymentState.Done(),
              !over,
              List.of(),
              List.of());
      Leader.apply(store, List.of(new PlannerEffect.DeploymentCreated(made)));
    }
    assertThat(store.hasDeployment("d0")).as("stands").isTrue();
    assertThat(store.hasDeployment("d1")).isFalse();
    assertThat(store.hasDeployment("d2")).isFalse();
    assertThat(store.hasDeployment("d3")).isTrue();
    assertThat(history("d2", "")).isEmpty();
  }

  @Test
  void keysOfRequestsAreKeptWithWhatTheyMade() {
    HistoryRows.RequestKey key = new HistoryRows.RequestKey("k1", "hash", "d1");
    store.apply(List.of(), List.of(key), 1);
    assertThat(store.requestKey("k1")).isEqualTo(key);
    assertThat(store.requestKey("k2")).isNull();
  }

  @Test
  void theSwitchForTheWholeFleetIsKept() throws IOException {
    assertThat(store.halted()).isFalse();
    Leader.apply(store, List.of(new PlannerEffect.HaltStored(true)));
    reopen();
    assertThat(store.halted()).isTrue();
  }

  @Test
  void capsAreKeptReplacedAndLifted() throws IOException {
    assertThat(store.caps()).isEmpty();
    Leader.apply(
        store,
        List.of(
            stored(ZONE_A, 7),
            stored(new CapScope.Each("all"), 9),
            stored(new CapScope.Each("role=x"), 9),
            stored(ZONE_A, 8),
            stored(UPLINK, 1 << 21),
            stored(UPLINK, 1 << 20),
            stored(new CapScope.Uplink(Boundary.RACK, "a"), 1 << 20),
            stored(new CapScope.Uplink(Boundary.RACK, "a"), 0),
            stored(new CapScope.Each("role=x"), 0)));
    reopen();
    assertThat(store.caps())
        .containsExactly(
            new Cap(new CapScope.Each("all"), 9), new Cap(ZONE_A, 8), new Cap(UPLINK, 1 << 20));
  }

  private static PlannerEffect.Store stored(CapScope scope, long rate) {
    return new PlannerEffect.CapStored(scope, rate);
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
    assertThat(store.artifactsBefore(Long.MAX_VALUE, 10))
        .extracting("row")
        .containsExactly(artifact);
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

  /** With something in every field. */
  private static DeploymentSnapshot deployment(String id, DeploymentState state) {
    Rollout rollout =
        new Rollout(
            true,
            false,
            List.of("1", "50%"),
            "",
            "90%",
            7,
            "ready",
            "2",
            OnFailure.ROLL_BACK,
            "99%",
            8,
            io.seedfall.control.Pace.FREE,
            new Hooks("before", "after"),
            FileAttributes.NONE);
    DeploymentPlan plan =
        new DeploymentPlan(
            id,
            new ArtifactFacts(CONTENT, "model", "2", 100, 512 << 10),
            "role=x",
            "models/it's \"here\"",
            11,
            -42,
            Rollouts.plan(rollout),
            Rollouts.text(rollout),
            new ArtifactFacts(InfoHash.parse("cd".repeat(32)), "model", "1", 99, 256 << 10),
            "ann",
            "");
    return snapshot(
        plan,
        state,
        true,
        List.of(new Holder("p", 0)),
        List.of(new MachineSnapshot("a", MachineState.WAITING, "", Progress.NONE, 1, true)));
  }

  private static DeploymentSnapshot snapshot(
      DeploymentPlan plan,
      DeploymentState state,
      boolean standing,
      List<Holder> holders,
      List<MachineSnapshot> machines) {
    return new DeploymentSnapshot(
        plan,
        state,
        "asked for",
        state.isFinal() ? 99 : 0,
        1,
        2,
        standing,
        new Pace(Pace.Priority.URGENT, 1L << 40, 1L << 41),
        standing,
        standing,
        holders,
        machines);
  }

  private List<HistoryView> history(String id, String agent) {
    return store.history(id, agent, -1, 10_000).stream().map(Numbered::row).toList();
  }
}
