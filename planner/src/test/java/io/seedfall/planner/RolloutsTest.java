package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a deployment does over time: newcomers, waves, gates, staging, ways back, standing still.
 */
final class RolloutsTest {
  private static final InfoHash OTHER = InfoHash.parse("cd".repeat(32));
  private static final String PLACE = "models/current";

  private final PlannerDrive drive = new PlannerDrive();

  @BeforeEach
  void begin() {
    drive.publisher("p");
  }

  /** A rollout in these waves, with this gate. */
  private static RolloutPlan waves(Gate gate, Quota... waves) {
    return new RolloutPlan(false, false, List.of(waves), "", gate, Quota.ALL, 0, Pace.FREE);
  }

  private static RolloutPlan quorum(Quota quorum, long deadlineMillis) {
    return new RolloutPlan(
        false, false, List.of(), "", Gate.OPEN, quorum, deadlineMillis, Pace.FREE);
  }

  private static RolloutPlan staged(Quota quorum, Quota... waves) {
    return new RolloutPlan(false, true, List.of(waves), "", Gate.OPEN, quorum, 0, Pace.FREE);
  }

  private static Quota machines(int count) {
    return new Quota(count, false);
  }

  private static Gate gate(long soakMillis, String hook, Quota maxFailed, boolean rollBack) {
    return new Gate(Quota.ALL, soakMillis, hook, maxFailed, rollBack);
  }

  /** Machines of a wave, as the deployment drew them. */
  private String[] wave(String id, int wave) {
    return drive.running(id).machines().stream()
        .filter(machine -> machine.wave() == wave)
        .map(MachineSnapshot::agent)
        .toArray(String[]::new);
  }

  private DeploymentState state(String id) {
    return drive.running(id).state();
  }

