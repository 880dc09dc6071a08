package io.seedfall.benchmarks;

import io.seedfall.control.Assignment;
import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.PieceMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An assignment that one of the crowd pretends to carry out: time passes, and it has more. */
final class CrowdFetch {
  /** How long putting it in place takes. */
  private static final long INSTALL_NANOS = 50_000_000;

  private final Assignment assignment;
  private final long beginNanos;
  private final long fetchNanos;
  private List<Neighbour> neighbours;
  private MachinePhase phase = MachinePhase.FETCHING;

  CrowdFetch(Assignment assignment, long beginNanos, long fetchNanos) {
    this.assignment = assignment;
    this.neighbours = assignment.neighbours();
    this.beginNanos = beginNanos;
    this.fetchNanos = fetchNanos;
  }

  Assignment assignment() {
    return assignment;
  }

  MachinePhase phase() {
    return phase;
  }

  void neighbours(List<Neighbour> now) {
    neighbours = now;
  }

  void withdraw() {
    phase = MachinePhase.CANCELLED;
  }

  long ageNanos(long nowNanos) {
    return nowNanos - beginNanos;
  }

  /** When its phase changes next. */
  long dueNanos() {
    return beginNanos + fetchNanos + (phase == MachinePhase.INSTALLING ? INSTALL_NANOS : 0);
  }

  /** Goes on to the phase that it has come to; false when that is the one before. */
  boolean advance(long nowNanos) {
    if (phase.isFinal() || nowNanos < dueNanos()) {
      return false;
    }
    phase = phase == MachinePhase.FETCHING ? MachinePhase.INSTALLING : MachinePhase.INSTALLED;
    return true;
  }

  MachineReport report(long nowNanos) {
    long size = assignment.sizeBytes();
    double share = Math.min(1, (double) ageNanos(nowNanos) / fetchNanos);
    long done = phase == MachinePhase.FETCHING ? (long) (size * share) : size;
    MachineDetail detail = MachineDetail.NONE;
    if (phase == MachinePhase.INSTALLED) {
      Map<String, Long> from = new TreeMap<>();
      for (Neighbour neighbour : neighbours) {
        if (from.size() < MachineDetail.SENDERS_MAX) {
          from.put(neighbour.endpoint(), size / neighbours.size());
        }
      }
      detail =
          new MachineDetail(
              Map.of("connecting", 40L, "receiving", fetchNanos / 1_000_000, "installing", 50L),
              from,
              "");
    }
    return new MachineReport(
        assignment.deploymentId(),
        phase,
        "",
        done,
        done / 50,
        done - done / 50,
        ageNanos(nowNanos) / 1_000_000,
        0,
        detail,
        phase == MachinePhase.FETCHING ? pieces(share) : PieceMap.NONE);
  }

  /** As many as a large file has, the first ones there. */
  private static PieceMap pieces(double share) {
    byte[] bits = new byte[(PieceMap.CELLS_MAX + 7) / 8];
    Arrays.fill(bits, 0, (int) (share * PieceMap.CELLS_MAX / 8), (byte) -1);
    return PieceMap.of(PieceMap.CELLS_MAX, bits);
  }
}
