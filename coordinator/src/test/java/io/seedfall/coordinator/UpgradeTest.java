package io.seedfall.coordinator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariDataSource;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.AuditView;
import io.seedfall.control.Role;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.Boundary;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Pace;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.Progress;
import io.seedfall.planner.RolloutPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows as each released version wrote them are read by this one, on every database. */
@ParameterizedClass
@EnumSource(Databases.class)
final class UpgradeTest {
  private static final String HASH = "ab".repeat(32);

  private final Databases databases;
  @TempDir private Path directory;

  UpgradeTest(Databases databases) {
    this.databases = databases;
  }

  @Test
  void whatVersionOneWroteIsReadAsDeploymentsOfOneMebibytePieces() throws Exception {
    Database database = databases.empty(directory);
    write(database, "1", "", "");
    try (Store store = Store.open(database)) {
      assertRead(store, 1 << 20);
    }
  }

  @Test
  void whatVersionTwoWroteIsReadWithItsPieceSize() throws Exception {
    Database database = databases.empty(directory);
    write(database, "2", ", piece_bytes", ", 65536");
    try (Store store = Store.open(database)) {
      assertRead(store, 65_536);
    }
  }

  @Test
  void aClusterFromBeforeThereWereIdentitiesHasNone() throws Exception {
    for (String version : List.of("4", "7")) {
      Database database = databases.empty(Files.createDirectories(directory.resolve(version)));
      migrate(database, version);
      try (Store store = Store.open(database)) {
        String authority = store.read(IdentityRows::authority);
        assertThat(authority).isEmpty();
        List<IdentityRows.Account> accounts = store.read(IdentityRows::accounts);
        assertThat(accounts).isEmpty();
        List<AuditView> lines = store.read(handle -> AuditRows.after(handle, 0, 1));
        assertThat(lines).isEmpty();
      }
    }
  }

  @Test
  void whatVersionSevenWroteOfMembersIsRead() throws Exception {
    Database database = databases.empty(directory);
    migrate(
        database,
        "7",
        "cluster VALUES ('cluster', 'f1', 1)",
        "member VALUES ('a1', 'role=search,zone=a', '1f', '1e', 20, 10, 0)",
        "join_token VALUES ('t1', 'a2', '', 'mac', 1, 20, 0, '')",
        "account VALUES ('ci', 'DEPLOYER', 'zone=a', 't2', 'mac', 1, 20, 0)");
    try (Store store = Store.open(database)) {
      String authority = store.read(IdentityRows::authority);
      assertThat(authority).isEqualTo("f1");
      IdentityRows.Member member =
          store.read(handle -> IdentityRows.member(handle, "a1").orElseThrow());
      assertThat(member)
          .isEqualTo(
              new IdentityRows.Member(
                  "a1", Map.of("role", "search", "zone", "a"), "1f", "1e", 20, 0));
      IdentityRows.JoinToken token =
          store.read(handle -> IdentityRows.token(handle, "t1").orElseThrow());
      assertThat(token)
          .isEqualTo(new IdentityRows.JoinToken("t1", "a2", Map.of(), "mac", 20, 0, ""));
      List<IdentityRows.Account> accounts = store.read(IdentityRows::accounts);
      assertThat(accounts)
          .containsExactly(
              new IdentityRows.Account("ci", Role.DEPLOYER, "zone=a", "t2", "mac", 20, 0));
    }
  }

  @Test
  void usersOfVersionEightHaveNoLoginsAndTakeThem() throws Exception {
    Database database = databases.empty(directory);
    migrate(database, "8", "account VALUES ('ci', 'VIEWER', 'all', 't2', 'mac', 1, 20, 0)");
    LoginRows.Login login = new LoginRows.Login("l1", "mac", "ci", "t2", 9);
    try (Store store = Store.open(database)) {
      Optional<LoginRows.Login> before = store.read(handle -> LoginRows.find(handle, "l1"));
      assertThat(before).isEmpty();
      Leader.of(store).write(handle -> LoginRows.add(handle, login, 1));
      Optional<LoginRows.Login> after = store.read(handle -> LoginRows.find(handle, "l1"));
      assertThat(after).hasValue(login);
    }
  }

  @Test
  void theNewestSchemaIsLeftAsItIs() throws Exception {
    Database database = databases.empty(directory);
    Store.open(database).close();
    try (Store store = Store.open(database)) {
      assertThat(store.agents()).isEmpty();
    }
  }

