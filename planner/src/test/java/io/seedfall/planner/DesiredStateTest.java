package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.InfoHash;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulation of fleets has found: what machines should have, whatever comes between. */
final class DesiredStateTest {
  private static final InfoHash OTHER = InfoHash.parse("cd".repeat(32));
  private static final String PLACE = "models/current";
  private static final Quota ONE = new Quota(1, false);

  /** Only for those that are there. */
  private static final RolloutPlan ONCE =
      new RolloutPlan(true, false, List.of(), "", Gate.OPEN, Quota.ALL, 0, Pace.FREE);

  private PlannerDrive drive = new PlannerDrive();

  @BeforeEach
  void begin() {
    publish();
  }

  private void publish() {
    drive.publisher("p");
    drive.handle(new PlannerEvent.AgentHolds("p", OTHER, true));
  }

  private static RolloutPlan rollout(boolean staged, Gate gate, Quota... waves) {
    return new RolloutPlan(false, staged, List.of(waves), "", gate, Quota.ALL, 0, Pace.FREE);
  }

  private List<String> deployOther(String id, String selector, RolloutPlan rollout) {
    return drive.deploy(id, selector, PLACE, OTHER, rollout);
  }

  private List<String> pause(String id, boolean paused) {
    return drive.handle(new PlannerEvent.PauseRequested(id, paused));
  }