  private MachineState state(String id, String agent) {
    return drive.running(id).machines().stream()
        .filter(machine -> machine.agent().equals(agent))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private List<String> version2(String id, RolloutPlan rollout) {
    return drive.deploy(id, "all", PLACE, OTHER, rollout);
  }

  /** Everybody has version 1, and holds it; the publisher has both. */
  private void versionOneOn(String... names) {
    drive.machines(names);
    drive.deploy("d1", RolloutPlan.PLAIN);
    drive.installed("d1", names);
    for (String name : names) {
      drive.holds(name, true);
    }
    drive.handle(new PlannerEvent.AgentHolds("p", OTHER, true));
  }

  // ---- who gets it ------------------------------------------------------------------------

  @Test
  void whoeverJoinsLaterAndMatchesGetsTheNewestOfEachPlace() {
    drive.machine("a", Map.of("role", "x"));
    drive.deploy("d1", "role=x");
    drive.installed("d1", "a");
    assertThat(drive.machine("b", Map.of("role", "x")))
        .contains("b: assign d1 with p*", "store d1 b WAITING it joined 0");
    assertThat(drive.machine("c", Map.of("role", "y"))).noneMatch(l -> l.contains("d1"));
    assertThat(drive.installed("d1", "b")).contains("store d1 b INSTALLED  100");
    drive.checkStore();
  }

  @Test
  void onceMeansWhoeverWasThere() {
    drive.machines("a");
    drive.deploy(
        "d1", new RolloutPlan(true, false, List.of(), "", Gate.OPEN, Quota.ALL, 0, Pace.FREE));
    assertThat(drive.join("b")).noneMatch(line -> line.contains("d1"));
    drive.installed("d1", "a");
    assertThat(drive.join("c")).noneMatch(line -> line.contains("d1"));
  }

  @Test
  void aMachineThatWasAwayOrFailedTriesAgainWhenItIsBack() {
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.installed("d1", "b");
    drive.leave("a");
    drive.pass(PlannerDrive.SETTINGS.awayMillisMax());
    assertThat(state("d1")).isEqualTo(new DeploymentState.Failed());
    assertThat(drive.join("a")).anyMatch(line -> line.startsWith("a: assign d1 with p* b"));
    assertThat(drive.installed("d1", "a")).contains("store d1 a INSTALLED  100");
    assertThat(state("d1")).isEqualTo(new DeploymentState.Failed());
    drive.checkStore();
  }

  @Test
  void aMachineThatAlwaysFailsDoesNotTryForEver() {
    drive.machines("a");
    drive.deploy("d1", "all");
    int tries = 0;
    do {
      tries++;
      drive.report("a", "d1", MachineState.FAILED, "disk full", 1);
      drive.leave("a");
    } while (drive.join("a").stream().anyMatch(line -> line.startsWith("a: assign")));
    assertThat(tries).isEqualTo(Machine.TRIES_MAX);
  }

  @Test
  void aMachineThatWasSetUpAnewGetsItAgain() {
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.installed("d1", "a");
    drive.leave("a");
    assertThat(drive.join("a")).noneMatch(line -> line.contains("assign"));
    drive.leave("a");
    drive.reimaged("a");
    assertThat(drive.join("a"))
        .contains(
            "store d1 a WAITING what was in place there is gone 0",
            "a: assign d1 with p* attempt 2");
  }

  @Test
  void labelsMayChangeMidway() {
    drive.machine("a", Map.of("role", "x"));
    drive.machine("b", Map.of("role", "x"));
    drive.deploy("d1", "role=x");
    drive.leave("a");
    assertThat(drive.machine("a", Map.of("role", "y")))
        .contains(
            "store d1 a CANCELLED its labels no longer match 0",
            "a: withdraw d1 its labels no longer match");
    assertThat(drive.installed("d1", "b")).contains("store d1 DONE 1 machine installed it");
    drive.leave("a");
    assertThat(drive.machine("a", Map.of("role", "x"))).anyMatch(l -> l.startsWith("a: assign d1"));
  }

  @Test
  void theNewestThatHasComeToAMachineSaysWhatItShouldHave() {
    versionOneOn("a", "b");
    version2("d2", waves(gate(0, "", Quota.NONE, false), machines(1), Quota.ALL));
    String second = wave("d2", 1)[0];
    assertThat(drive.join("c"))
        .as("its wave has not come: it gets what is in force")
        .anyMatch(line -> line.startsWith("c: assign d1"));
    assertThat(state("d2", "c")).isEqualTo(MachineState.PENDING);
    drive.installed("d1", "c");
    drive.installed("d2", wave("d2", 0));
    assertThat(state("d2")).isEqualTo(new DeploymentState.Rolling(1));
    drive.installed("d2", second, "c");
    assertThat(state("d2")).isEqualTo(new DeploymentState.Done());
    assertThat(drive.planner.deployment("d1")).as("nothing is left of it to say").isNull();
    drive.checkStore();
  }

  // ---- waves ------------------------------------------------------------------------------

  @Test
  void wavesBeginOneAfterTheOther() {
    String[] names = IntStream.range(0, 20).mapToObj(i -> "m" + (10 + i)).toArray(String[]::new);
    drive.machines(names);
    drive.deploy(
        "d1", waves(gate(0, "", Quota.NONE, false), machines(1), new Quota(10, true), Quota.ALL));
    assertThat(wave("d1", 0)).hasSize(1);
    assertThat(wave("d1", 1)).hasSize(1);
    assertThat(wave("d1", 2)).hasSize(18);
    drive.holds(wave("d1", 0)[0], true);
    assertThat(drive.installed("d1", wave("d1", 0)))
        .contains("store d1 ROLLING 1 wave 2 of 3 begins")
        .anyMatch(line -> line.startsWith(wave("d1", 1)[0] + ": assign d1 with p* "));
    assertThat(drive.installed("d1", wave("d1", 1)).stream().filter(l -> l.contains(": assign")))
        .hasSize(18);
    assertThat(drive.installed("d1", wave("d1", 2)))
        .contains("store d1 DONE 20 machines installed it");
    drive.checkStore();
  }

  @Test
  void wavesByLabelGoThroughItsValuesInOrder() {
    drive.machine("a", Map.of("zone", "z2"));
    drive.machine("b", Map.of("zone", "z1"));
    drive.machine("c", Map.of());
    drive.deploy(
        "d1", new RolloutPlan(false, false, List.of(), "zone", Gate.OPEN, Quota.ALL, 0, Pace.FREE));
    assertThat(wave("d1", 0)).containsExactly("b");
    assertThat(wave("d1", 1)).containsExactly("a");
    assertThat(wave("d1", 2)).containsExactly("c");
  }

  @Test
  void moreValuesThanWavesShareTheLast() {
    for (int i = 0; i < Waves.WAVES_MAX + 3; i++) {
      drive.machine("m" + (100 + i), Map.of("zone", "z" + (100 + i)));
    }
    drive.deploy(
        "d1", new RolloutPlan(false, false, List.of(), "zone", Gate.OPEN, Quota.ALL, 0, Pace.FREE));
    assertThat(drive.running("d1").waveCount()).isEqualTo(Waves.WAVES_MAX);
    assertThat(wave("d1", Waves.WAVES_MAX - 1)).hasSize(4);
  }

  @Test
  void aWaveSoaksAndIsAskedForItsHealthBeforeTheNext() {
    drive.machines("a", "b");
    drive.deploy("d1", waves(gate(60_000, "ready", Quota.NONE, false), machines(1), Quota.ALL));
    String first = wave("d1", 0)[0];
    String second = wave("d1", 1)[0];
    assertThat(drive.installed("d1", first))
        .contains("store d1 SOAKING 1 of 1 machines have it; nothing may fail now");
    assertThat(drive.pass(59_999)).isEmpty();
    assertThat(drive.pass(1))
        .contains("store d1 CHECKING hook ready is asked", first + ": health d1 ready");
    assertThat(drive.handle(new PlannerEvent.HealthReported(first, "d1", true, "fine")))
        .contains("store d1 ROLLING 1 wave 2 of 2 begins")
        .anyMatch(line -> line.startsWith(second + ": assign d1"));
    drive.installed("d1", second);
    assertThat(drive.pass(60_000))
        .contains(first + ": health d1 ready", second + ": health d1 ready");
    drive.handle(new PlannerEvent.HealthReported(first, "d1", true, ""));
    assertThat(drive.handle(new PlannerEvent.HealthReported(second, "d1", true, "")))
        .contains("store d1 DONE 2 machines installed it");
    drive.checkStore();
  }

  @Test
  void aMachineWhoseHealthHookSaysNoHasFailed() {
    drive.machines("a", "b");
    drive.deploy("d1", waves(gate(0, "ready", Quota.NONE, false), machines(1), Quota.ALL));
    String first = wave("d1", 0)[0];
    drive.installed("d1", first);
    assertThat(drive.handle(new PlannerEvent.HealthReported(first, "d1", false, "exit 1")))
        .contains(
            "store d1 " + first + " FAILED health hook ready: exit 1 100",
            "store d1 FAILED 1 of 2 machines failed; "
                + first
                + ": health hook ready: exit 1; at most 0 may");
    assertThat(state("d1", wave("d1", 1)[0])).isEqualTo(MachineState.CANCELLED);
    assertThat(drive.join("c")).noneMatch(line -> line.contains("d1"));
    drive.checkStore();
  }

  @Test
  void silenceIsNoHealth() {
    drive.machines("a");
    drive.deploy("d1", waves(gate(0, "ready", Quota.NONE, false)));
    drive.installed("d1", "a");
    assertThat(drive.pass(Course.HEALTH_MILLIS_MAX - 1)).isEmpty();
    assertThat(drive.pass(1))
        .anyMatch(l -> l.startsWith("store d1 a FAILED health hook ready did not answer"));
  }

  @Test
  void healthIsAskedAgainOfWhoeverComesBack() {
    drive.machines("a");
    drive.deploy("d1", waves(gate(0, "ready", Quota.NONE, false)));
    drive.installed("d1", "a");
    drive.leave("a");
    assertThat(drive.join("a")).contains("a: health d1 ready");
    PlannerDrive after = drive.restarted();
    after.publisher("p");
    assertThat(after.join("a")).contains("a: health d1 ready");
    assertThat(after.handle(new PlannerEvent.HealthReported("a", "d1", true, "")))
        .contains("store d1 DONE 1 machine installed it");
  }

  @Test
  void tooManyFailuresStopWhatHasNotBegun() {
    drive.machines("a", "b", "c", "d");
    drive.deploy("d1", waves(gate(0, "", machines(1), false), machines(3), Quota.ALL));
    String[] first = wave("d1", 0);
    drive.report(first[0], "d1", MachineState.FAILED, "disk full", 0);
    assertThat(state("d1")).isEqualTo(new DeploymentState.Rolling(0));
    assertThat(drive.report(first[1], "d1", MachineState.FAILED, "disk full", 0))
        .contains(
            first[2]
                + ": withdraw d1 stopped: 2 of 4 machines failed; "
                + first[0]
                + ": disk full; at most 1 may");
    assertThat(state("d1")).isEqualTo(new DeploymentState.Failed());
    drive.checkStore();
  }

  @Test
  void failuresWithinTheLimitDoNotFailADeployment() {
    drive.machines("a", "b", "c");
    drive.deploy("d1", waves(gate(0, "", machines(1), false)));
    drive.report("a", "d1", MachineState.FAILED, "disk full", 0);
    assertThat(drive.installed("d1", "b", "c"))
        .contains("store d1 DONE 2 of 3 machines installed it");
  }

  // ---- quorum and deadline ----------------------------------------------------------------

  @Test
  void itIsDoneWithItsQuorumAndTheOthersGoOn() {
    drive.machines("a", "b", "c");
    drive.deploy("d1", quorum(new Quota(60, true), 0));
    assertThat(drive.installed("d1", "a", "b"))
        .contains("store d1 DONE 2 of 3 machines installed it; 1 go on");
    assertThat(drive.planner.runningCount()).isZero();
    assertThat(drive.report("c", "d1", MachineState.FETCHING, "", 50))
        .containsExactly("store d1 c FETCHING  50");
    assertThat(drive.installed("d1", "c")).contains("store d1 c INSTALLED  100");
    drive.checkStore();
  }

  @Test
  void aDeadlineDecides() {
    drive.machines("a", "b");
    drive.deploy("d1", quorum(Quota.ALL, 30_000));
    drive.installed("d1", "a");
    assertThat(drive.pass(29_999)).isEmpty();
    assertThat(drive.pass(1)).contains("store d1 FAILED its time is up: 1 of 2 machines have it");
    assertThat(drive.installed("d1", "b")).contains("store d1 b INSTALLED  100");
    drive.checkStore();
  }

  // ---- staging ----------------------------------------------------------------------------

  @Test
  void whatIsStagedWaitsToBeActivatedEverywhereAtOnce() {
    drive.machines("a", "b");
    assertThat(drive.deploy("d1", staged(Quota.ALL)))
        .contains("a: stage d1 with p* b", "b: stage d1 with p* a");
    assertThat(drive.handle(new PlannerEvent.ActivateRequested("d1")))
        .containsExactly(
            "refused d1 NOT_STAGED 0 of 2 machines have every byte, 100% of them must:"
                + " wait for that");
    drive.report("a", "d1", MachineState.STAGED, "", 100);
    drive.leave("b");
    assertThat(drive.join("b")).contains("b: stage d1 with p* a");
    assertThat(drive.report("b", "d1", MachineState.STAGED, "", 100))
        .contains("store d1 STAGED 2 of 2 machines have every byte");
    assertThat(drive.pass(10 * PlannerDrive.SETTINGS.stallMillisMax())).isEmpty();
    assertThat(drive.handle(new PlannerEvent.ActivateRequested("d1")))
        .containsExactly(
            "accepted d1", "store d1 ROLLING activated", "a: activate d1", "b: activate d1");
    assertThat(drive.installed("d1", "a", "b")).contains("store d1 DONE 2 machines installed it");
    drive.checkStore();
  }

  @Test
  void stagedBytesAreActivatedInWavesWhenThereAreSome() {
    drive.machines("a", "b", "c");
    drive.deploy("d1", staged(new Quota(60, true), machines(1), Quota.ALL));
    String first = wave("d1", 0)[0];
    String[] others = wave("d1", 1);
    drive.report(first, "d1", MachineState.STAGED, "", 100);
    drive.report(others[0], "d1", MachineState.STAGED, "", 100);
    assertThat(state("d1")).isEqualTo(new DeploymentState.Staged());
    assertThat(drive.handle(new PlannerEvent.ActivateRequested("d1")))
        .contains(first + ": activate d1")
        .noneMatch(line -> line.startsWith(others[0] + ": activate"));
    assertThat(drive.installed("d1", first))
        .contains(others[0] + ": activate d1", others[1] + ": activate d1");
    drive.leave(others[1]);
    assertThat(drive.join(others[1])).anyMatch(l -> l.startsWith(others[1] + ": assign d1"));
  }

  @Test
  void aRestartForgetsNoPhase() {
    drive.machines("a", "b");
    drive.deploy("d1", staged(Quota.ALL));
    drive.report("a", "d1", MachineState.STAGED, "", 100);
    drive.report("b", "d1", MachineState.STAGED, "", 100);
    PlannerDrive after = drive.restarted();
    assertThat(after.running("d1").state()).isEqualTo(new DeploymentState.Staged());
    after.publisher("p");
    assertThat(after.join("a")).anyMatch(line -> line.startsWith("a: stage d1"));
    after.join("b");
    assertThat(after.handle(new PlannerEvent.ActivateRequested("d1"))).contains("a: activate d1");
    after.checkStore();
  }

  // ---- back -------------------------------------------------------------------------------

  @Test
  void aFailedGateBringsBackTheVersionBefore() {
    versionOneOn("a", "b", "c");
    version2("d2", waves(gate(0, "", Quota.NONE, true), machines(1), Quota.ALL));
    String first = wave("d2", 0)[0];
    List<String> back = drive.report(first, "d2", MachineState.FAILED, "broken", 0);
    assertThat(back)
        .anyMatch(
            line -> line.startsWith("store d2 ROLLEDBACK") && line.contains("brings back model@1"))
        .anyMatch(line -> line.startsWith(first + ": assign d2-back"));
    assertThat(drive.installed("d2-back", "a", "b", "c"))
        .contains("store d2-back DONE 3 machines installed it");
    assertThat(drive.planner.deployment("d2")).isNull();
    assertThat(drive.join("d")).anyMatch(line -> line.startsWith("d: assign d2-back"));
    drive.checkStore();
  }

  @Test
  void withoutAVersionBeforeAFailedGateStops() {
    drive.machines("a", "b");
    drive.deploy("d1", waves(gate(0, "", Quota.NONE, true), machines(1), Quota.ALL));
    assertThat(drive.report(wave("d1", 0)[0], "d1", MachineState.FAILED, "broken", 0))
        .anyMatch(l -> l.startsWith("store d1 FAILED") && l.contains("no version before"));
  }

  @Test
  void aRollbackMayBeAskedForAtAnyTime() {
    versionOneOn("a", "b");
    assertThat(drive.handle(new PlannerEvent.RollbackRequested("d1", "r0", "ann")))
        .first()
        .asString()
        .startsWith("refused d1 NO_VERSION_BEFORE nothing was in place at models/current");
    version2("d2", RolloutPlan.PLAIN);
    drive.installed("d2", "a");
    assertThat(drive.handle(new PlannerEvent.RollbackRequested("d2", "r1", "ann")))
        .contains(
            "accepted r1",
            "store d2 b CANCELLED rolled back: rolled back 0",
            "store d2 ROLLEDBACK rolled back; r1 brings back model@1")
        .anyMatch(line -> line.startsWith("a: assign r1"))
        .anyMatch(line -> line.startsWith("b: assign r1"));
    drive.installed("r1", "a", "b");
    assertThat(drive.handle(new PlannerEvent.RollbackRequested("r1", "r2", "ann")))
        .as("and back again")
        .anyMatch(line -> line.contains("r2 brings back model@cd"));
    drive.checkStore();
  }

  // ---- standing still ---------------------------------------------------------------------

  @Test
  void aPausedDeploymentLosesNoPatienceAndTellsNobodyAnything() {
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.FETCHING, "", 10);
    assertThat(drive.handle(new PlannerEvent.PauseRequested("d1", true)))
        .containsExactly(
            "store d1 ROLLING paused",
            "accepted d1",
            "p: seed source to a b paused",
            "a: pace d1 paused",
            "b: pace d1 paused");
    assertThat(drive.handle(new PlannerEvent.PauseRequested("d1", true)))
        .containsExactly("refused d1 NOTHING_TO_CHANGE deployment d1 is paused already");
    drive.leave("b");
    assertThat(drive.join("b")).noneMatch(line -> line.contains("assign"));
    assertThat(drive.pass(10 * PlannerDrive.SETTINGS.stallMillisMax())).isEmpty();
    assertThat(drive.handle(new PlannerEvent.PauseRequested("d1", false)))
        .contains("a: pace d1", "b: assign d1 with p* a");
    assertThat(drive.pass(PlannerDrive.SETTINGS.stallMillisMax() - 1)).isEmpty();
    drive.checkStore();
  }

