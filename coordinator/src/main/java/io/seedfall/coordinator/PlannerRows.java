package io.seedfall.coordinator;

import static java.util.Comparator.comparing;

import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Progress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/** Rows of what the planner wants kept: agents, deployments, holders, machines. */
final class PlannerRows {
  private static final String PUT_MACHINE =
      "INSERT INTO deployment_machine (deployment_id, agent, state, why, bytes_done,"
          + " bytes_from_holders, bytes_from_peers, elapsed_millis)"
          + " VALUES (:id, :agent, :state, :why, :done, :holders, :peers, :elapsed)"
          + " ON CONFLICT (deployment_id, agent) DO UPDATE SET state = excluded.state,"
          + " why = excluded.why, bytes_done = excluded.bytes_done,"
          + " bytes_from_holders = excluded.bytes_from_holders,"
          + " bytes_from_peers = excluded.bytes_from_peers,"
          + " elapsed_millis = excluded.elapsed_millis";

  private PlannerRows() {}

  // ---- writing ------------------------------------------------------------------------------

  static void put(Handle handle, AgentSnapshot agent) {
    handle
        .createUpdate(
            "INSERT INTO agent (name, labels, endpoint, away_since_millis)"
                + " VALUES (:name, :labels, :endpoint, :away)"
                + " ON CONFLICT (name) DO UPDATE SET labels = excluded.labels,"
                + " endpoint = excluded.endpoint, away_since_millis = excluded.away_since_millis")
        .bind("name", agent.facts().name())
        .bind("labels", text(agent.facts().labels()))
        .bind("endpoint", agent.facts().endpoint().toString())
        .bind("away", agent.connected() ? 0 : agent.awaySinceMillis())
        .execute();
  }

  static void create(Handle handle, DeploymentSnapshot deployment) {
    DeploymentPlan plan = deployment.plan();
    bindChanging(
            handle
                .createUpdate(
                    "INSERT INTO deployment (id, serial, artifact, version, info_hash, size_bytes,"
                        + " piece_bytes, selector, destination, graph_seed, state, why, created_millis,"
                        + " finished_millis, machine_count, installed_count, failed_count,"
                        + " bytes_done) VALUES (:id,"
                        + " (SELECT coalesce(max(serial), 0) + 1 FROM deployment), :artifact,"
                        + " :version, :hash, :size, :piece, :selector, :destination, :seed, :state, :why,"
                        + " :created, :finished, :machines, :installed, :failed, :done)")
                .bind("artifact", plan.artifact().name())
                .bind("version", plan.artifact().version())
                .bind("hash", plan.artifact().infoHash().hex())
                .bind("size", plan.artifact().sizeBytes())
                .bind("piece", plan.artifact().pieceBytes())
                .bind("selector", plan.selector())
                .bind("destination", plan.destination())
                .bind("seed", plan.graphSeed())
                .bind("created", plan.createdMillis())
                .bind("machines", deployment.machines().size()),
            deployment)
        .execute();
    for (int position = 0; position < deployment.holders().size(); position++) {
      addHolder(handle, plan.id(), deployment.holders().get(position), position);
    }
    PreparedBatch batch = handle.prepareBatch(PUT_MACHINE);
    for (MachineSnapshot machine : deployment.machines()) {
      bind(batch, plan.id(), machine).add();
    }
    batch.execute();
  }

  static void addHolder(Handle handle, String id, String agent, int position) {
    handle
        .createUpdate(
            "INSERT INTO deployment_holder (deployment_id, position, agent)"
                + " VALUES (:id, :position, :agent)")
        .bind("id", id)
        .bind("position", position)
        .bind("agent", agent)
        .execute();
  }

  static void update(Handle handle, DeploymentSnapshot deployment) {
    bindChanging(
            handle.createUpdate(
                "UPDATE deployment SET state = :state, why = :why, finished_millis = :finished,"
                    + " installed_count = :installed, failed_count = :failed, bytes_done = :done"
                    + " WHERE id = :id"),
            deployment)
        .execute();
  }

  static void put(Handle handle, String id, MachineSnapshot machine) {
    bind(handle.createUpdate(PUT_MACHINE), id, machine).execute();
  }

  private static <S extends SqlStatement<S>> S bindChanging(S statement, DeploymentSnapshot of) {
    return statement
        .bind("id", of.plan().id())
        .bind("state", of.state().name())
        .bind("why", of.why())
        .bind("finished", of.finishedMillis())
        .bind("installed", of.count(MachineState.INSTALLED))
        .bind("failed", of.count(MachineState.FAILED))
        .bind("done", of.bytesDone());
  }