  @Test
  void aSchemaOfANewerVersionIsRefusedInOneLine() throws Exception {
    Database database = databases.empty(directory);
    Store.open(database).close();
    try (HikariDataSource source = Store.connect(database);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE flyway_schema_history SET version = '9999', description = 'of the future'"
              + " WHERE version = '5'");
    }
    assertThatIOException()
        .isThrownBy(() -> Store.open(database).close())
        .withMessageContaining("cannot bring the database")
        .withMessageContaining("9999")
        .withMessageNotContaining("\n");
  }

  @Test
  void whatVersionThreeWroteIsReadAsItWas() throws Exception {
    Database database = databases.empty(directory);
    migrate(
        database,
        "3",
        "metainfo VALUES ('" + HASH + "', 100, 1, 65536, 3)",
        deployment(
            ", piece_bytes, options, asked_by, wave, begun_wave, wave_count, until_millis, paused,"
                + " priority, max_bytes_per_second, is_open, standing",
            ", 65536, '{\"waves\":[\"1\"]}', 'ann', 1, 1, 2, 99, 1, 'HIGH', 7, 1, 1",
            1,
            "d1",
            "SOAKING",
            "nothing may fail now"),
        "deployment_holder VALUES ('d1', 0, 'p', 1)",
        "deployment_machine VALUES ('d1', 'a1', 'INSTALLED', '', 100, 60, 40, 9, 1, 1, 2, 30, '')",
        "deployment_event VALUES (1, 'd1', '', 5, 'SOAKING', 'nothing may fail now')");
    try (Store store = Store.open(database)) {
      DeploymentSnapshot standing = store.standingDeployments().getFirst();
      assertThat(standing.state()).isEqualTo(new DeploymentState.Soaking(1, 99));
      assertThat(standing.paused()).isTrue();
      assertThat(standing.plan().rollout().waves()).hasSize(1);
      assertThat(standing.plan().previous()).isNull();
      assertThat(standing.machines().getFirst().late()).isTrue();
      assertThat(store.history("d1", "", -1, 9)).hasSize(1);
    }
  }

  @Test
  void whatVersionFourWroteHasNoSignaturesAndTakesThem() throws Exception {
    Database database = databases.empty(directory);
    migrate(
        database,
        "4",
        "metainfo VALUES ('" + HASH + "', 100, 1, 65536, 3)",
        "artifact VALUES ('model', '1', '" + HASH + "', 1, 4)",
        "metainfo_chunk VALUES ('" + HASH + "', 0, '')");
    ArtifactReference model = new ArtifactReference("model", "1");
    byte[] document = {0, 1, (byte) 0xff};
    try (Store store = Store.open(database)) {
      assertThat(store.artifact(model)).isNotNull();
      assertThat(new Signatures(store).of(model)).isNull();
      assertThat(new Signatures(store).newestRoot()).isNull();
      Store leading = Leader.of(store);
      leading.write(handle -> SignedRows.put(handle, model, new byte[] {9}));
      leading.write(handle -> SignedRows.put(handle, model, document));
      leading.write(handle -> SignedRows.putRoot(handle, 1, document));
      leading.write(handle -> SignedRows.putRoot(handle, 2, new byte[] {7}));
      assertThat(new Signatures(store).of(model)).isEqualTo(document);
      assertThat(new Signatures(store).root(1)).isEqualTo(document);
      assertThat(new Signatures(store).newestRoot()).containsExactly(7);
    }
  }

  @Test
  void aDatabaseOfVersionFourHasNoCapsAndTakesThem() throws Exception {
    Database database = databases.empty(directory);
    migrate(database, "4", "agent VALUES ('a1', 'zone=a', '127.0.0.1:7001', 0)");
    try (Store store = Store.open(database)) {
      assertThat(store.caps()).isEmpty();
      Leader.apply(
          Leader.of(store), List.of(new PlannerEffect.CapStored(new CapScope.Each("zone=a"), 7)));
      assertThat(store.caps()).hasSize(1);
      assertThat(store.agents()).hasSize(1);
    }
  }

  @Test
  void aDatabaseOfVersionEightKeepsItsCapsAndTakesThoseOfUplinksAndOfDeploymentsInSum()
      throws Exception {
    Database database = databases.empty(directory);
    migrate(
        database,
        "8",
        "rate_cap VALUES ('zone=a', 7)",
        "metainfo VALUES ('" + HASH + "', 100, 1, 65536, 3)",
        deployment(
            ", piece_bytes, options, asked_by, wave, begun_wave, wave_count, until_millis, paused,"
                + " priority, max_bytes_per_second, is_open, standing",
            ", 65536, '', 'ann', 0, 0, 1, 0, 0, 'HIGH', 7, 1, 1",
            1,
            "d1",
            "ROLLING",
            "asked for"));
    CapScope uplink = new CapScope.Uplink(Boundary.ZONE, "a");
    try (Store store = Store.open(database)) {
      assertThat(store.caps()).containsExactly(new Cap(new CapScope.Each("zone=a"), 7));
      Leader.apply(
          Leader.of(store), List.of(new PlannerEffect.CapStored(uplink, Cap.UPLINK_RATE_MIN)));
      assertThat(store.caps())
          .containsExactly(
              new Cap(new CapScope.Each("zone=a"), 7), new Cap(uplink, Cap.UPLINK_RATE_MIN));
      assertThat(store.standingDeployments().getFirst().pace())
          .isEqualTo(new Pace(Pace.Priority.HIGH, 7, 0));
    }
  }

  private static void write(Database database, String version, String column, String value)
      throws Exception {
    migrate(
        database,
        version,
        "metainfo VALUES ('" + HASH + "', 100, 1, 65536, 3)",
        "artifact VALUES ('model', '1', '" + HASH + "', 1, 4)",
        "agent VALUES ('a1', 'role=search,zone=a', '127.0.0.1:7001', 0)",
        "agent VALUES ('a2', '', '[::1]:7001', 77)",
        deployment(column, value, 1, "d1", "DONE", "all machines have it"),
        deployment(column, value, 2, "d2", "RUNNING", "asked for"),
        "deployment_holder VALUES ('d2', 0, 'p')",
        "deployment_machine VALUES ('d1', 'a1', 'INSTALLED', '', 100, 60, 40, 9)",
        "deployment_machine VALUES ('d2', 'a1', 'FETCHING', '', 5, 4, 1, 2)");
  }

  /** Brings a new database to a version and puts these rows into it. */
  private static void migrate(Database database, String version, String... rows) throws Exception {
    try (HikariDataSource source = Store.connect(database)) {
      Migrations.configuration(source)
          .target(MigrationVersion.fromVersion(version))
          .load()
          .migrate();
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        for (String row : rows) {
          statement.execute("INSERT INTO " + row);
        }
      }
    }
  }

  private static String deployment(
      String column, String value, int serial, String id, String state, String why) {
    return "deployment (id, serial, artifact, version, info_hash, size_bytes, selector, destination,"
        + " graph_seed, state, why, created_millis, finished_millis, machine_count,"
        + " installed_count, failed_count, bytes_done"
        + column
        + ") VALUES ('%s', %d, 'model', '1', '%s', 100, 'role=search', 'models/m', -42, '%s', '%s',"
            .formatted(id, serial, HASH, state, why)
        + " 5, 6, 1, 1, 0, 100"
        + value
        + ")";
  }

  private static void assertRead(Store store, int pieceBytes) {
    assertThat(store.agents())
        .extracting(agent -> agent.facts().name(), AgentSnapshot::connected)
        .containsExactly(tuple("a1", true), tuple("a2", false));
    assertThat(store.agents().getFirst().facts().labels())
        .isEqualTo(Map.of("role", "search", "zone", "a"));
    StoredArtifact artifact = store.artifact(new ArtifactReference("model", ""));
    assertThat(artifact).isNotNull();
    assertThat(store.artifactsBefore(Long.MAX_VALUE, 9))
        .extracting("row")
        .containsExactly(artifact);
    DeploymentSnapshot running = store.standingDeployments().getFirst();
    assertThat(running.plan().id()).isEqualTo("d2");
    assertThat(running.plan().graphSeed()).isEqualTo(-42);
    assertThat(running.plan().artifact().pieceBytes()).isEqualTo(pieceBytes);
    assertThat(running.state()).isEqualTo(new DeploymentState.Rolling(0));
    assertThat(running.open()).isTrue();
    assertThat(running.plan().rollout()).isEqualTo(RolloutPlan.PLAIN);
    assertThat(running.holders()).containsExactly(new DeploymentSnapshot.Holder("p", 0));
    assertThat(running.machines())
        .containsExactly(
            new MachineSnapshot(
                "a1", MachineState.FETCHING, "", new Progress(5, 4, 1, 2), 0, false));
    DeploymentSnapshot done = requireNonNull(store.deployment("d1"));
    assertThat(done.state()).isEqualTo(new DeploymentState.Done());
    assertThat(done.machines()).hasSize(1);
    assertThat(store.standingDeployments()).as("it was of its day only").hasSize(1);
    assertThat(store.halted()).isFalse();
    assertThat(store.deploymentsBefore(Long.MAX_VALUE, 9))
        .extracting("row.id")
        .containsExactly("d2", "d1");
    Leader.apply(Leader.of(store), List.of(new PlannerEffect.DeploymentChanged(done)));
  }
}
