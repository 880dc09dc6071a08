package io.seedfall.coordinator;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.HistoryView;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Everything that survives a restart, in SQLite or PostgreSQL. Every call blocks, with SQLite in
 * native code: call it from platform threads only. Writes come from one thread, the control loop's
 * (but for the bytes of metainfo files); reads from anywhere.
 *
 * <p>The SQL is the subset that both take. Rows are written and read by {@link PlannerRows}, {@link
 * CatalogRows} and {@link MetainfoRows}.
 */
final class Store implements AutoCloseable {
  private final HikariDataSource dataSource;
  private final Dialect dialect;
  private final Jdbi jdbi;
  private final String clock;
  private final @Nullable Term term;
  private final CoordinatorMeters meters;

  private Store(
      HikariDataSource dataSource,
      Dialect dialect,
      Jdbi jdbi,
      String clock,
      @Nullable Term term,
      CoordinatorMeters meters) {
    this.dataSource = dataSource;
    this.dialect = dialect;
    this.jdbi = jdbi;
    this.clock = clock;
    this.term = term;
    this.meters = meters;
  }

  /**
   * Opens it for reading, made and brought to the newest schema when need be.
   *
   * @throws IOException in one line, when no server of PostgreSQL answers or lets us in, or the
   *     schema cannot be brought to ours
   */
  static Store open(Database database) throws IOException {
    return open(database, new CoordinatorMeters());
  }