  @Test
  void aPauseDoesNotShortenASoak() {
    drive.machines("a");
    drive.deploy("d1", waves(gate(60_000, "", Quota.NONE, false)));
    drive.installed("d1", "a");
    drive.pass(30_000);
    drive.handle(new PlannerEvent.PauseRequested("d1", true));
    assertThat(drive.pass(500_000)).isEmpty();
    drive.handle(new PlannerEvent.PauseRequested("d1", false));
    assertThat(drive.pass(29_999)).isEmpty();
    assertThat(drive.pass(1)).contains("store d1 DONE 1 machine installed it");
  }

  @Test
  void theSwitchForTheWholeFleetStopsEverybodyAndWhoeverJoins() {
    drive.machines("a");
    drive.deploy("d1", "all");
    assertThat(drive.handle(new PlannerEvent.HaltRequested(true)))
        .contains("store halted true", "accepted ", "a: halt", "p: halt");
    assertThat(drive.handle(new PlannerEvent.HaltRequested(true)))
        .containsExactly("refused  NOTHING_TO_CHANGE all transfers stand still already");
    assertThat(drive.join("b")).contains("b: halt").noneMatch(l -> l.contains("assign"));
    assertThat(drive.pass(10 * PlannerDrive.SETTINGS.stallMillisMax())).isEmpty();
    PlannerDrive after = drive.restarted();
    assertThat(after.publisher("p")).contains("p: halt");
    assertThat(after.join("a")).contains("a: halt");
    assertThat(after.handle(new PlannerEvent.HaltRequested(false)))
        .contains("a: go", "a: assign d1 with p*");
    after.checkStore();
  }

