package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.seedfall.protocol.Seeds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One test a rule. Effects are read as lines: see {@link PlannerDrive}. */
final class PlannerTest {
  private final PlannerDrive drive = new PlannerDrive();

  @Test
  void aDeploymentIsStoredAcceptedAndAssignedInThatOrder() {
    drive.publisher("p");
    drive.machines("a", "b");
    assertThat(drive.deploy("d1", "all"))
        .containsExactly(
            "store d1 ROLLING asked for on 2 machines; holders p; a WAITING, b WAITING",
            "accepted d1",
            "p: seed source to a b",
            "a: assign d1 with p* b",
            "b: assign d1 with p* a");
  }

  @Test
  void oneMachineAloneHasTheHolderOnly() {
    drive.publisher("p");
    drive.machines("a");
    assertThat(drive.deploy("d1", "all")).contains("p: seed source to a", "a: assign d1 with p*");
  }

  @Test
  void aSelectorThatMatchesNobodyIsRefused() {
    drive.publisher("p");
    drive.machines("a");
    assertThat(drive.deploy("d1", "zone=z"))
        .containsExactly(
            "refused d1 NO_MATCHING_AGENTS no agent matches zone=z"
                + " (1 known; 'seedfall agents' shows their labels)");
  }

  @Test
  void anArtifactWithoutAFullCopyIsRefused() {
    drive.machines("a");
    assertThat(drive.deploy("d1", "all"))
        .containsExactly(
            "refused d1 NO_FULL_COPY no connected agent or publisher holds all of model@1:"
                + " publish it again");
    drive.publisher("p");
    drive.leave("p");
    assertThat(drive.deploy("d2", "all")).first().asString().startsWith("refused d2 NO_FULL_COPY");
  }

  @Test
  void aCopyOnLoopbackIsNoneForAMachineElsewhere() {
    drive.publisher("p");
    drive.machine("a", Place.LOOPBACK);
    drive.machine("b", Place.ELSEWHERE);
    assertThat(drive.deploy("d1", "all"))
        .containsExactly(
            "refused d1 NO_REACHABLE_COPY model@1 is seeded at 127.0.0.1:1, which no other machine"
                + " reaches, and 1 machine is elsewhere (b at 10.0.0.7:2): seed it with"
                + " --listen ADDRESS:PORT --insecure");
    drive.machine("c", Place.ELSEWHERE);
    assertThat(line(drive.deploy("d2", "all"), "refused d2"))
        .contains("2 machines are elsewhere (b at");
    drive.publisher("q", Place.SAME_MACHINE);
    assertThat(drive.deploy("d3", "all")).contains("accepted d3");
  }

  @Test
  void aCopyOnLoopbackIsOneForTheWholeMachine() {
    drive.publisher("p");
    drive.machine("a", Place.LOOPBACK);
    drive.machine("b", Place.SAME_MACHINE);
    assertThat(drive.deploy("d1", "all"))
        .contains("accepted d1", "p: seed source to a b", "a: assign d1 with p* b");
  }

  @Test
  void aMachineOnLoopbackFailsAtOnceWhenTheCopyIsElsewhere() {
    drive.publisher("p", Place.ELSEWHERE);
    drive.machine("a", Place.LOOPBACK);
    drive.machine("b", Place.ELSEWHERE);
    drive.machine("c", Place.SAME_MACHINE);
    assertThat(drive.deploy("d1", "all"))
        .contains("accepted d1", "b: assign d1 with p* a c", "c: assign d1 with p* a b")
        .noneMatch(line -> line.startsWith("a:"));
    assertThat(drive.running("d1").machines().getFirst().why())
        .startsWith("it listens at 10.0.0.7:2, which no other machine reaches: start its agent");
    drive.report("b", "d1", MachineState.INSTALLED, "", 100);
    assertThat(drive.report("c", "d1", MachineState.INSTALLED, "", 100))
        .anyMatch(line -> line.startsWith("store d1 FAILED 1 of 3 machines failed; a: it listens"));
  }

  @Test
  void aDeploymentOfWhichNoMachineCanBeReachedEndsWithTheNextSweep() {
    drive.publisher("p", Place.ELSEWHERE);
    drive.machine("a", Place.LOOPBACK);
    assertThat(drive.deploy("d1", "all")).contains("accepted d1");
    assertThat(drive.pass(Planner.SWEEP_MILLIS))
        .anyMatch(line -> line.startsWith("store d1 FAILED 1 of 1 machine failed; a: it listens"));
    assertThat(drive.planner.runningCount()).isZero();
    drive.checkStore();
  }