  private MachineState state(String id, String agent) {
    return drive.running(id).machines().stream()
        .filter(machine -> machine.agent().equals(agent))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private String waveOf(String id, int wave) {
    return drive.running(id).machines().stream()
        .filter(machine -> machine.wave() == wave)
        .map(MachineSnapshot::agent)
        .findFirst()
        .orElseThrow();
  }

  // ---- one that never passed its gates ----------------------------------------------------

  @Test
  void newcomersGetNothingThatWasGivenUpBeforeItsLastWave() {
    drive.machine("a", Map.of("zone", "x"));
    drive.machine("b", Map.of("zone", "x"));
    Gate soaks = new Gate(Quota.ALL, 60_000, "", Quota.ALL, false);
    drive.deploy("d1", rollout(false, soaks, ONE, Quota.ALL));
    drive.installed("d1", waveOf("d1", 0));
    String second = waveOf("d1", 1);
    deployOther("d2", "all", RolloutPlan.PLAIN);
    assertThat(state("d1", second)).isEqualTo(MachineState.CANCELLED);
    drive.cancel("d2");
    drive.leave(second);
    assertThat(drive.machine(second, Map.of("zone", "x"))).noneMatch(l -> l.contains("assign"));
    assertThat(drive.join("c")).noneMatch(line -> line.contains("assign"));
    drive.checkStore();
  }

  @Test
  void newcomersDoNotInstallWhatFailedWhileItWasStaged() {
    drive.machines("a");
    drive.deploy("d1", rollout(true, Gate.OPEN));
    drive.report("a", "d1", MachineState.FAILED, "disk full", 0);
    assertThat(drive.join("b")).noneMatch(line -> line.contains("assign"));
    drive.leave("a");
    assertThat(drive.join("a")).noneMatch(line -> line.contains("assign"));
    drive.checkStore();
  }

  // ---- what a newer one leaves ------------------------------------------------------------

  @Test
  void whenTheNewerIsCancelledTheOlderGoesOn() {
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.installed("d1", "b");
    deployOther("d2", "all", RolloutPlan.PLAIN);
    assertThat(state("d1", "a")).isEqualTo(MachineState.CANCELLED);
    assertThat(drive.cancel("d2")).anyMatch(line -> line.startsWith("a: assign d1 with"));
    assertThat(drive.lines()).noneMatch(line -> line.startsWith("b: assign"));
    drive.checkStore();
  }

  @Test
  void whenTheNewerIsStoppedTheOlderGoesOn() {
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    deployOther("d2", "all", rollout(false, new Gate(Quota.ALL, 0, "", Quota.NONE, false)));
    assertThat(drive.report("b", "d2", MachineState.FAILED, "disk full", 0))
        .anyMatch(line -> line.startsWith("a: assign d1 with"));
    drive.checkStore();
  }

  @Test
  void anOlderOneStandsUntilTheNewerIsDecided() {
    drive.machines("a", "b");
    drive.deploy("d1", ONCE);
    drive.installed("d1", "a");
    deployOther("d2", "all", RolloutPlan.PLAIN);
    assertThat(drive.planner.deployment("d1")).isNotNull();
    drive.installed("d2", "a", "b");
    drive.pass(Deployment.WITHDRAWN_MILLIS - 1);
    assertThat(drive.planner.deployment("d1")).isNotNull();
    drive.pass(1);
    assertThat(drive.planner.deployment("d1")).isNull();
    drive.checkStore();
  }

  @Test
  void anOlderOneStandsForMachinesThatTheNewerNoLongerMatches() {
    drive.machine("a", Map.of("zone", "x"));
    drive.machine("b", Map.of("zone", "x"));
    drive.deploy("d1", ONCE);
    drive.installed("d1", "a", "b");
    deployOther("d2", "zone=x", RolloutPlan.PLAIN);
    drive.installed("d2", "a");
    drive.leave("a");
    drive.machine("a", Map.of("zone", "y"));
    drive.installed("d2", "b");
    assertThat(drive.planner.deployment("d1")).isNotNull();
    drive.checkStore();
  }

  @Test
  void labelsThatGoAndComeBackLeaveNothingOfTheOlderBehind() {
    drive.machine("a", Map.of("zone", "x"));
    drive.deploy("d1", "all");
    deployOther("d2", "zone=x", RolloutPlan.PLAIN);
    drive.installed("d2", "a");
    drive.leave("a");
    assertThat(drive.machine("a", Map.of("zone", "y"))).contains("a: assign d1 with p* attempt 2");
    drive.leave("a");
    drive.machine("a", Map.of("zone", "x"));
    assertThat(state("d1", "a")).isEqualTo(MachineState.CANCELLED);
    assertThat(drive.lines()).noneMatch(line -> line.contains("assign d1"));
    drive.checkStore();
  }

  @Test
  void whoeverMissedThatItIsWithdrawnIsToldAgain() {
    drive.machines("a", "b");
    drive.deploy("d1", rollout(true, Gate.OPEN));
    drive.report("a", "d1", MachineState.STAGED, "", 100);
    drive.leave("a");
    drive.cancel("d1");
    assertThat(drive.join("a")).contains("a: withdraw d1 cancelled");
    assertThat(drive.join("c")).noneMatch(line -> line.contains("withdraw"));
  }

  @Test
  void whatWasInstalledThoughItWasWithdrawnGoesAgain() {
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.installed("d1", "a", "b");
    deployOther("d2", "all", RolloutPlan.PLAIN);
    drive.report("a", "d2", MachineState.INSTALLING, "", 100);
    drive.cancel("d2");
    assertThat(drive.report("a", "d2", MachineState.INSTALLED, "", 100))
        .anyMatch(line -> line.startsWith("a: assign d1 with"));
    assertThat(state("d1", "b")).isEqualTo(MachineState.INSTALLED);
    drive.checkStore();
  }

  @Test
  void aMachineThatWasSetUpAnewGetsTheOlderWhenTheNewerGoes() {
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.installed("d1", "a");
    drive.leave("a");
    deployOther("d2", "all", RolloutPlan.PLAIN);
    drive.reimaged("a");
    drive.join("a");
    assertThat(drive.cancel("d2")).anyMatch(line -> line.startsWith("a: assign d1 with"));
    drive.checkStore();
  }

  @Test
  void aWordFromBeforeItBeganAgainDoesNotEndItsPart() {
    drive.machines("a");
    drive.deploy("d1", "all");
    deployOther("d2", "all", RolloutPlan.PLAIN);
    drive.cancel("d2");
    assertThat(state("d1", "a")).isEqualTo(MachineState.WAITING);
    drive.report("a", "d1", MachineState.CANCELLED, "superseded by d2", 0);
    assertThat(state("d1", "a")).isEqualTo(MachineState.WAITING);
    drive.report("a", "d1", MachineState.FETCHING, "", 1);
    assertThat(drive.report("a", "d1", MachineState.CANCELLED, "", 1))
        .anyMatch(line -> line.startsWith("a: assign d1 with"));
    drive.checkStore();
  }

  // ---- staging ----------------------------------------------------------------------------

  @Test
  void whoeverMissedTheActivationIsToldAgain() {
    drive.machines("a", "b");
    drive.deploy("d1", rollout(true, Gate.OPEN));
    drive.report("a", "d1", MachineState.STAGED, "", 100);
    drive.report("b", "d1", MachineState.STAGED, "", 100);
    drive.handle(new PlannerEvent.ActivateRequested("d1"));
    drive.leave("a");
    assertThat(drive.join("a")).contains("a: assign d1 with p* b", "a: activate d1");
    drive.checkStore();
  }

  @Test
  void whatWasStagedForLongHasItsWholeWindowWhenItIsActivated() {
    drive.machines("a");
    drive.deploy("d1", rollout(true, Gate.OPEN));
    drive.report("a", "d1", MachineState.STAGED, "", 100);
    drive.pass(10 * PlannerDrive.SETTINGS.stallMillisMax());
    drive.handle(new PlannerEvent.ActivateRequested("d1"));
    assertThat(drive.pass(PlannerDrive.SETTINGS.stallMillisMax() - 1)).isEmpty();
    assertThat(drive.pass(1)).anyMatch(line -> line.startsWith("store d1 a FAILED no progress"));
  }

  // ---- standing still ---------------------------------------------------------------------

  @Test
  void whoeverComesBackHearsThatItIsPaused() {
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.leave("a");
    pause("d1", true);
    assertThat(drive.join("a")).contains("a: pace d1 paused").noneMatch(l -> l.contains("assign"));
  }

  @Test
  void whoeverServesHearsThatItGoesOnAgain() {
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.installed("d1", "a");
    drive.holds("a", true);
    pause("d1", true);
    assertThat(drive.lines()).contains("a: seed to b p* paused");
    assertThat(pause("d1", false)).contains("a: seed to b p*");
    pause("d1", true);
    assertThat(drive.cancel("d1")).contains("a: seed to");
  }

  @Test
  void aPauseOfOneDeploymentDoesNotStillTheContentForAnother() {
    drive = new PlannerDrive(new PlannerSettings(600_000, 300_000, 2, 2, 9, 1, 8, 12, 9));
    publish();
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.installed("d1", "a");
    drive.holds("a", true);
    pause("d1", true);
    assertThat(drive.lines()).contains("a: seed to b p* paused");
    assertThat(drive.deploy("d2", "all", "models/other")).contains("a: seed to b p*");
  }

  @Test
  void aPauseOverARestartDoesNotShortenASoak() {
    drive.machines("a");
    drive.deploy("d1", rollout(false, new Gate(Quota.ALL, 60_000, "", Quota.NONE, false)));
    drive.installed("d1", "a");
    pause("d1", true);
    drive.pass(500_000);
    drive = drive.restarted();
    publish();
    drive.join("a");
    drive.pass(1_000);
    pause("d1", false);
    assertThat(drive.pass(59_999)).isEmpty();
    assertThat(drive.pass(1)).contains("store d1 DONE 1 machine installed it");
    drive.checkStore();
  }

  // ---- neighbours -------------------------------------------------------------------------

  @Test
  void whoeverJoinedBeforeItsWaveHasNeighboursWhenItBegins() {
    drive.machines("a", "b");
    drive.deploy("d1", rollout(false, Gate.OPEN, ONE, Quota.ALL));
    assertThat(drive.join("c")).noneMatch(line -> line.contains("assign"));
    assertThat(drive.installed("d1", waveOf("d1", 0))).contains("c: assign d1 with p*");
  }

  @Test
  void neighboursThatDoSomethingElseNowCountAsGone() {
    drive.machine("a", Map.of("zone", "x"));
    for (int i = 0; i < 30; i++) {
      drive.machine("m" + (100 + i), Map.of("zone", "y"));
    }
    drive.deploy("d1", "all");
    drive.handle(new PlannerEvent.AgentLeft("p"));
    drive.join("q");
    drive.holds("q", true);
    drive.handle(new PlannerEvent.AgentHolds("q", OTHER, true));
    deployOther("d2", "zone=y", RolloutPlan.PLAIN);
    assertThat(drive.pass(Planner.SWEEP_MILLIS))
        .anyMatch(line -> line.startsWith("a: neighbours d1") && line.contains(" q"));
  }

  @Test
  void whoeverGetsNothingIsIntroducedToAFullCopy() {
    PlannerSettings one = new PlannerSettings(600_000, 300_000, 2, 2, 1, 1, 8, 12, 1_000);
    drive = new PlannerDrive(one);
    publish();
    drive.machines("a", "b", "c", "d", "e");
    drive.deploy("d1", "all");
    for (String name : List.of("a", "b", "c", "d", "e")) {
      drive.report(name, "d1", MachineState.FETCHING, "", 0);
    }
    assertThat(drive.pass(Planner.STARVING_MILLIS - 1)).isEmpty();
    List<String> fed = drive.pass(1);
    assertThat(fed).filteredOn(line -> line.matches("[a-e]: neighbours d1.* p\\*.*")).hasSize(4);
    assertThat(drive.pass(Planner.STARVING_MILLIS)).isEmpty();
  }

  @Test
  void afterARestartAPublisherThatIsNotBackYetIsNoReasonToFail() {
    drive.machine("a", Map.of());
    drive.deploy("d1", "all");
    drive = drive.restarted();
    assertThat(drive.machine("b", Place.ELSEWHERE)).contains("b: assign d1 with");
    assertThat(state("d1", "b")).isEqualTo(MachineState.WAITING);
    drive.checkStore();
  }
}
