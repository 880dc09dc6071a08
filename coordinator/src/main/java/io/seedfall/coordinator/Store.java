package io.seedfall.coordinator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.protocol.InfoHash;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Everything that survives a restart, in SQLite. Every call blocks in native code: call it from
 * platform threads only. Writes come from one thread, the control loop's; reads from anywhere.
 *
 * <p>The SQL is the subset that PostgreSQL takes as well. Rows are written and read by {@link
 * PlannerRows} and {@link CatalogRows}.
 */
final class Store implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 3; // the writer and two readers
  private static final int BUSY_MILLIS_MAX = 10_000;

  private final HikariDataSource dataSource;
  private final Jdbi jdbi;

  private Store(HikariDataSource dataSource) {
    this.dataSource = dataSource;
    this.jdbi = Jdbi.create(dataSource);
  }

  /** Opens the database in this file, made and brought to the newest schema when need be. */
  static Store open(Path file) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("seedfall-store");
    config.setJdbcUrl("jdbc:sqlite:" + file);
    config.setMaximumPoolSize(CONNECTIONS_MAX);
    config.setConnectionTimeout(BUSY_MILLIS_MAX);
    config.addDataSourceProperty("journal_mode", "WAL");
    config.addDataSourceProperty("synchronous", "FULL");
    config.addDataSourceProperty("foreign_keys", "true");
    config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    config.addDataSourceProperty("busy_timeout", Integer.toString(BUSY_MILLIS_MAX));
    HikariDataSource dataSource = new HikariDataSource(config);
    try {
      Flyway.configure()
          .loggers("slf4j")
          .dataSource(dataSource)
          .locations("classpath:io/seedfall/coordinator/migrations")
          .validateMigrationNaming(true)
          .cleanDisabled(true)
          .load()
          .migrate();
      return new Store(dataSource);
    } catch (RuntimeException e) {
      dataSource.close();
      throw e;
    }
  }

  @Override
  public void close() {
    dataSource.close();
  }

  // ---- what the planner wants kept ----------------------------------------------------------

  /** All of these or none, durable when it returns. */
  void apply(List<PlannerEffect.Store> changes) {
    if (!changes.isEmpty()) {
      jdbi.useTransaction(handle -> {
        for (PlannerEffect.Store change : changes) {
          apply(handle, change);
        }
      });
    }
  }

  private static void apply(Handle handle, PlannerEffect.Store change) {
    switch (change) {
      case PlannerEffect.AgentStored(AgentSnapshot agent) -> PlannerRows.put(handle, agent);
      case PlannerEffect.AgentForgotten(String agent) ->
          handle.createUpdate("DELETE FROM agent WHERE name = :name").bind("name", agent).execute();
      case PlannerEffect.DeploymentCreated(DeploymentSnapshot deployment) ->
          PlannerRows.create(handle, deployment);
      case PlannerEffect.HolderAdded(String id, String agent, int position) ->
          PlannerRows.addHolder(handle, id, agent, position);
      case PlannerEffect.DeploymentChanged(DeploymentSnapshot deployment) ->
          PlannerRows.update(handle, deployment);
      case PlannerEffect.MachineChanged changed ->
          PlannerRows.put(handle, changed.deploymentId(), changed.machine());
    }
  }

  List<AgentSnapshot> agents() {
    return jdbi.withHandle(PlannerRows::agents);
  }

  /** With holders and machines, oldest first. */
  List<DeploymentSnapshot> runningDeployments() {
    return jdbi.withHandle(PlannerRows::running);
  }

  /** One deployment with its machines; null when there is none. */
  @Nullable DeploymentSnapshot deployment(String id) {
    return jdbi.withHandle(handle -> PlannerRows.find(handle, id).orElse(null));
  }

  boolean hasDeployment(String id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("SELECT id FROM deployment WHERE id = :id")
            .bind("id", id)
            .mapTo(String.class)
            .findOne()
            .isPresent());
  }

  /** The latest, newest first, without machines; the counts of running ones are not kept here. */
  List<DeploymentView> latestDeployments(int max) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("SELECT * FROM deployment ORDER BY serial DESC LIMIT :max")
            .bind("max", max)
            .map((row, _) ->
                new DeploymentView(
                    row.getString("id"),
                    row.getString("artifact"),
                    row.getString("version"),
                    row.getString("info_hash"),
                    row.getLong("size_bytes"),
                    row.getString("selector"),
                    row.getString("destination"),
                    DeploymentPhase.valueOf(row.getString("state")),
                    row.getString("why"),
                    row.getLong("created_millis"),
                    row.getLong("finished_millis"),
                    List.of(),
                    row.getInt("machine_count"),
                    row.getInt("installed_count"),
                    row.getInt("failed_count"),
                    row.getLong("bytes_done")))
            .list());
  }

  // ---- the catalog --------------------------------------------------------------------------

  @Nullable StoredMetainfo metainfo(InfoHash infoHash) {
    return jdbi.withHandle(handle -> CatalogRows.metainfo(handle, infoHash).orElse(null));
  }

  int metainfoCount() {
    return count("metainfo");
  }

  void addMetainfo(StoredMetainfo metainfo, long nowMillis) {
    jdbi.useTransaction(handle -> CatalogRows.add(handle, metainfo, nowMillis));
  }

  int artifactCount() {
    return count("artifact");
  }

  /** What a reference means now; null when it means nothing. */
  @Nullable StoredArtifact artifact(ArtifactReference reference) {
    return jdbi.withHandle(handle -> CatalogRows.find(handle, reference).orElse(null));
  }

  /** The latest, newest first. */
  List<StoredArtifact> latestArtifacts(int max) {
    return jdbi.withHandle(handle -> CatalogRows.latest(handle, max));
  }

  void addArtifact(StoredArtifact artifact) {
    jdbi.useTransaction(handle -> CatalogRows.add(handle, artifact));
  }

  /** The number after the greatest that names a version of this artifact. */
  String nextVersion(String name) {
    return jdbi.withHandle(handle -> CatalogRows.nextVersion(handle, name));
  }

  private int count(String table) {
    return jdbi.withHandle(
        handle -> handle.createQuery("SELECT count(*) FROM " + table).mapTo(int.class).one());
  }
}
