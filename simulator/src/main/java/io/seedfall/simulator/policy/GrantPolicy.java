package io.seedfall.simulator.policy;

import io.seedfall.simulator.Fault;
import io.seedfall.simulator.NetworkSettings;
import io.seedfall.simulator.Scenario;
import io.seedfall.simulator.SimulationResult;
import io.seedfall.simulator.Trigger;

/** GRANT is no model: the production swarm and planner run in a {@link Scenario}. */
final class GrantPolicy {
  private GrantPolicy() {}

  static Outcome.Tally run(Experiment experiment, Fleet fleet) {
    SimulationResult result = scenario(experiment, fleet).run();
    return new Outcome.Tally(
        result.blockBytes(),
        result.finishedAtNanos(),
        result.sourceBytes(),
        result.rackBytes(),
        result.uplinksBusy(),
        result.traceHash());
  }

  private static Scenario scenario(Experiment experiment, Fleet fleet) {
    Topology topology = experiment.topology();
    Scenario scenario =
        Scenario.deploy(experiment.machines(), experiment.bytes())
            .pieceBytes(experiment.pieceBytes())
            .network(
                NetworkSettings.flat(topology.linkBytesPerSecond(), topology.oneWayNanos())
                    .withRackBytesPerSecond(fleet.rackBytesPerSecond()))
            .seed(experiment.seed());
    for (int i = 0; i <= fleet.machines(); i++) {
      long rate = fleet.bytesPerSecond(i);
      int rack = fleet.rack(i);
      long join = fleet.joinNanos(i);
      scenario.machine(i, machine -> machine.withLink(rate).withRack(rack).withJoin(join));
      if (fleet.isMortal(i)) {
        scenario.when(new Trigger.At(fleet.deathNanos(i)), new Fault.Kill(i));
      }
    }
    return scenario;
  }
}