  @Test
  void paceIsSaidToMachinesAndHolders() {
    drive.machines("a");
    drive.deploy("d1", "all");
    Pace urgent = new Pace(Pace.Priority.URGENT, 1_000);
    assertThat(drive.handle(new PlannerEvent.PaceRequested("d1", urgent)))
        .contains("accepted d1", "p: seed source to a URGENT 1000", "a: pace d1 URGENT 1000");
    assertThat(drive.running("d1").pace()).isEqualTo(urgent);
    drive.checkStore();
  }

  // ---- neighbours -------------------------------------------------------------------------

  @Test
  void whoeverLosesMostOfItsNeighboursGetsOthers() {
    for (int i = 0; i < 60; i++) {
      drive.machines("m" + (100 + i));
    }
    List<String> before = drive.deploy("d1", "all");
    String mine =
        before.stream().filter(l -> l.startsWith("m100: assign")).findFirst().orElseThrow();
    List<String> neighbours = List.of(mine.substring(mine.indexOf(" with ") + 6).split(" "));
    for (int i = 0; i < 60; i++) {
      drive.report("m" + (100 + i), "d1", MachineState.FETCHING, "", 1);
    }
    neighbours.stream().map(name -> name.replace("*", "")).forEach(drive::leave);
    List<String> repaired = drive.pass(Planner.SWEEP_MILLIS);
    assertThat(repaired).anyMatch(line -> line.startsWith("m100: neighbours d1"));
    assertThat(drive.pass(Planner.SWEEP_MILLIS)).noneMatch(line -> line.contains("neighbours"));
  }

