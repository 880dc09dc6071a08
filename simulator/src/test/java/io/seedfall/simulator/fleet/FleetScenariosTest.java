package io.seedfall.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.Gate;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Pace;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.Quota;
import io.seedfall.planner.RolloutPlan;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One story each. All checks are on in all of them. */
final class FleetScenariosTest {
  private static final String PLACE = "place0";
  private static final InfoHash ONE = FleetSimulation.content(1);
  private static final InfoHash TWO = FleetSimulation.content(2);
  private static final Quota FIRST = new Quota(1, false);
  private static final long REST_MILLIS_MAX = 600_000;

  private FleetSimulation fleet = new FleetSimulation(1);

  /** Machines m0, m1 ... with version 1 in place, and publishers of both versions. */
  private void begin(int machines) {
    fleet.coordinator().start();
    fleet.publisher("p1", ONE);
    fleet.publisher("p2", TWO);
    for (int i = 0; i < machines; i++) {
      fleet.machine("m" + i, Map.of("zone", "z" + i % 2));
    }
    fleet.pass(5_000);
    deploy("d1", ONE, RolloutPlan.PLAIN);
    fleet.pass(30_000);
    assertThat(state("d1")).isEqualTo(new DeploymentState.Done());
  }

  private DeploymentPlan plan(
      String id, InfoHash content, String selector, String options, RolloutPlan rollout) {
    return new DeploymentPlan(
        id,
        new ArtifactFacts(content, "model", FleetSimulation.brief(content), 64, 1 << 20),
        selector,
        PLACE,
        fleet.agenda().nowMillis(),
        77,
        rollout,
        options,
        null,
        "ann",
        "");
  }

  private void deploy(String id, InfoHash content, RolloutPlan rollout) {
    fleet.deploy(plan(id, content, "all", "", rollout));
  }

  private static RolloutPlan waves(Gate gate, Quota... waves) {
    return new RolloutPlan(false, false, List.of(waves), "", gate, Quota.ALL, 0, Pace.FREE);
  }

  private static RolloutPlan quorum(Quota quorum) {
    return new RolloutPlan(false, false, List.of(), "", Gate.OPEN, quorum, 0, Pace.FREE);
  }

  private DeploymentState state(String id) {
    return Objects.requireNonNull(fleet.row(id)).columns().state();
  }

  private MachineSnapshot part(String id, String agent) {
    return Objects.requireNonNull(
        Objects.requireNonNull(fleet.row(id)).machine(agent), agent + " in " + id);
  }

  private List<String> with(InfoHash content) {
    List<String> names = new ArrayList<>();
    for (SimulatedAgent agent : fleet.agents()) {
      if (content.equals(agent.disk().place(PLACE).content)) {
        names.add(agent.name());
      }
    }
    return names;
  }

  private String inWave(String id, int wave) {
    return Objects.requireNonNull(fleet.row(id)).machines().stream()
        .filter(machine -> machine.wave() == wave)
        .map(MachineSnapshot::agent)
        .findFirst()
        .orElseThrow();
  }

  // ---- machines come and go ---------------------------------------------------------------

  @Test
  void whoeverWasAwayGetsItWhenItIsBack() {
    begin(4);
    fleet.agent("m0").line().network(false);
    deploy("d2", TWO, RolloutPlan.PLAIN);
    fleet.pass(120_000);
    assertThat(with(TWO)).containsExactly("m1", "m2", "m3");
    assertThat(part("d2", "m0").state()).isEqualTo(MachineState.FAILED);
    fleet.settle(REST_MILLIS_MAX);
    assertThat(with(TWO)).contains("m0");
    assertThat(part("d2", "m0").state()).isEqualTo(MachineState.INSTALLED);
  }

  @Test
  void otherLabelsMidwayMeanAnotherDeployment() {
    begin(4);
    fleet.deploy(plan("d2", TWO, "zone=z0", "", RolloutPlan.PLAIN));
    fleet.pass(1_000);
    fleet.agent("m0").kill();
    fleet.agent("m0").labels(Map.of("zone", "z1"));
    fleet.agent("m1").kill();
    fleet.agent("m1").labels(Map.of("zone", "z0"));
    fleet.settle(REST_MILLIS_MAX);
    assertThat(with(TWO)).containsExactly("m1", "m2");
    assertThat(with(ONE)).containsExactly("m0", "m3");
    assertThat(part("d2", "m0").state()).isEqualTo(MachineState.CANCELLED);
  }

