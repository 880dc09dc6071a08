package io.seedfall.simulator.fleet;

import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.protocol.InfoHash;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a machine should have in each place, by the rows: what the newest deployment says that
 * stands, matches its labels and has come to it.
 */
final class DesiredCheck {
  static final String NAME = "every machine has what it should";

  private final FleetSimulation fleet;

  DesiredCheck(FleetSimulation fleet) {
    this.fleet = fleet;
  }

  void check(SimulatedAgent agent) {
    TreeSet<String> places = new TreeSet<>();
    for (StoredRows.Row row : fleet.rows().deployments()) {
      places.add(row.columns().plan().destination());
    }
    places.forEach(place -> check(agent, place));
  }

  private void check(SimulatedAgent agent, String place) {
    List<StoredRows.Row> newestFirst = fleet.rows().deployments().reversed();
    for (StoredRows.Row row : newestFirst) {
      DeploymentSnapshot columns = row.columns();
      if (!columns.standing() || !columns.plan().destination().equals(place)) {
        continue;
      }
      boolean matches =
          SimulatedCoordinator.selector(columns.plan().selector()).test(agent.labels());
      MachineSnapshot part = row.machine(agent.name());
      if (!matches) {
        continue;
      }
      boolean out = part == null || part.state() == MachineState.CANCELLED;
      boolean takes = columns.open() && !columns.plan().rollout().once();
      if (out && !takes) {
        continue;
      }
      if (part == null || out) {
        throw new FleetViolation(NAME, agent.name() + " has no part in " + row.id() + ": " + part);
      }
      switch (part.state()) {
        case FAILED -> {
          if (part.why().isEmpty()) {
            throw new FleetViolation(NAME, agent.name() + " failed without a reason: " + row.id());
          }
          return;
        }
        case INSTALLED -> {
          if (takes) { // another never puts back what was lost since
            installed(agent, place, row.id(), columns.plan().artifact().infoHash());
          }
          return;
        }
        case PENDING, WAITING, FETCHING, STAGED, INSTALLING, CANCELLED ->
            throw new FleetViolation(NAME, agent.name() + " in " + row.id() + ": " + part);
      }
    }
  }

  private static void installed(SimulatedAgent agent, String place, String id, InfoHash infoHash) {
    @Nullable InfoHash there = agent.disk().place(place).content;
    if (!infoHash.equals(there)) {
      throw new FleetViolation(
          NAME,
          "%s has %s at %s, and %s says %s"
              .formatted(
                  agent.name(),
                  there == null ? "nothing" : FleetSimulation.brief(there),
                  place,
                  id,
                  FleetSimulation.brief(infoHash)));
    }
  }
}