  @Test
  void runningDeploymentsEndAtTheirLimit() {
    drive.publisher("p");
    drive.machines("a");
    int max = PlannerDrive.SETTINGS.runningMax();
    for (int i = 0; i < max; i++) {
      assertThat(drive.deploy("d" + i, "all", "place" + i)).contains("accepted d" + i);
    }
    assertThat(drive.deploy("more", "all", "elsewhere"))
        .first()
        .asString()
        .startsWith("refused more LIMIT_REACHED");
  }

  @Test
  void aPublisherIsNeverATarget() {
    drive.publisher("p");
    assertThat(drive.deploy("d1", "all"))
        .first()
        .asString()
        .startsWith("refused d1 NO_MATCHING_AGENTS");
  }

  @Test
  void aMachineThatIsAwayButWasSeenLatelyIsATarget() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.leave("b");
    drive.pass(PlannerDrive.SETTINGS.awayMillisMax() - 1);
    assertThat(drive.deploy("d1", "all"))
        .contains("a: assign d1 with p* b")
        .noneMatch(line -> line.startsWith("b:"));
    assertThat(drive.join("b")).contains("b: assign d1 with p* a");
  }

  @Test
  void aMachineThatIsAwayForLongIsNoTarget() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.leave("b");
    drive.pass(PlannerDrive.SETTINGS.awayMillisMax());
    assertThat(drive.deploy("d1", "all")).contains("a: assign d1 with p*");
    drive.leave("a");
    drive.pass(PlannerDrive.SETTINGS.awayMillisMax());
    assertThat(drive.deploy("d2", "all"))
        .last()
        .asString()
        .startsWith("refused d2 NO_MATCHING_AGENTS 2 machines match all, but none was seen");
  }

  @Test
  void reportsMoveAMachineAndTheLastOneEndsTheDeployment() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    assertThat(drive.report("a", "d1", MachineState.FETCHING, "", 10))
        .containsExactly("store d1 a FETCHING  10");
    assertThat(drive.report("a", "d1", MachineState.FETCHING, "", 20)).isEmpty();
    assertThat(drive.report("a", "d1", MachineState.INSTALLED, "", 100))
        .containsExactly("store d1 a INSTALLED  100");
    assertThat(drive.report("b", "d1", MachineState.INSTALLED, "", 100))
        .containsExactly(
            "store d1 b INSTALLED  100", "store d1 DONE 2 machines installed it", "p: seed to");
    assertThat(drive.running("d1").state()).isEqualTo(new DeploymentState.Done());
    assertThat(drive.planner.runningCount()).isZero();
    assertThat(drive.planner.nextDeadlineMillis()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void oneFailedMachineFailsTheDeploymentWhenAllHaveFinished() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    assertThat(drive.report("a", "d1", MachineState.FAILED, "disk full", 10))
        .containsExactly("store d1 a FAILED disk full 10");
    assertThat(drive.report("b", "d1", MachineState.INSTALLED, "", 100))
        .contains("store d1 FAILED 1 of 2 machines failed; a: disk full");
  }

  @Test
  void anAgentThatReconnectsGetsItsUnfinishedAssignmentsAgain() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.FETCHING, "", 10);
    drive.report("b", "d1", MachineState.INSTALLED, "", 100);
    drive.leave("a");
    assertThat(drive.join("a")).contains("a: assign d1 with p* b");
    drive.leave("b");
    assertThat(drive.join("b")).noneMatch(line -> line.contains("assign"));
  }

  @Test
  void anAgentThatComesBackElsewhereIsIntroducedToItsNeighbours() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.leave("a");
    assertThat(drive.joinAt("a", "127.0.0.9:9"))
        .containsExactly(
            "store agent a connected",
            "p: seed source to a b",
            "b: neighbours d1 p* a",
            "a: assign d1 with p* b");
  }

  @Test
  void aNewerDeploymentToTheSamePlaceSupersedesTheOlder() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.report("b", "d1", MachineState.INSTALLED, "", 100);
    assertThat(drive.deploy("d2", "all"))
        .containsSubsequence(
            "store d1 a CANCELLED superseded by d2 0",
            "a: withdraw d1 superseded by d2",
            "store d1 CANCELLED superseded by d2",
            "a: assign d2 with p* b");
  }

  @Test
  void aNewerDeploymentElsewhereOrOnOthersSupersedesNothing() {
    drive.publisher("p");
    drive.machine("a", Map.of("zone", "x"));
    drive.machine("b", Map.of("zone", "y"));
    drive.deploy("d1", "zone=x", "here");
    assertThat(drive.deploy("d2", "zone=x", "there")).noneMatch(l -> l.contains("superseded"));
    assertThat(drive.deploy("d3", "zone=y", "here")).noneMatch(l -> l.contains("superseded"));
    assertThat(drive.planner.runningCount()).isEqualTo(3);
  }

  @Test
  void aPartlySupersededDeploymentGoesOnOnTheOtherMachines() {
    drive.publisher("p");
    drive.machine("a", Map.of("zone", "x"));
    drive.machine("b", Map.of("zone", "y"));
    drive.deploy("d1", "all");
    assertThat(drive.deploy("d2", "zone=x")).contains("store d1 a CANCELLED superseded by d2 0");
    assertThat(drive.report("b", "d1", MachineState.INSTALLED, "", 100))
        .contains("store d1 DONE 1 machine installed it");
  }

  @Test
  void cancelWithdrawsWhatIsUnfinished() {
    drive.publisher("p");
    drive.machines("a", "b", "c");
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.INSTALLED, "", 100);
    drive.leave("c");
    assertThat(drive.cancel("d1"))
        .containsExactly(
            "store d1 b CANCELLED cancelled 0",
            "b: withdraw d1 cancelled",
            "store d1 c CANCELLED cancelled 0",
            "store d1 CANCELLED cancelled",
            "p: seed to",
            "accepted d1");
    assertThat(drive.cancel("d1"))
        .containsExactly("refused d1 NOT_RUNNING deployment d1 is over, cancelled");
  }

  @Test
  void whoeverWorksForNothingIsTold() {
    drive.publisher("p");
    drive.machines("a", "b");
    assertThat(drive.report("a", "d0", MachineState.FETCHING, "", 1))
        .containsExactly("a: withdraw d0 that deployment is over");
    assertThat(drive.report("a", "d0", MachineState.INSTALLED, "", 1)).isEmpty();
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.FAILED, "disk full", 1);
    assertThat(drive.report("a", "d1", MachineState.FETCHING, "", 1))
        .containsExactly("a: withdraw d1 disk full");
    assertThat(drive.report("a", "d1", MachineState.INSTALLED, "", 1)).isEmpty();
  }

  @Test
  void aConnectedMachineWithoutProgressFailsAtTheEndOfItsWindow() {
    long stall = PlannerDrive.SETTINGS.stallMillisMax();
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.pass(stall - 1);
    drive.report("a", "d1", MachineState.FETCHING, "", 10);
    drive.pass(stall - 1);
    drive.report("a", "d1", MachineState.FETCHING, "", 11);
    assertThat(drive.pass(stall - 1)).isEmpty();
    drive.report("a", "d1", MachineState.FETCHING, "", 11);
    assertThat(drive.pass(1))
        .containsExactly(
            "store d1 a FAILED no progress for 300 s while FETCHING 11",
            "a: withdraw d1 no progress for 300 s while FETCHING",
            "store d1 FAILED 1 of 1 machine failed; a: no progress for 300 s while FETCHING",
            "p: seed to");
  }

  @Test
  void steppingBackAndForthIsNoProgress() {
    long stall = PlannerDrive.SETTINGS.stallMillisMax();
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.FETCHING, "", 10);
    drive.pass(stall - 1);
    drive.report("a", "d1", MachineState.WAITING, "", 10);
    assertThat(drive.pass(1)).anyMatch(line -> line.startsWith("store d1 a FAILED no progress"));
  }

  @Test
  void aMachineThatStaysAwayFailsAtTheEndOfItsWindow() {
    long away = PlannerDrive.SETTINGS.awayMillisMax();
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.leave("a");
    assertThat(drive.pass(away - 1)).isEmpty();
    assertThat(drive.pass(1))
        .contains(
            "store d1 a FAILED away for 600 s; it gets it when it is back 0",
            "store d1 FAILED 1 of 1 machine failed; a: away for 600 s;"
                + " it gets it when it is back");
  }

  @Test
  void comingBackRenewsPatience() {
    long stall = PlannerDrive.SETTINGS.stallMillisMax();
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.leave("a");
    drive.pass(stall);
    drive.join("a");
    assertThat(drive.pass(stall - 1)).isEmpty();
    assertThat(drive.pass(1)).isNotEmpty();
  }

  @Test
  void losingTheLastFullCopyIsSaidAndTheMachinesGoOn() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.FETCHING, "", 10);
    drive.leave("p");
    assertThat(drive.pass(1_000))
        .containsExactly(
            "store d1 ROLLING no full copy is connected;"
                + " the machines go on with what they have together");
    assertThat(drive.pass(1_000)).isEmpty();
    drive.holds("a", true);
    assertThat(drive.pass(1_000))
        .containsExactly("store d1 ROLLING a full copy is connected again");
    drive.report("a", "d1", MachineState.INSTALLED, "", 100);
    assertThat(drive.report("b", "d1", MachineState.INSTALLED, "", 100))
        .contains("store d1 DONE 2 machines installed it");
  }

  @Test
  void aStallWithoutAFullCopySaysSo() {
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", "all");
    drive.leave("p");
    assertThat(drive.pass(PlannerDrive.SETTINGS.stallMillisMax()))
        .contains(
            "store d1 a FAILED no progress for 300 s while WAITING,"
                + " and no full copy is connected 0");
  }

  @Test
  void theHolderThatComesBackServesTheSameReceiversAgain() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.leave("p");
    assertThat(drive.publisher("p"))
        .contains("p: seed source to a b", "a: neighbours d1 p* b", "b: neighbours d1 p* a");
  }

  @Test
  void aNewFullCopyServesADeploymentWhoseHoldersAreGone() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    assertThat(drive.publisher("q")).isEmpty();
    drive.leave("q");
    drive.leave("p");
    assertThat(drive.publisher("q"))
        .containsExactly(
            "store d1 holder q 1",
            "a: neighbours d1 q* b",
            "b: neighbours d1 q* a",
            "q: seed to a b");
  }

  @Test
  void exactlyOneHolderIsTheSourceAndPublishersComeFirst() {
    drive.machine("h", Map.of("zone", "h"));
    drive.holds("h", true);
    drive.publisher("p");
    drive.machine("a", Map.of("zone", "x"));
    assertThat(drive.deploy("d1", "zone=x"))
        .contains("p: seed source to a", "h: seed to a", "a: assign d1 with p* h*");
  }

  @Test
  void aTargetThatHoldsItAlreadyIsAssignedAllTheSame() {
    drive.machines("a", "b");
    drive.holds("a", true);
    assertThat(drive.deploy("d1", "all"))
        .contains("a: seed source to b", "a: assign d1 with b", "b: assign d1 with a*");
  }

  @Test
  void aHolderServesAllRunningDeploymentsOfItsContentTogether() {
    drive.publisher("p");
    drive.machine("a", Map.of("zone", "x"));
    drive.machine("b", Map.of("zone", "y"));
    drive.deploy("d1", "zone=x", "here");
    assertThat(drive.deploy("d2", "zone=y", "there")).contains("p: seed source to a b");
    assertThat(drive.cancel("d1")).contains("p: seed source to b");
  }

  @Test
  void holdersEndAtTheirLimit() {
    drive.publisher("p");
    for (int i = 0; i < PlannerDrive.SETTINGS.holdersMax(); i++) {
      drive.machine("h" + i, Map.of("zone", "h"));
      drive.holds("h" + i, true);
    }
    drive.machine("a", Map.of("zone", "x"));
    drive.deploy("d1", "zone=x");
    assertThat(drive.running("d1").holders())
        .hasSize(PlannerDrive.SETTINGS.holdersMax())
        .first()
        .isEqualTo(new DeploymentSnapshot.Holder("p", 0));
  }

  @Test
  void whatWasRestoredGoesOnWithTheSameNeighbours() {
    drive.publisher("p");
    for (int i = 0; i < 60; i++) {
      drive.machines("m" + i);
    }
    List<String> before = drive.deploy("d1", "all");
    drive.report("m1", "d1", MachineState.INSTALLED, "", 100);

    PlannerDrive after = drive.restarted();
    assertThat(after.lines())
        .containsExactly(
            "store d1 ROLLING the coordinator was restarted; its machines went on meanwhile");
    assertThat(after.publisher("p")).contains(line(before, "p: seed"));
    assertThat(after.join("m0")).contains(line(before, "m0: assign"));
    assertThat(after.join("m1")).noneMatch(line -> line.contains("assign"));
  }

  @Test
  void theCoordinatorsOwnAbsenceIsNobodysFault() {
    long away = PlannerDrive.SETTINGS.awayMillisMax();
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.pass(1_000);
    drive.now += 10 * away;
    PlannerDrive after = drive.restarted();
    assertThat(after.pass(Planner.RETURN_MILLIS - 1)).isEmpty();
    assertThat(after.pass(1)).allMatch(line -> line.contains("no full copy is connected"));
    after.publisher("p");
    assertThat(after.deploy("d2", "all", "elsewhere")).contains("accepted d2");
    assertThat(after.pass(away)).anyMatch(line -> line.startsWith("store d1 a FAILED away"));
  }

  @Test
  void aDeploymentWhoseMachinesHadAllFinishedEndsAtTheRestart() {
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", "all");
    DeploymentSnapshot running = drive.running("d1");
    DeploymentSnapshot torn =
        new DeploymentSnapshot(
            running.plan(),
            new DeploymentState.Rolling(0),
            "",
            0,
            0,
            1,
            false,
            Pace.FREE,
            true,
            true,
            running.holders(),
            List.of(new MachineSnapshot("a", MachineState.INSTALLED, "", Progress.NONE, 0, false)));
    PlannerDrive after = new PlannerDrive();
    after.handle(
        new PlannerEvent.Restored(drive.planner.agents(), List.of(torn), false, List.of()));
    assertThat(after.lines()).contains("store d1 DONE 1 machine installed it");
  }

  @Test
  void theMachineThatIsAwayLongestIsForgottenWhenThereAreTooMany() {
    int max = PlannerDrive.SMALL.agentsMax();
    PlannerDrive small = new PlannerDrive(PlannerDrive.SMALL);
    for (int i = 0; i < max; i++) {
      small.machines("m" + i);
    }
    small.leave("m1");
    small.pass(10);
    small.leave("m2");
    assertThat(small.planner.agents()).hasSize(max);
    assertThat(small.join("new")).contains("forget m1");
    assertThat(small.planner.agents()).hasSize(max);
  }

  @Test
  void whatCannotHappenIsABug() {
    drive.machines("a");
    assertThatIllegalStateException().isThrownBy(() -> drive.join("a"));
    assertThatIllegalStateException().isThrownBy(() -> drive.leave("nobody"));
    assertThatIllegalStateException().isThrownBy(() -> drive.holds("nobody", true));
    drive.leave("a");
    assertThatIllegalStateException().isThrownBy(() -> drive.publisher("a"));
    assertThatIllegalStateException()
        .isThrownBy(
            () -> drive.handle(new PlannerEvent.Restored(List.of(), List.of(), false, List.of())));
  }

  /** Any order of events: nothing throws, everything ends, the store's rows tell the same story. */
  @Test
  void whateverHappensEveryDeploymentEndsAndTheStoreKnowsIt() {
    Seeds.check(
        200,
        random -> {
          PlannerDrive any = new PlannerDrive();
          List<String> names = List.of("a", "b", "c", "d", "e");
          for (int step = 0; step < 150; step++) {
            String name = names.get(random.nextInt(names.size()));
            String id = "d" + random.nextInt(6);
            boolean connected = any.isConnected(name);
            switch (random.nextInt(9)) {
              case 0 -> {
                if (!connected) {
                  if (random.nextInt(4) > 0) {
                    any.joinAt(name, "127.0.0.1:" + (1 + random.nextInt(3)));
                  } else {
                    Place[] places = Place.values();
                    any.machine(name, places[random.nextInt(places.length)]);
                  }
                }
              }
              case 1 -> {
                if (connected) {
                  any.leave(name);
                }
              }
              case 2 -> {
                if (connected) {
                  any.holds(name, random.nextInt(4) > 0);
                }
              }
              case 3 -> any.deploy("d" + (10 + step), "all", "place" + random.nextInt(2));
              case 4 -> any.cancel(any.anyRunning(random, id));
              case 5 -> any.pass(random.nextInt(120_000));
              default -> {
                if (connected) {
                  MachineState[] states = MachineState.values();
                  any.report(
                      name,
                      any.anyRunning(random, id),
                      states[1 + random.nextInt(states.length - 1)],
                      "",
                      random.nextInt(100));
                }
              }
            }
            any.checkStore();
          }
          any.pass(PlannerDrive.SETTINGS.awayMillisMax());
          any.pass(PlannerDrive.SETTINGS.awayMillisMax());
          assertThat(any.planner.runningCount()).isZero();
          any.checkStore();
        });
  }

  private static String line(List<String> lines, String prefix) {
    return lines.stream().filter(line -> line.startsWith(prefix)).findFirst().orElseThrow();
  }
}