  @Test
  void whoeverJoinsLaterGetsIt() {
    begin(2);
    deploy("d2", TWO, RolloutPlan.PLAIN);
    fleet.pass(60_000);
    fleet.publishers().forEach(SimulatedPublisher::stop);
    fleet.machine("m7", Map.of());
    fleet.settle(REST_MILLIS_MAX);
    assertThat(with(TWO)).containsExactly("m0", "m1", "m7");
    assertThat(part("d2", "m7").late()).isTrue();
  }

  // ---- machines fail ----------------------------------------------------------------------

  @Test
  void whereTheDiskIsFullItFailsAndElsewhereNot() {
    begin(4);
    fleet.agent("m1").temper(Temper.FINE.withDiskFull(true));
    deploy("d2", TWO, RolloutPlan.PLAIN);
    fleet.pass(60_000);
    assertThat(state("d2")).isEqualTo(new DeploymentState.Failed());
    assertThat(part("d2", "m1").why()).isEqualTo("not enough space");
    assertThat(with(TWO)).containsExactly("m0", "m2", "m3");
    fleet.settle(REST_MILLIS_MAX);
  }

  @Test
  void aHookThatFailsPutsBackWhatWasThere() {
    begin(3);
    fleet.agent("m1").temper(Temper.FINE.withInstall(Temper.Hook.FAILS));
    fleet.deploy(plan("d2", TWO, "all", AgentRun.POST_INSTALL, RolloutPlan.PLAIN));
    fleet.pass(60_000);
    assertThat(part("d2", "m1").why()).isEqualTo("exit code 1");
    assertThat(with(TWO)).containsExactly("m0", "m2");
    assertThat(with(ONE)).containsExactly("m1");
    fleet.settle(REST_MILLIS_MAX);
  }

  @Test
  void aHookThatHangsIsEnded() {
    begin(3);
    fleet.agent("m1").temper(Temper.FINE.withInstall(Temper.Hook.HANGS));
    fleet.deploy(plan("d2", TWO, "all", AgentRun.PRE_INSTALL, RolloutPlan.PLAIN));
    fleet.pass(SimulatedAgent.HOOK_MILLIS_MAX + 20_000);
    assertThat(part("d2", "m1").why()).isEqualTo("it did not end in time");
    assertThat(with(ONE)).containsExactly("m1");
    fleet.settle(REST_MILLIS_MAX);
  }

  @Test
  void aFailedGateBringsBackTheVersionBefore() {
    begin(4);
    Gate gate = new Gate(Quota.ALL, 0, "ready", Quota.NONE, true);
    RolloutPlan rollout = waves(gate, FIRST, Quota.ALL);
    fleet.agents().forEach(agent -> agent.temper(Temper.FINE.withHealth(Temper.Hook.FAILS)));
    deploy("d2", TWO, rollout);
    fleet.pass(60_000);
    assertThat(state("d2")).isEqualTo(new DeploymentState.RolledBack());
    assertThat(part("d2", inWave("d2", 1)).state()).isEqualTo(MachineState.CANCELLED);
    assertThat(with(ONE)).hasSize(4);
    assertThat(fleet.checks().switches(inWave("d2", 0), "d2")).isEqualTo(1);
    assertThat(fleet.checks().switches(inWave("d2", 1), "d2")).isZero();
    fleet.settle(REST_MILLIS_MAX);
  }

  @Test
  void aQuorumDoesNotWaitForStragglersAndTheyGoOn() {
    begin(4);
    fleet.agent("m3").kill();
    fleet.pass(1_000);
    deploy("d2", TWO, quorum(new Quota(75, true)));
    fleet.pass(20_000);
    assertThat(state("d2")).isEqualTo(new DeploymentState.Done());
    assertThat(part("d2", "m3").state()).isEqualTo(MachineState.WAITING);
    fleet.settle(REST_MILLIS_MAX);
    assertThat(with(TWO)).hasSize(4);
  }

  // ---- users ------------------------------------------------------------------------------

  @Test
  void aNewerOneTakesOverMidway() {
    begin(4);
    deploy("d2", TWO, waves(new Gate(Quota.ALL, 5_000, "", Quota.ALL, false), FIRST, Quota.ALL));
    fleet.pass(10_000);
    String first = inWave("d2", 0);
    assertThat(with(TWO)).containsExactly(first);
    fleet.publisher("p3", FleetSimulation.content(3));
    fleet.pass(500);
    deploy("d3", FleetSimulation.content(3), RolloutPlan.PLAIN);
    fleet.settle(REST_MILLIS_MAX);
    assertThat(state("d2")).isEqualTo(new DeploymentState.Cancelled());
    assertThat(with(FleetSimulation.content(3))).hasSize(4);
    assertThat(fleet.checks().switches(first, "d2")).isEqualTo(1);
    assertThat(fleet.checks().switches(inWave("d2", 1), "d2")).isZero();
  }