  /** The same that says what its calls took. */
  static Store open(Database database, CoordinatorMeters meters) throws IOException {
    HikariDataSource dataSource = connect(database);
    try {
      Migrations.run(dataSource);
      Dialect dialect = dialect(database);
      return new Store(
          dataSource, dialect, Jdbi.create(dataSource), dialect.nowMillis(), null, meters);
    } catch (FlywayException e) {
      dataSource.close();
      throw new IOException(
          "cannot bring the database %s to this version's schema: %s"
              .formatted(database, String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ")),
          e);
    } catch (RuntimeException e) {
      dataSource.close();
      throw e;
    }
  }

  /** Connections, whatever the schema is. */
  static HikariDataSource connect(Database database) throws IOException {
    return switch (database) {
      case Database.Embedded(Path directory) ->
          new HikariDataSource(Dialect.sqlite(directory.resolve("coordinator.sqlite")));
      case Database.Postgres server -> {
        try {
          yield new HikariDataSource(Dialect.postgresql(server));
        } catch (HikariPool.PoolInitializationException e) {
          Throwable cause = e.getCause() == null ? e : e.getCause();
          throw new IOException("cannot use the database " + server + ": " + cause.getMessage(), e);
        }
      }
    };
  }

  private static Dialect dialect(Database database) {
    return switch (database) {
      case Database.Embedded _ -> Dialect.SQLITE;
      case Database.Postgres _ -> Dialect.POSTGRESQL;
    };
  }

  /** The same for who leads: every transaction that writes is one of that term, or fails. */
  Store ledBy(Term leading) {
    return new Store(dataSource, dialect, jdbi, clock, leading, meters);
  }

  /** The same with another clock of the database, an expression of SQL. */
  Store withClock(String nowMillis) {
    return new Store(dataSource, dialect, jdbi, nowMillis, term, meters);
  }

  /** Which database it is. */
  Dialect dialect() {
    return dialect;
  }

  /** An expression of SQL: the database's clock. */
  String clock() {
    return clock;
  }

  @Override
  public void close() {
    dataSource.close();
  }

  // ---- every way to the rows ----------------------------------------------------------------

  <T> T read(HandleCallback<T, RuntimeException> body) {
    return timed(false, () -> jdbi.withHandle(body));
  }

  /**
   * All of it or nothing, durable when it returns.
   *
   * @throws LeadershipLost when the term is over; then nothing is changed
   */
  void write(HandleConsumer<RuntimeException> body) {
    long epoch = epoch();
    transacted(handle -> {
      Lease.fence(handle, epoch, clock);
      body.useHandle(handle);
      return true;
    });
  }

  /** The same for what has an answer. */
  <T> T change(HandleCallback<T, RuntimeException> body) {
    long epoch = epoch();
    return transacted(handle -> {
      Lease.fence(handle, epoch, clock);
      return body.withHandle(handle);
    });
  }

  /**
   * The same for what takes long and collides with nobody: the lease's row is held only at the end,
   * so that it can be renewed meanwhile.
   */
  void writeLong(HandleConsumer<RuntimeException> body) {
    long epoch = epoch();
    transacted(handle -> {
      body.useHandle(handle);
      Lease.fence(handle, epoch, clock);
      return true;
    });
  }

  private <T> T transacted(HandleCallback<T, RuntimeException> body) {
    return timed(true, () -> jdbi.inTransaction(body));
  }

  private <T> T timed(boolean write, Supplier<T> call) {
    DatabaseCall event = new DatabaseCall(write);
    event.begin();
    long beganNanos = System.nanoTime();
    try {
      return call.get();
    } catch (RuntimeException e) {
      if (dialect.isAway(e)) {
        meters.databaseAway();
      }
      throw e;
    } finally {
      meters.called(write, System.nanoTime() - beganNanos);
      event.commit();
    }
  }

  private long epoch() {
    if (term == null) {
      throw new IllegalStateException("only who leads writes");
    }
    return term.epoch();
  }

  /** For the lease itself, which depends on no term. */
  <T> T transaction(HandleCallback<T, RuntimeException> body) {
    return transacted(body);
  }

  // ---- what the planner wants kept ----------------------------------------------------------

  /** All of these or none, durable when it returns. */
  void apply(List<PlannerEffect.Store> changes, List<HistoryRows.RequestKey> keys, long nowMillis) {
    if (!changes.isEmpty() || !keys.isEmpty()) {
      write(handle -> {
        PlannerBatch rows = new PlannerBatch(handle);
        HistoryRows history = new HistoryRows(handle, nowMillis);
        for (PlannerEffect.Store change : changes) {
          apply(rows, change);
          history.add(change);
        }
        rows.flushed();
        history.flushed();
        for (HistoryRows.RequestKey key : keys) {
          HistoryRows.put(handle, key);
        }
      });
    }
  }

  private static void apply(PlannerBatch rows, PlannerEffect.Store change) {
    switch (change) {
      case PlannerEffect.AgentStored(AgentSnapshot agent) -> rows.put(agent);
      case PlannerEffect.AgentForgotten(String agent) ->
          rows.flushed()
              .createUpdate("DELETE FROM agent WHERE name = :name")
              .bind("name", agent)
              .execute();
      case PlannerEffect.DeploymentCreated(DeploymentSnapshot deployment) ->
          PlannerRows.create(rows.flushed(), deployment);
      case PlannerEffect.HolderAdded(String id, String agent, int position, int wave) ->
          PlannerRows.addHolder(rows.flushed(), id, agent, position, wave);
      case PlannerEffect.DeploymentChanged(DeploymentSnapshot deployment) ->
          PlannerRows.update(rows.flushed(), deployment);
      case PlannerEffect.MachineChanged changed -> rows.put(changed);
      case PlannerEffect.HaltStored(boolean halted) ->
          rows.flushed()
              .createUpdate("UPDATE fleet SET halted = :halted WHERE name = 'all'")
              .bind("halted", halted ? 1 : 0)
              .execute();
      case PlannerEffect.CapStored(CapScope scope, long rate) ->
          CapRows.put(rows.flushed(), scope, rate);
    }
  }

  /** Whether all transfers of the fleet stand still. */
  boolean halted() {
    return read(handle ->
        handle
            .createQuery("SELECT halted FROM fleet WHERE name = 'all'")
            .map((row, _) -> row.getInt("halted") == 1)
            .one());
  }

  /** The caps that are set, by selector. */
  List<Cap> caps() {
    return read(CapRows::all);
  }

  /** What happened to a deployment after a number, of one agent only when it is named. */
  List<Numbered<HistoryView>> history(String id, String agent, long after, int max) {
    return read(handle -> HistoryRows.after(handle, id, agent, after, max));
  }

  /** What a request with this key came to; null when there was none. */
  HistoryRows.@Nullable RequestKey requestKey(String key) {
    return read(handle -> HistoryRows.find(handle, key).orElse(null));
  }

  List<AgentSnapshot> agents() {
    return read(PlannerRows::agents);
  }

  /** With holders and machines, oldest first. */
  List<DeploymentSnapshot> standingDeployments() {
    return read(PlannerRows::standing);
  }

  /** One deployment with its machines; null when there is none. */
  @Nullable DeploymentSnapshot deployment(String id) {
    return read(handle -> PlannerRows.find(handle, id).orElse(null));
  }

  boolean hasDeployment(String id) {
    return read(handle ->
        handle
            .createQuery("SELECT id FROM deployment WHERE id = :id")
            .bind("id", id)
            .mapTo(String.class)
            .findOne()
            .isPresent());
  }

  /**
   * Those before a number, newest first, without machines; the counts of running ones are not kept
   * here.
   */
  List<Numbered<DeploymentView>> deploymentsBefore(long serial, int max) {
    return read(handle ->
        handle
            .createQuery(
                "SELECT * FROM deployment WHERE serial < :serial ORDER BY serial DESC LIMIT :max")
            .bind("serial", serial)
            .bind("max", max)
            .map((row, _) -> new Numbered<>(row.getLong("serial"), PlannerRows.listed(row)))
            .list());
  }

  // ---- the catalog --------------------------------------------------------------------------

  @Nullable StoredMetainfo metainfo(InfoHash infoHash) {
    return read(handle -> CatalogRows.metainfo(handle, infoHash).orElse(null));
  }

  int metainfoCount() {
    return count("metainfo");
  }

  void addMetainfo(StoredMetainfo metainfo, long nowMillis) {
    write(handle -> CatalogRows.add(handle, metainfo, nowMillis));
  }

  int artifactCount() {
    return count("artifact");
  }

  /** What a reference means now; null when it means nothing. */
  @Nullable StoredArtifact artifact(ArtifactReference reference) {
    return read(handle -> CatalogRows.find(handle, reference).orElse(null));
  }

  /** Those before a number, newest first. */
  List<Numbered<StoredArtifact>> artifactsBefore(long serial, int max) {
    return read(handle -> CatalogRows.before(handle, serial, max));
  }

  void addArtifact(StoredArtifact artifact) {
    write(handle -> CatalogRows.add(handle, artifact));
  }

  /** The number after the greatest that names a version of this artifact. */
  String nextVersion(String name) {
    return read(handle -> CatalogRows.nextVersion(handle, name));
  }

  private int count(String table) {
    return read(
        handle -> handle.createQuery("SELECT count(*) FROM " + table).mapTo(int.class).one());
  }
}
