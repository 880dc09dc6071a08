package io.seedfall.agent;

import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.InfoHash;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Says how far the assignments are that fetch, at their {@link ProgressPace}. Belongs to the {@link
 * AgentLoop}'s thread.
 */
final class ProgressReports {
  private static final long IDLE_NANOS = 3_600_000_000_000L;

  private final AssignmentBook runs;
  private final Map<InfoHash, KeptVersion> versions;
  private final AgentLoop.Upwards upwards;
  private final ProgressPace pace = new ProgressPace(System.nanoTime());

  ProgressReports(
      AssignmentBook runs, Map<InfoHash, KeptVersion> versions, AgentLoop.Upwards upwards) {
    this.runs = runs;
    this.versions = versions;
    this.upwards = upwards;
  }

  private Stream<AssignmentRun> fetching() {
    return runs.unfinished().stream()
        .filter(run -> run.phase() instanceof AssignmentRun.Phase.Fetching);
  }

  /** How long until something is to be said. */
  long waitNanos(long nowNanos) {
    return fetching().findAny().isPresent() ? pace.waitNanos(nowNanos) : IDLE_NANOS;
  }

  /** Says what has changed, when it is time for that. */
  void sayWhenDue(long nowNanos) {
    if (pace.waitNanos(nowNanos) == 0) {
      pace.looked(nowNanos, fetching().mapToLong(run -> run.ageNanos(nowNanos)).min().orElse(0));
      fetching().filter(this::take).forEach(run -> upwards.report(run.report(nowNanos)));
    }
  }

  /** A transfer is not open yet, and makes progress: says so. */
  void preparing(InfoHash infoHash, TransferProgress progress, long nowNanos) {
    fetching()
        .filter(run -> run.infoHash().equals(infoHash) && run.progressed(progress))
        .forEach(run -> upwards.report(run.report(nowNanos)));
  }

  /** Gives an assignment the numbers of its transfer; whether they changed. */
  boolean take(AssignmentRun run) {
    KeptVersion version = versions.get(run.infoHash());
    Transfer transfer = version == null ? null : version.transfer();
    return transfer != null && run.progressed(transfer.progress());
  }
}