  private static <S extends SqlStatement<S>> S bind(S statement, String id, MachineSnapshot of) {
    return statement
        .bind("id", id)
        .bind("agent", of.agent())
        .bind("state", of.state().name())
        .bind("why", of.why())
        .bind("done", of.progress().bytesDone())
        .bind("holders", of.progress().bytesFromHolders())
        .bind("peers", of.progress().bytesFromPeers())
        .bind("elapsed", of.progress().elapsedMillis());
  }

  // ---- reading ------------------------------------------------------------------------------

  static List<AgentSnapshot> agents(Handle handle) {
    return handle
        .createQuery("SELECT * FROM agent")
        .map((row, _) -> {
          long away = row.getLong("away_since_millis");
          Endpoint endpoint = Endpoint.parse(row.getString("endpoint"));
          AgentFacts facts =
              new AgentFacts(
                  row.getString("name"),
                  AgentRole.MACHINE,
                  labels(row.getString("labels")),
                  endpoint,
                  Translation.place(endpoint));
          return new AgentSnapshot(facts, away == 0, away);
        })
        .stream()
        .sorted(comparing(agent -> agent.facts().name())) // each database has an order of its own
        .toList();
  }

  static List<DeploymentSnapshot> running(Handle handle) {
    List<String> ids =
        handle
            .createQuery("SELECT id FROM deployment WHERE state = 'RUNNING' ORDER BY serial")
            .mapTo(String.class)
            .list();
    List<DeploymentSnapshot> running = new ArrayList<>();
    for (String id : ids) {
      find(handle, id).ifPresent(running::add);
    }
    return running;
  }

  static Optional<DeploymentSnapshot> find(Handle handle, String id) {
    List<String> holders =
        handle
            .createQuery(
                "SELECT agent FROM deployment_holder WHERE deployment_id = :id ORDER BY position")
            .bind("id", id)
            .mapTo(String.class)
            .list();
    List<MachineSnapshot> machines =
        handle
            .createQuery("SELECT * FROM deployment_machine WHERE deployment_id = :id")
            .bind("id", id)
            .map((row, _) -> machine(row))
            .stream()
            .sorted(comparing(MachineSnapshot::agent))
            .toList();
    return handle
        .createQuery("SELECT * FROM deployment WHERE id = :id")
        .bind("id", id)
        .map((row, _) -> deployment(row, holders, machines))
        .findOne();
  }

  private static DeploymentSnapshot deployment(
      ResultSet row, List<String> holders, List<MachineSnapshot> machines) throws SQLException {
    ArtifactFacts artifact =
        new ArtifactFacts(
            InfoHash.parse(row.getString("info_hash")),
            row.getString("artifact"),
            row.getString("version"),
            row.getLong("size_bytes"),
            row.getInt("piece_bytes"));
    DeploymentPlan plan =
        new DeploymentPlan(
            row.getString("id"),
            artifact,
            row.getString("selector"),
            row.getString("destination"),
            row.getLong("created_millis"),
            row.getLong("graph_seed"));
    return new DeploymentSnapshot(
        plan,
        DeploymentState.valueOf(row.getString("state")),
        row.getString("why"),
        row.getLong("finished_millis"),
        holders,
        machines);
  }

  private static MachineSnapshot machine(ResultSet row) throws SQLException {
    return new MachineSnapshot(
        row.getString("agent"),
        MachineState.valueOf(row.getString("state")),
        row.getString("why"),
        new Progress(
            row.getLong("bytes_done"),
            row.getLong("bytes_from_holders"),
            row.getLong("bytes_from_peers"),
            row.getLong("elapsed_millis")));
  }

  /** {@code role=search,zone=a}: names hold neither comma nor equals sign. */
  private static String text(Map<String, String> labels) {
    StringJoiner text = new StringJoiner(",");
    labels.forEach((key, value) -> text.add(key + "=" + value));
    return text.toString();
  }

  private static SortedMap<String, String> labels(String text) {
    TreeMap<String, String> labels = new TreeMap<>();
    if (!text.isEmpty()) {
      for (String label : text.split(",", -1)) {
        int equals = label.indexOf('=');
        labels.put(label.substring(0, equals), label.substring(equals + 1));
      }
    }
    return labels;
  }
}
