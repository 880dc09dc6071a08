package io.seedfall.coordinator;

import static io.seedfall.metrics.Metric.counter;
import static io.seedfall.metrics.Metric.gauge;
import static io.seedfall.metrics.Metric.histogram;

import io.seedfall.metrics.Metric;
import java.util.List;

/** What a coordinator says of itself and of its fleet, to Prometheus. */
public final class CoordinatorMetrics {
  static final Metric BUILD =
      gauge("seedfall_coordinator_build_info", "Always 1; the version is a label.", "version");
  static final Metric LEADS =
      gauge("seedfall_coordinator_leads", "1 while this coordinator leads, else 0.");
  static final Metric EPOCH =
      gauge("seedfall_coordinator_lease_epoch", "Number of the term in which it leads, else 0.");
  static final Metric LEASE_LEFT =
      gauge(
          "seedfall_coordinator_lease_remaining_seconds",
          "How long the lease lasts unless it is renewed; endless with SQLite, 0 for followers.");

  static final Metric AGENTS =
      gauge(
          "seedfall_coordinator_agents",
          "Known machines, connected or away; 0 unless it leads.",
          "state");
  static final Metric PUBLISHERS =
      gauge("seedfall_coordinator_publishers", "Connected publishers; 0 unless it leads.");
  static final Metric DEPLOYMENTS =
      gauge(
          "seedfall_coordinator_deployments",
          "Standing deployments by phase; 0 unless it leads.",
          "phase");
  static final Metric PAUSED =
      gauge(
          "seedfall_coordinator_deployments_paused",
          "Standing deployments that are paused; 0 unless it leads.");
  static final Metric HALTED =
      gauge("seedfall_coordinator_halted", "1 while all transfers of the fleet stand still.");
  static final Metric ENDED =
      counter(
          "seedfall_coordinator_deployments_ended_total",
          "Deployments that were decided, by how.",
          "phase");
  static final Metric MACHINES =
      gauge(
          "seedfall_coordinator_machines",
          "Machines of standing deployments by state, once for each deployment; 0 unless it leads.",
          "state");
  static final Metric STILL =
      gauge(
          "seedfall_coordinator_machines_still",
          "Connected machines that fetch and have shown no progress for a minute.");
  static final Metric STRAGGLERS =
      gauge(
          "seedfall_coordinator_machines_straggling",
          "Machines that still fetch or install while nine in ten of their deployment have it.");
  static final Metric ASSIGNMENT =
      histogram(
          "seedfall_coordinator_assignment_duration_seconds",
          "From when a machine was told to have something to when it had it in place.");

  static final Metric INBOX =
      gauge("seedfall_coordinator_loop_inbox_messages", "What waits for the control loop.");
  static final Metric INBOX_MAX =
      gauge("seedfall_coordinator_loop_inbox_messages_max", "How much may wait for it.");
  static final Metric OLDEST =
      gauge(
          "seedfall_coordinator_loop_oldest_wait_seconds",
          "How long the next message has waited for the control loop.");
  static final Metric LAG =
      histogram(
          "seedfall_coordinator_loop_lag_seconds",
          "How long the first message of a turn had waited.");
  static final Metric TURN =
      histogram(
          "seedfall_coordinator_loop_turn_duration_seconds",
          "What a turn of the control loop took, with its database transaction.");
  static final Metric DATABASE =
      histogram(
          "seedfall_coordinator_database_call_duration_seconds",
          "What a call to the database took.",
          "kind");
  static final Metric DATABASE_AWAY =
      counter(
          "seedfall_coordinator_database_failures_total",
          "Calls that failed because the database did not answer.");
  static final Metric BLOCKED =
      gauge(
          "seedfall_coordinator_database_waiting_calls",
          "Calls of requests that wait for a thread.");

  static final Metric REQUESTS =
      counter(
          "seedfall_coordinator_http_requests_total",
          "Answered requests by route and kind of status.",
          "route",
          "status");
  static final Metric REQUEST =
      histogram(
          "seedfall_coordinator_http_request_duration_seconds",
          "What an answer took; events, which have no end, are not in it.",
          "route");
  static final Metric UNDER_WAY =
      gauge("seedfall_coordinator_http_requests_running", "Requests that are being answered.");
  static final Metric SUBSCRIBERS =
      gauge("seedfall_coordinator_event_subscribers", "Connections that hear events.");
  static final Metric SESSIONS =
      gauge("seedfall_coordinator_sessions", "Open WebSockets of agents and publishers.");
  static final Metric RECEIVED =
      counter(
          "seedfall_coordinator_session_received_messages_total",
          "Messages of agents and publishers, by type.",
          "type");
  static final Metric SENT =
      counter(
          "seedfall_coordinator_session_sent_messages_total",
          "Messages to agents and publishers, by type.",
          "type");
  static final Metric CUT =
      counter(
          "seedfall_coordinator_sessions_cut_total",
          "Sessions that were cut off because too many messages waited for them.");

  /** All of them, in the order of the documentation. */
  public static final List<Metric> TABLE =
      List.of(
          BUILD,
          LEADS,
          EPOCH,
          LEASE_LEFT,
          AGENTS,
          PUBLISHERS,
          DEPLOYMENTS,
          PAUSED,
          HALTED,
          ENDED,
          MACHINES,
          STILL,
          STRAGGLERS,
          ASSIGNMENT,
          INBOX,
          INBOX_MAX,
          OLDEST,
          LAG,
          TURN,
          DATABASE,
          DATABASE_AWAY,
          BLOCKED,
          REQUESTS,
          REQUEST,
          UNDER_WAY,
          SUBSCRIBERS,
          SESSIONS,
          RECEIVED,
          SENT,
          CUT);

  private CoordinatorMetrics() {}
}
