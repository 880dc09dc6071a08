package io.seedfall.coordinator;

import io.seedfall.control.HistoryView;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.PlannerEffect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Every change of a phase with its reason, and what requests with a key came to. Bounded: of
 * deployments beyond the latest {@link #DEPLOYMENTS_MAX} that stand no more everything is removed.
 */
final class HistoryRows {
  /** So many deployments are remembered. */
  static final int DEPLOYMENTS_MAX = 2_000;

  /** So many keys of requests are remembered. */
  static final int REQUEST_KEYS_MAX = 10_000;

  /** So many changes are collected at most before they are written. */
  private static final int COLLECTED_MAX = 1_000;

  private static final long UNKNOWN = -1;

  private record Event(long serial, String id, String agent, String phase, String why) {}

  private final Handle handle;
  private final long nowMillis;
  private final List<Event> events = new ArrayList<>();
  private long serial = UNKNOWN;

  /** Writes what happens in one transaction, all of it by {@link #flushed}. */
  HistoryRows(Handle handle, long nowMillis) {
    this.handle = handle;
    this.nowMillis = nowMillis;
  }

  void add(PlannerEffect.Store change) {
    switch (change) {
      case PlannerEffect.DeploymentCreated(DeploymentSnapshot made) -> {
        add(made.plan().id(), "", Translation.name(made.state()), made.why());
        for (MachineSnapshot machine : made.machines()) {
          add(made.plan().id(), machine.agent(), machine.state().name(), machine.why());
        }
        prune();
      }
      case PlannerEffect.DeploymentChanged(DeploymentSnapshot changed) -> {
        String phase = Translation.name(changed.state());
        if (!isLast(changed.plan().id(), phase, changed.why())) {
          add(changed.plan().id(), "", phase, changed.why());
        }
      }
      case PlannerEffect.MachineChanged(String id, MachineSnapshot machine) ->
          add(id, machine.agent(), machine.state().name(), machine.why());
      case PlannerEffect.AgentStored _,
          PlannerEffect.AgentForgotten _,
          PlannerEffect.HolderAdded _,
          PlannerEffect.HaltStored _,
          PlannerEffect.CapStored _ -> {}
    }
  }

  private void add(String id, String agent, String phase, String why) {
    if (serial == UNKNOWN) {
      serial =
          handle
              .createQuery("SELECT coalesce(max(serial), 0) FROM deployment_event")
              .mapTo(long.class)
              .one();
    }
    events.add(new Event(++serial, id, agent, phase, why));
    if (events.size() == COLLECTED_MAX) {
      flushed();
    }
  }

  /** The transaction, with everything in it that was collected. */
  Handle flushed() {
    if (!events.isEmpty()) {
      try (PreparedBatch batch =
          handle.prepareBatch(
              "INSERT INTO deployment_event (serial, deployment_id, agent, at_millis, phase, why)"
                  + " VALUES (:serial, :id, :agent, :at, :phase, :why)")) {
        for (Event event : events) {
          batch
              .bind("serial", event.serial())
              .bind("id", event.id())
              .bind("agent", event.agent())
              .bind("at", nowMillis)
              .bind("phase", event.phase())
              .bind("why", event.why())
              .add();
        }
        batch.execute();
      }
      events.clear();
    }
    return handle;
  }

  /** Not everything that is stored of a deployment is a change of its phase. */
  private boolean isLast(String id, String phase, String why) {
    return flushed()
        .createQuery(
            "SELECT phase, why FROM deployment_event WHERE deployment_id = :id AND agent = ''"
                + " ORDER BY serial DESC LIMIT 1")
        .bind("id", id)
        .map((row, _) -> row.getString("phase").equals(phase) && row.getString("why").equals(why))
        .findOne()
        .orElse(false);
  }

  private void prune() {
    flushed();
    String old =
        " (SELECT id FROM deployment WHERE standing = 0"
            + " AND serial <= (SELECT max(serial) FROM deployment) - "
            + DEPLOYMENTS_MAX
            + ")";
    for (String table : List.of("deployment_event", "deployment_machine", "deployment_holder")) {
      handle.createUpdate("DELETE FROM " + table + " WHERE deployment_id IN" + old).execute();
    }
    handle.createUpdate("DELETE FROM deployment WHERE id IN" + old).execute();
  }

  /** What happened to a deployment after a number, in order; of one agent when it is named. */
  static List<Numbered<HistoryView>> after(
      Handle handle, String id, String agent, long serial, int max) {
    return handle
        .createQuery(
            "SELECT * FROM deployment_event WHERE deployment_id = :id AND serial > :serial"
                + (agent.isEmpty() ? "" : " AND (agent = :agent OR agent = '')")
                + " ORDER BY serial LIMIT :max")
        .bind("id", id)
        .bind("agent", agent)
        .bind("serial", serial)
        .bind("max", max)
        .map((row, _) ->
            new Numbered<>(
                row.getLong("serial"),
                new HistoryView(
                    row.getLong("at_millis"),
                    row.getString("agent"),
                    row.getString("phase"),
                    row.getString("why"))))
        .list();
  }

  // ---- requests that may be asked again ------------------------------------------------------

  /**
   * A request with a key, and what it came to.
   *
   * @param key as the client chose it
   * @param requestHash of what was asked
   * @param deploymentId that it made
   */
  record RequestKey(String key, String requestHash, String deploymentId) {}

  static void put(Handle handle, RequestKey key) {
    handle
        .createUpdate(
            "INSERT INTO request_key (request_key, serial, request_hash, deployment_id)"
                + " VALUES (:key, (SELECT coalesce(max(serial), 0) + 1 FROM request_key), :hash, :id)")
        .bind("key", key.key())
        .bind("hash", key.requestHash())
        .bind("id", key.deploymentId())
        .execute();
    handle
        .createUpdate(
            "DELETE FROM request_key WHERE serial <= (SELECT max(serial) FROM request_key) - "
                + REQUEST_KEYS_MAX)
        .execute();
  }

  static Optional<RequestKey> find(Handle handle, String key) {
    return handle
        .createQuery("SELECT * FROM request_key WHERE request_key = :key")
        .bind("key", key)
        .map((row, _) ->
            new RequestKey(
                row.getString("request_key"),
                row.getString("request_hash"),
                row.getString("deployment_id")))
        .findOne();
  }
}
