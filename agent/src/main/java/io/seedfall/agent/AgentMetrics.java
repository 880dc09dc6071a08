package io.seedfall.agent;

import static io.seedfall.metrics.Metric.counter;
import static io.seedfall.metrics.Metric.gauge;
import static io.seedfall.metrics.Metric.times;

import io.seedfall.metrics.Metric;
import java.util.List;

/** What an agent says of itself and of its machine, to Prometheus. */
public final class AgentMetrics {
  static final Metric BUILD =
      gauge("seedfall_agent_build_info", "Always 1; the version is a label.", "version");
  static final Metric CONNECTED =
      gauge("seedfall_agent_connected", "1 while it has a session with a coordinator, else 0.");
  static final Metric CERTIFICATE =
      gauge(
          "seedfall_agent_certificate_remaining_seconds",
          "How long its certificate is good; endless where there are none.");
  static final Metric INBOX =
      gauge("seedfall_agent_inbox_messages", "What waits for the agent's loop.");

  static final Metric RECEIVED =
      counter(
          "seedfall_agent_received_bytes_total",
          "Bytes of blocks that were stored, by who sent them.",
          "from");
  static final Metric SENT =
      counter("seedfall_agent_sent_bytes_total", "Bytes of blocks that were handed to sockets.");
  static final Metric PIECES =
      counter("seedfall_agent_verified_pieces_total", "Pieces that came and were right.");
  static final Metric PIECE_BYTES =
      counter("seedfall_agent_verified_bytes_total", "Bytes of pieces that came and were right.");
  static final Metric REJECTED =
      counter("seedfall_agent_rejected_pieces_total", "Pieces that came and were wrong.");
  static final Metric BANNED =
      counter("seedfall_agent_banned_peers_total", "Peers that were banned for wrong pieces.");
  static final Metric PEERS =
      gauge("seedfall_agent_peers", "Open connections to peers, of all transfers.");
  static final Metric WEB_SEEDS = gauge("seedfall_agent_web_seeds", "Web seeds that are asked.");
  static final Metric TRANSFERS =
      gauge("seedfall_agent_transfers", "Open transfers by state.", "state");
  static final Metric PAUSED =
      gauge("seedfall_agent_transfers_paused", "Open transfers that stand still.");
  static final Metric CAP =
      gauge(
          "seedfall_agent_cap_bytes_per_second",
          "The cap in force on all transfers together; 0 for none.",
          "direction");
  static final Metric HASHING =
      times("seedfall_agent_hash_seconds", "Hashing of blocks as they come, of all threads.");
  static final Metric WRITING =
      times("seedfall_agent_disk_write_seconds", "Writing of blocks, of all threads.");
  static final Metric SYNCING =
      times("seedfall_agent_disk_sync_seconds", "Bringing what was written onto the disk.");

  static final Metric ENDED =
      counter("seedfall_agent_assignments_ended_total", "Assignments by how they ended.", "phase");
  static final Metric ASSIGNED_BYTES =
      counter(
          "seedfall_agent_assignment_bytes_total",
          "Bytes of assignments that ended, by where they came from.",
          "from");
  static final Metric INSTALLING =
      times("seedfall_agent_install_seconds", "Putting content in place, without hooks.");
  static final Metric HOOKS =
      times("seedfall_agent_hook_seconds", "Hooks that ran, of installs and for health.");
  static final Metric HOOKS_FAILED =
      counter("seedfall_agent_hook_failures_total", "Hooks that failed, hung, or were refused.");

  static final Metric ROT_FOUND =
      counter("seedfall_agent_rot_found_pieces_total", "Pieces of kept versions that had rotted.");
  static final Metric ROT_REPAIRED =
      counter(
          "seedfall_agent_rot_repaired_versions_total",
          "Kept versions that had rotted and are whole again.");
  static final Metric VERSIONS =
      gauge("seedfall_agent_versions", "Complete versions that it keeps and seeds.");
  static final Metric FREE =
      gauge(
          "seedfall_agent_root_free_bytes",
          "Bytes that are left on the file system of a root; -1 when it does not answer.",
          "root");
  static final Metric SIZE =
      gauge(
          "seedfall_agent_root_size_bytes",
          "Bytes that the file system of a root has; -1 when it does not answer.",
          "root");

  /** All of them, in the order of the documentation. */
  public static final List<Metric> TABLE =
      List.of(
          BUILD,
          CONNECTED,
          CERTIFICATE,
          INBOX,
          RECEIVED,
          SENT,
          PIECES,
          PIECE_BYTES,
          REJECTED,
          BANNED,
          PEERS,
          WEB_SEEDS,
          TRANSFERS,
          PAUSED,
          CAP,
          HASHING,
          WRITING,
          SYNCING,
          ENDED,
          ASSIGNED_BYTES,
          INSTALLING,
          HOOKS,
          HOOKS_FAILED,
          ROT_FOUND,
          ROT_REPAIRED,
          VERSIONS,
          FREE,
          SIZE);

  private AgentMetrics() {}
}