  @Test
  void theSwitchForTheWholeFleetStopsAllTransfers() {
    begin(4);
    deploy("d2", TWO, RolloutPlan.PLAIN);
    fleet.pass(1_500);
    fleet.ask(new PlannerEvent.HaltRequested(true));
    fleet.pass(500);
    List<Long> before = pieces();
    fleet.agent("m0").kill();
    fleet.agent("m0").start();
    fleet.pass(300_000);
    assertThat(pieces()).isEqualTo(before);
    assertThat(with(TWO)).isEmpty();
    fleet.ask(new PlannerEvent.HaltRequested(false));
    fleet.pass(60_000);
    assertThat(with(TWO)).hasSize(4);
    assertThat(state("d2")).isEqualTo(new DeploymentState.Done());
    fleet.settle(REST_MILLIS_MAX);
  }

  private List<Long> pieces() {
    return fleet.agents().stream().map(agent -> agent.disk().pieces(TWO)).toList();
  }

  @Test
  void anAgentThatDoesNothingAgainIsLeftWithWhatItHas() {
    fleet =
        new FleetSimulation(
            1, FleetSimulation.SETTINGS, new FleetSimulation.Planting(PlannerDriver::new, false));
    begin(2);
    deploy("d2", TWO, RolloutPlan.PLAIN);
    fleet.pass(1_500);
    fleet.publishers().forEach(SimulatedPublisher::stop);
    fleet.pass(120_000);
    assertThat(part("d2", "m0").why()).contains("no progress");
    fleet.publishers().forEach(SimulatedPublisher::start);
    fleet.agents().forEach(agent -> agent.line().network(false));
    fleet.pass(20_000);
    fleet.agents().forEach(agent -> agent.line().network(true));
    fleet.pass(60_000);
    assertThat(with(TWO)).isEmpty(); // what the agents did before Assignments.assign was changed
  }

  // ---- the coordinator --------------------------------------------------------------------

  /** Two waves, a soak, health and install hooks; asked for until it is accepted. */
  private void rollOut() {
    Gate gate = new Gate(Quota.ALL, 2_000, "ready", Quota.NONE, true);
    askUntilAnswered(plan("d2", TWO, "all", AgentRun.POST_INSTALL, waves(gate, FIRST, Quota.ALL)));
  }

  private void askUntilAnswered(DeploymentPlan plan) {
    boolean[] answered = {false};
    for (int tries = 0; !answered[0] && fleet.row("d2") == null && tries < 20; tries++) {
      fleet.ask(
          new PlannerEvent.DeployRequested(plan),
          answer -> {
            assertThat(answer).isInstanceOf(PlannerEffect.Accepted.class);
            answered[0] = true;
          });
      fleet.pass(3_000);
    }
    assertThat(fleet.row("d2")).isNotNull();
  }

  @Test
  void aCoordinatorThatIsKilledAtAnyStepLosesNothingAndDoesNothingTwice() {
    begin(3);
    long before = fleet.coordinator().steps();
    rollOut();
    fleet.pass(60_000);
    assertThat(state("d2")).isEqualTo(new DeploymentState.Done());
    long steps = fleet.coordinator().steps() - before;
    assertThat(steps).isGreaterThan(50);
    for (long step = 1; step <= steps; step++) {
      fleet = new FleetSimulation(1);
      begin(3);
      assertThat(fleet.coordinator().steps()).isEqualTo(before);
      fleet.coordinator().dieAt(before + step, 4_000);
      rollOut();
      fleet.pass(60_000);
      fleet.settle(REST_MILLIS_MAX);
      assertThat(fleet.coordinator().deaths()).as("killed at step %d", step).isEqualTo(1);
      assertThat(state("d2")).as("killed at step %d", step).isEqualTo(new DeploymentState.Done());
      assertThat(with(TWO)).as("killed at step %d", step).hasSize(3);
      for (SimulatedAgent agent : fleet.agents()) {
        assertThat(fleet.checks().switches(agent.name(), "d2"))
            .as("%s when it is killed at step %d", agent.name(), step)
            .isEqualTo(1);
      }
    }
  }
}
