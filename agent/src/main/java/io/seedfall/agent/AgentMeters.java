package io.seedfall.agent;

import io.seedfall.control.MachinePhase;
import io.seedfall.metrics.Meters;
import io.seedfall.node.Node;
import io.seedfall.node.NodeTally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** Lets Prometheus look at the numbers of one agent. They are read when somebody scrapes. */
final class AgentMeters {
  private final Meters meters = new Meters(AgentMetrics.TABLE);
  private final Surroundings surroundings;

  private AgentMeters(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * What is looked at.
   *
   * @param versions how many complete versions there are
   */
  record Parts(
      AgentTally tally,
      AgentInbox inbox,
      Node node,
      Workers workers,
      Roots roots,
      Membership membership,
      IntSupplier versions) {}

  /** All of an agent's. */
  static Meters of(Parts parts, Surroundings surroundings) {
    AgentMeters made = new AgentMeters(surroundings);
    made.agent(parts);
    made.transfers(parts.node());
    made.assignments(parts.tally(), parts.workers().hooks());
    parts.roots().all().forEach(made::root);
    return made.meters;
  }

  private void agent(Parts parts) {
    String version = Agent.class.getPackage().getImplementationVersion();
    meters.gauge(AgentMetrics.BUILD, () -> 1, version == null ? "development" : version);
    meters.gauge(AgentMetrics.CONNECTED, () -> parts.tally().isConnected() ? 1 : 0);
    meters.gauge(AgentMetrics.CERTIFICATE, () -> secondsLeft(parts.membership().untilMillis()));
    meters.gauge(AgentMetrics.INBOX, parts.inbox()::waiting);
    meters.gauge(AgentMetrics.VERSIONS, () -> parts.versions().getAsInt());
  }

  private double secondsLeft(long untilMillis) {
    return untilMillis == Long.MAX_VALUE
        ? Double.POSITIVE_INFINITY
        : (untilMillis - surroundings.nowMillis().getAsLong()) / 1e3;
  }

  private void transfers(Node node) {
    NodeTally tally = node.tally();
    meters.counter(AgentMetrics.RECEIVED, tally::bytesFromPeers, "peers");
    meters.counter(AgentMetrics.RECEIVED, tally::bytesFromWebSeeds, "web_seeds");
    meters.counter(AgentMetrics.SENT, tally::bytesSent);
    meters.counter(AgentMetrics.PIECES, tally::piecesVerified);
    meters.counter(AgentMetrics.PIECE_BYTES, tally::bytesVerified);
    meters.counter(AgentMetrics.REJECTED, tally::piecesRejected);
    meters.counter(AgentMetrics.BANNED, tally::peersBanned);
    meters.gauge(AgentMetrics.PEERS, () -> node.figures().peers());
    meters.gauge(AgentMetrics.WEB_SEEDS, () -> node.figures().webSeeds());
    meters.gauge(AgentMetrics.TRANSFERS, () -> node.figures().fetching(), "fetching");
    meters.gauge(AgentMetrics.TRANSFERS, () -> node.figures().complete(), "complete");
    meters.gauge(AgentMetrics.PAUSED, () -> node.figures().paused());
    meters.gauge(AgentMetrics.CAP, () -> node.figures().receiveBytesPerSecond(), "receive");
    meters.gauge(AgentMetrics.CAP, () -> node.figures().sendBytesPerSecond(), "send");
    meters.times(AgentMetrics.HASHING, tally.hashing()::count, tally.hashing()::nanos);
    meters.times(AgentMetrics.WRITING, tally.writing()::count, tally.writing()::nanos);
    meters.times(AgentMetrics.SYNCING, tally.syncing()::count, tally.syncing()::nanos);
  }

  private void assignments(AgentTally tally, HookDesk hooks) {
    for (MachinePhase phase : MachinePhase.values()) {
      if (phase.isFinal()) {
        meters.counter(
            AgentMetrics.ENDED, () -> tally.ended(phase), phase.name().toLowerCase(Locale.ROOT));
      }
    }
    meters.counter(AgentMetrics.ASSIGNED_BYTES, tally::bytesFromHolders, "holders");
    meters.counter(AgentMetrics.ASSIGNED_BYTES, tally::bytesFromPeers, "peers");
    meters.counter(AgentMetrics.ASSIGNED_BYTES, tally::bytesReused, "this_machine");
    meters.times(AgentMetrics.INSTALLING, tally::installs, tally::installNanos);
    meters.times(AgentMetrics.HOOKS, hooks::runs, hooks::nanos);
    meters.counter(AgentMetrics.HOOKS_FAILED, hooks::failures);
    meters.counter(AgentMetrics.ROT_FOUND, tally::rotFound);
    meters.counter(AgentMetrics.ROT_REPAIRED, tally::rotRepaired);
  }

  private void root(String name, Path path) {
    meters.gauge(AgentMetrics.FREE, () -> bytes(path, DiskSpace::usableBytes), name);
    meters.gauge(AgentMetrics.SIZE, () -> bytes(path, DiskSpace::totalBytes), name);
  }

  private double bytes(Path root, ToDoubleFunction<DiskSpace> figure) {
    try {
      return figure.applyAsDouble(surroundings.space().of(root));
    } catch (IOException _) {
      return -1;
    }
  }
}
