package io.seedfall.agent;

import io.seedfall.control.Destination;
import io.seedfall.protocol.InfoHash;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The assignments of an agent, those at work and the latest that ended, by their deployment. It
 * knows which of them stand in each other's way. Belongs to the {@link AgentLoop}'s thread.
 */
final class AssignmentBook {
  /** Assignments at work at once. */
  static final int RUNNING_MAX = 256;

  /** Finished assignments that are remembered, to say again how they ended. */
  static final int FINISHED_MAX = 1_024;

  private final LinkedHashMap<String, AssignmentRun> runs = new LinkedHashMap<>();

  @Nullable AssignmentRun find(String deploymentId) {
    return runs.get(deploymentId);
  }

  /** One that must be here: the loop asked for something on its behalf. */
  AssignmentRun get(String deploymentId) {
    AssignmentRun run = runs.get(deploymentId);
    if (run == null) {
      throw new IllegalStateException("no assignment " + deploymentId);
    }
    return run;
  }

  Collection<AssignmentRun> all() {
    return runs.values();
  }

  void add(AssignmentRun run) {
    runs.put(run.id(), run);
    if (runs.values().stream().filter(AssignmentRun::isFinished).count() > FINISHED_MAX) {
      runs.values().stream()
          .filter(AssignmentRun::isFinished)
          .findFirst()
          .ifPresent(oldest -> runs.remove(oldest.id()));
    }
  }

  List<AssignmentRun> unfinished() {
    return runs.values().stream().filter(run -> !run.isFinished()).toList();
  }

  List<AssignmentRun> unfinished(InfoHash infoHash) {
    return unfinished().stream().filter(run -> run.infoHash().equals(infoHash)).toList();
  }

  List<AssignmentRun> unfinished(Destination destination) {
    return unfinished().stream().filter(run -> run.destination().equals(destination)).toList();
  }

  /** Whether something is just being put there: nobody else may look or install meanwhile. */
  boolean isInstalling(Destination destination) {
    return unfinished(destination).stream()
        .anyMatch(run -> run.phase() instanceof AssignmentRun.Phase.Installing);
  }

  /** Why a new one cannot be taken, or null. */
  @Nullable String conflict(Destination destination) {
    List<AssignmentRun> unfinished = unfinished();
    if (unfinished.size() >= RUNNING_MAX) {
      return "this agent has " + RUNNING_MAX + " assignments at work already";
    }
    for (AssignmentRun run : unfinished) {
      if (nested(run.destination(), destination)) {
        return "destination %s and %s of deployment %s lie one inside the other"
            .formatted(destination, run.destination(), run.id());
      }
    }
    return null;
  }

  /** Whether one lies inside the other. */
  static boolean nested(Destination one, Destination other) {
    List<String> a = one.parts();
    List<String> b = other.parts();
    int common = Math.min(a.size(), b.size());
    return a.size() != b.size() && a.subList(0, common).equals(b.subList(0, common));
  }
}