  @Test
  void newcomersGetFullCopiesFirstAndNobodyServesMoreThanItsLimit() {
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.installed("d1", "a", "b");
    drive.holds("a", true);
    drive.holds("b", true);
    int joined = 200;
    for (int i = 0; i < joined; i++) {
      assertThat(drive.join("n" + (1_000 + i))).anyMatch(line -> line.contains(": assign d1 with"));
      drive.report("n" + (1_000 + i), "d1", MachineState.FETCHING, "", 1);
    }
    List<String> seeds = new ArrayList<>();
    for (String name : List.of("a", "b", "p")) {
      drive.holds(name, false);
      seeds.addAll(drive.holds(name, true));
    }
    assertThat(seeds)
        .allSatisfy(
            line -> assertThat(line.split(" ", -1).length).isLessThan(Links.EXTRA_MAX + 10));
  }

  // ---- limits -----------------------------------------------------------------------------

  @Test
  void theOldestThatOnlyStandsMakesRoom() {
    drive.machines("a");
    int max = PlannerDrive.SETTINGS.standingMax();
    for (int i = 0; i < max; i++) {
      drive.deploy("d" + i, "all", "place" + i);
      drive.installed("d" + i, "a");
    }
    assertThat(drive.planner.standing()).hasSize(max);
    assertThat(drive.deploy("more", "all", "elsewhere"))
        .contains("accepted more")
        .anyMatch(line -> line.startsWith("store d0 DONE retired"));
    assertThat(drive.planner.standing()).hasSize(max);
    drive.checkStore();
  }
}
