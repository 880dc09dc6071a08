package io.seedfall.coordinator;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import io.seedfall.control.DeploymentView;
import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Pace;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.Progress;
import io.seedfall.planner.RolloutPlan;
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
          + " bytes_from_holders, bytes_from_peers, elapsed_millis, wave, late, attempt,"
          + " bytes_reused, detail)"
          + " VALUES (:id, :agent, :state, :why, :done, :holders, :peers, :elapsed, :wave, :late,"
          + " :attempt, :reused, :detail)"
          + " ON CONFLICT (deployment_id, agent) DO UPDATE SET state = excluded.state,"
          + " why = excluded.why, bytes_done = excluded.bytes_done,"
          + " bytes_from_holders = excluded.bytes_from_holders,"
          + " bytes_from_peers = excluded.bytes_from_peers,"
          + " elapsed_millis = excluded.elapsed_millis, attempt = excluded.attempt,"
          + " bytes_reused = excluded.bytes_reused,"
          + " detail = excluded.detail";

  private static final String PUT_AGENT =
      "INSERT INTO agent (name, labels, endpoint, away_since_millis)"
          + " VALUES (:name, :labels, :endpoint, :away)"
          + " ON CONFLICT (name) DO UPDATE SET labels = excluded.labels,"
          + " endpoint = excluded.endpoint, away_since_millis = excluded.away_since_millis";

  /** Columns of a deployment that change after it was made. */
  private static final List<String> CHANGING =
      List.of(
          "state",
          "why",
          "finished_millis",
          "wave",
          "begun_wave",
          "until_millis",
          "paused",
          "priority",
          "max_bytes_per_second",
          "received_bytes_per_second",
          "is_open",
          "standing",
          "installed_count",
          "failed_count",
          "bytes_done");

  private PlannerRows() {}

  // ---- writing ------------------------------------------------------------------------------

  /** The later ones of a name go before. */
  static void putAgents(Handle handle, List<AgentSnapshot> agents) {
    if (agents.isEmpty()) {
      return;
    }
    try (PreparedBatch batch = handle.prepareBatch(PUT_AGENT)) {
      for (AgentSnapshot agent : agents) {
        batch
            .bind("name", agent.facts().name())
            .bind("labels", text(agent.facts().labels()))
            .bind("endpoint", agent.facts().endpoint().toString())
            .bind("away", agent.connected() ? 0 : agent.awaySinceMillis())
            .add();
      }
      batch.execute();
    }
  }

  /** The later ones of a machine go before. */
  static void putMachines(Handle handle, List<PlannerEffect.MachineChanged> machines) {
    if (machines.isEmpty()) {
      return;
    }
    try (PreparedBatch batch = handle.prepareBatch(PUT_MACHINE)) {
      for (PlannerEffect.MachineChanged changed : machines) {
        bind(batch, changed.deploymentId(), changed.machine()).add();
      }
      batch.execute();
    }
  }

  static void create(Handle handle, DeploymentSnapshot deployment) {
    DeploymentPlan plan = deployment.plan();
    ArtifactFacts before = plan.previous();
    bindChanging(
            handle
                .createUpdate(
                    "INSERT INTO deployment (id, serial, artifact, version, info_hash, size_bytes,"
                        + " piece_bytes, selector, destination, graph_seed, options, asked_by,"
                        + " rollback_of, previous_artifact, previous_version, previous_info_hash,"
                        + " previous_size_bytes, previous_piece_bytes, wave_count, created_millis,"
                        + " machine_count, "
                        + String.join(", ", CHANGING)
                        + ") VALUES (:id,"
                        + " (SELECT coalesce(max(serial), 0) + 1 FROM deployment), :artifact,"
                        + " :version, :hash, :size, :piece, :selector, :destination, :seed,"
                        + " :options, :by, :rollback, :before, :before_version, :before_hash,"
                        + " :before_size, :before_piece, :waves, :created, :machines, :"
                        + String.join(", :", CHANGING)
                        + ")")
                .bind("artifact", plan.artifact().name())
                .bind("version", plan.artifact().version())
                .bind("hash", plan.artifact().infoHash().hex())
                .bind("size", plan.artifact().sizeBytes())
                .bind("piece", plan.artifact().pieceBytes())
                .bind("selector", plan.selector())
                .bind("destination", plan.destination())
                .bind("seed", plan.graphSeed())
                .bind("options", plan.options())
                .bind("by", plan.by())
                .bind("rollback", plan.rollbackOf())
                .bind("before", before == null ? "" : before.name())
                .bind("before_version", before == null ? "" : before.version())
                .bind("before_hash", before == null ? "" : before.infoHash().hex())
                .bind("before_size", before == null ? 0 : before.sizeBytes())
                .bind("before_piece", before == null ? 0 : before.pieceBytes())
                .bind("waves", deployment.waveCount())
                .bind("created", plan.createdMillis())
                .bind("machines", deployment.machines().size()),
            deployment)
        .execute();
    for (int position = 0; position < deployment.holders().size(); position++) {
      DeploymentSnapshot.Holder holder = deployment.holders().get(position);
      addHolder(handle, plan.id(), holder.agent(), position, holder.wave());
    }
    putMachines(
        handle,
        deployment.machines().stream()
            .map(machine -> new PlannerEffect.MachineChanged(plan.id(), machine))
            .toList());
  }

  static void addHolder(Handle handle, String id, String agent, int position, int wave) {
    handle
        .createUpdate(
            "INSERT INTO deployment_holder (deployment_id, position, agent, wave)"
                + " VALUES (:id, :position, :agent, :wave)")
        .bind("id", id)
        .bind("position", position)
        .bind("agent", agent)
        .bind("wave", wave)
        .execute();
  }

  static void update(Handle handle, DeploymentSnapshot deployment) {
    String changes =
        CHANGING.stream().map(column -> column + " = :" + column).collect(joining(", "));
    bindChanging(
            handle.createUpdate(
                "UPDATE deployment SET " + changes + ", machine_count = :machines WHERE id = :id"),
            deployment)
        .bind("machines", deployment.machines().size())
        .execute();
  }

  private static <S extends SqlStatement<S>> S bindChanging(S statement, DeploymentSnapshot of) {
    return statement
        .bind("id", of.plan().id())
        .bind("state", Translation.name(of.state()))
        .bind("why", of.why())
        .bind("finished_millis", of.finishedMillis())
        .bind("wave", of.state().isFinal() ? 0 : of.state().wave())
        .bind("begun_wave", of.begunWave())
        .bind("until_millis", of.state().untilMillis())
        .bind("paused", of.paused() ? 1 : 0)
        .bind("priority", of.pace().priority().name())
        .bind("max_bytes_per_second", of.pace().maxBytesPerSecond())
        .bind("received_bytes_per_second", of.pace().receivedBytesPerSecond())
        .bind("is_open", of.open() ? 1 : 0)
        .bind("standing", of.standing() ? 1 : 0)
        .bind("installed_count", of.count(MachineState.INSTALLED))
        .bind("failed_count", of.count(MachineState.FAILED))
        .bind("bytes_done", of.bytesDone());
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
        .bind("elapsed", of.progress().elapsedMillis())
        .bind("wave", of.wave())
        .bind("late", of.late() ? 1 : 0)
        .bind("attempt", of.attempt())
        .bind("reused", of.progress().bytesReused())
        .bind("detail", of.progress().detail());
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

  static List<DeploymentSnapshot> standing(Handle handle) {
    List<String> ids =
        handle
            .createQuery("SELECT id FROM deployment WHERE standing = 1 ORDER BY serial")
            .mapTo(String.class)
            .list();
    List<DeploymentSnapshot> standing = new ArrayList<>();
    for (String id : ids) {
      find(handle, id).ifPresent(standing::add);
    }
    return standing;
  }

  static Optional<DeploymentSnapshot> find(Handle handle, String id) {
    List<DeploymentSnapshot.Holder> holders =
        handle
            .createQuery(
                "SELECT agent, wave FROM deployment_holder WHERE deployment_id = :id"
                    + " ORDER BY position")
            .bind("id", id)
            .map((row, _) ->
                new DeploymentSnapshot.Holder(row.getString("agent"), row.getInt("wave")))
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
      ResultSet row, List<DeploymentSnapshot.Holder> holders, List<MachineSnapshot> machines)
      throws SQLException {
    return new DeploymentSnapshot(
        plan(row),
        Translation.state(row.getString("state"), row.getInt("wave"), row.getLong("until_millis")),
        row.getString("why"),
        row.getLong("finished_millis"),
        row.getInt("begun_wave"),
        row.getInt("wave_count"),
        row.getInt("paused") == 1,
        new Pace(
            Pace.Priority.valueOf(row.getString("priority")),
            row.getLong("max_bytes_per_second"),
            row.getLong("received_bytes_per_second")),
        row.getInt("is_open") == 1,
        row.getInt("standing") == 1,
        holders,
        machines);
  }

  /** For lists: no machines, and the counts as they were stored last. */
  static DeploymentView listed(ResultSet row) throws SQLException {
    DeploymentView view = Translation.view(deployment(row, List.of(), List.of()), 0);
    return new DeploymentView(
        view.id(),
        view.artifact(),
        view.version(),
        view.infoHash(),
        view.sizeBytes(),
        view.selector(),
        view.destination(),
        view.phase(),
        view.why(),
        view.createdMillis(),
        view.finishedMillis(),
        List.of(),
        row.getInt("machine_count"),
        row.getInt("installed_count"),
        row.getInt("failed_count"),
        row.getLong("bytes_done"),
        view.paused(),
        view.wave(),
        view.waveCount(),
        0,
        view.previous(),
        view.rollout(),
        view.by());
  }

  private static DeploymentPlan plan(ResultSet row) throws SQLException {
    boolean previous = !row.getString("previous_info_hash").isEmpty();
    String rollbackOf = row.getString("rollback_of");
    return new DeploymentPlan(
        row.getString("id"),
        new ArtifactFacts(
            InfoHash.parse(row.getString("info_hash")),
            row.getString("artifact"),
            row.getString("version"),
            row.getLong("size_bytes"),
            row.getInt("piece_bytes")),
        row.getString("selector"),
        row.getString("destination"),
        row.getLong("created_millis"),
        row.getLong("graph_seed"),
        // What takes another one back has its options, but does not go about it in waves.
        rollbackOf.isEmpty()
            ? Rollouts.plan(Rollouts.read(row.getString("options")))
            : RolloutPlan.PLAIN,
        row.getString("options"),
        previous
            ? new ArtifactFacts(
                InfoHash.parse(row.getString("previous_info_hash")),
                row.getString("previous_artifact"),
                row.getString("previous_version"),
                row.getLong("previous_size_bytes"),
                row.getInt("previous_piece_bytes"))
            : null,
        row.getString("asked_by"),
        rollbackOf);
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
            row.getLong("elapsed_millis"),
            row.getLong("bytes_reused"),
            row.getString("detail")),
        row.getInt("wave"),
        row.getInt("late") == 1,
        row.getInt("attempt"));
  }

  /** {@code role=search,zone=a}: names hold neither comma nor equals sign. */
  static String text(Map<String, String> labels) {
    StringJoiner text = new StringJoiner(",");
    labels.forEach((key, value) -> text.add(key + "=" + value));
    return text.toString();
  }

  static SortedMap<String, String> labels(String text) {
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
