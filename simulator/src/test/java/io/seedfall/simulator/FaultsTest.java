package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Seeds;
import io.seedfall.swarm.DiskFault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What the world does to machines. In each of these the checkers require that whoever is alive and
 * honest finishes.
 */
final class FaultsTest {
  private static final int KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long MILLI_IN_NANOS = 1_000_000;
  private static final long RATE = 12_500_000;
  private static final NetworkSettings RACK_100_MBIT = NetworkSettings.flat(RATE, 100_000);
  private static final long FILE = 16 * MIB;

  /** A machine without power is noticed when it was silent for two minutes. */
  private static final long HALF_OPEN_NANOS_MAX = 300_000 * MILLI_IN_NANOS;

  /** Twelve receivers, 256 pieces; the bound is 1.36 s. */
  private static Scenario twelve() {
    return Scenario.deploy(12, FILE).pieceBytes(64 * KIB).network(RACK_100_MBIT);
  }

  private static Trigger afterMillis(long millis) {
    return new Trigger.At(millis * MILLI_IN_NANOS);
  }

  @Test
  void machinesThatDieMidwayDoNotKeepTheOthersFromFinishing() {
    SimulationResult result =
        twelve()
            .when(afterMillis(400), new Fault.Kill(3))
            .when(afterMillis(500), new Fault.Kill(4))
            .when(afterMillis(900), new Fault.Kill(5))
            .run();
    assertThat(result.finished()).isEqualTo(9);
    assertThat(result.failed()).isEqualTo(3);
    assertThat(result.ratio()).isLessThan(1.5);
  }

  @Test
  void machinesThatLosePowerLookAliveAndAreGivenUpAfterAWhile() {
    SimulationResult result =
        twelve()
            .when(afterMillis(600), new Fault.PowerOff(3))
            .when(afterMillis(600), new Fault.PowerOff(7))
            .limitNanos(HALF_OPEN_NANOS_MAX)
            .run();
    assertThat(result.finished()).isEqualTo(10);
  }

  @Test
  void aMachineThatRestartsWithItsJournalDoesNotFetchEverythingAgain() {
    SimulationResult kept = restarted(true);
    SimulationResult lost = restarted(false);
    assertThat(kept.finished()).isEqualTo(12);
    assertThat(lost.finished()).isEqualTo(12);
    assertThat(kept.receivedBytes().get(6)).isLessThan((long) (1.15 * FILE));
    assertThat(lost.receivedBytes().get(6)).isGreaterThan((long) (1.4 * FILE));
  }

  private static SimulationResult restarted(boolean journal) {
    return twelve()
        .when(new Trigger.PiecesVerified(6, 128), new Fault.Kill(6))
        .when(afterMillis(1_500), new Fault.Restart(6, journal))
        .run();
  }

  @Test
  void aSourceThatDiesOnceEveryPieceIsOutIsNotMissed() {
    SimulationResult result = twelve().when(new Trigger.OneCopyOut(0), new Fault.Kill(0)).run();
    assertThat(result.finished()).isEqualTo(12);
    assertThat(result.sourceCopies()).isLessThan(1.3);
  }

  @Test
  void aSourceWhoseFileChangesOnceEveryPieceIsOutIsNotMissed() {
    SimulationResult result =
        twelve()
            .when(new Trigger.OneCopyOut(0), new Fault.FailDisk(0, DiskFault.CONTENT_CHANGED))
            .run();
    assertThat(result.finished()).isEqualTo(12);
  }

  @Test
  void aPieceThatDiesWithItsOnlyReceiverIsDealtAgain() {
    Seeds.check(
        5,
        random -> {
          SimulationResult result =
              twelve()
                  .seed(random.nextLong())
                  .when(afterMillis(20 + random.nextInt(300)), new Fault.Kill(2))
                  .when(afterMillis(20 + random.nextInt(300)), new Fault.Kill(9))
                  .run();
          assertThat(result.finished()).isEqualTo(10);
        });
  }

  @Test
  void aFullDiskStopsItsMachineOnly() {
    SimulationResult result =
        twelve().when(afterMillis(500), new Fault.FailDisk(4, DiskFault.NO_SPACE)).run();
    assertThat(result.finished()).isEqualTo(11);
    assertThat(result.failed()).isEqualTo(1);
  }

  @Test
  void connectionsThatBreakAreMadeAgain() {
    Scenario scenario = twelve();
    for (int i = 1; i <= 12; i++) {
      scenario.when(afterMillis(300), new Fault.Cut(0, i));
      scenario.when(afterMillis(400), new Fault.Cut(i, i % 12 + 1));
    }
    assertThat(scenario.run().finished()).isEqualTo(12);
  }

  @Test
  void whoJoinsLateIsDoneSoonAfterwards() {
    SimulationResult result =
        twelve()
            .machine(5, machine -> machine.withJoin(700 * MILLI_IN_NANOS))
            .machine(11, machine -> machine.withJoin(2_500 * MILLI_IN_NANOS))
            .run();
    assertThat(result.finished()).isEqualTo(12);
    long needed = Math.round(FILE * 1e9 / RATE);
    assertThat(result.finishedAtNanos().get(11))
        .isBetween(2_500 * MILLI_IN_NANOS + needed, 2_500 * MILLI_IN_NANOS + 2 * needed);
  }

  @Test
  void slowMachinesDoNotSlowDownTheOthers() {
    SimulationResult result =
        twelve()
            .machine(3, machine -> machine.withLink(RATE / 2))
            .machine(8, machine -> machine.withLink(RATE / 2))
            .run();
    assertThat(result.finished()).isEqualTo(12);
    List<Long> times = new ArrayList<>(result.finishedAtNanos());
    long slowest =
        Collections.max(
            List.of(times.get(1), times.get(2), times.get(4), times.get(5), times.get(6)));
    System.out.printf(
        "two of twelve at half rate: the others %.3f of the bound%n",
        (double) slowest / result.boundNanos());
    assertThat(slowest).isLessThan((long) (1.5 * result.boundNanos()));
    assertThat(result.ratio()).isLessThan(2.6);
  }

  @Test
  void slowHashingAndSlowDisksSetThePace() {
    SimulationResult result =
        twelve()
            .machine(3, machine -> machine.withDisk(RATE / 2))
            .machine(8, machine -> machine.withHashing(RATE / 2))
            .run();
    assertThat(result.finished()).isEqualTo(12);
    assertThat(result.ratio()).isBetween(1.9, 2.8);
  }

  @Test
  void racksBehindSharedUplinksFinish() {
    SimulationResult result =
        Scenario.deploy(24, FILE)
            .pieceBytes(64 * KIB)
            .racks(3)
            .network(RACK_100_MBIT.withRackBytesPerSecond(2 * RATE))
            .run();
    System.out.printf(
        "3 racks of 8, 4:1: ratio %.3f, %.2f copies a rack%n",
        result.ratio(), result.crossRackCopies());
    assertThat(result.finished()).isEqualTo(24);
  }

  @Test
  void randomFaultsAtRandomTimes() {
    Seeds.check(
        12,
        random -> {
          int receivers = 2 + random.nextInt(18);
          Scenario scenario =
              Scenario.deploy(receivers, 1 + random.nextLong(8 * MIB))
                  .pieceBytes((32 * KIB) << random.nextInt(3))
                  .network(
                      NetworkSettings.flat(RATE << random.nextInt(6), 50_000)
                          .withJitterNanos(random.nextInt(100_000)))
                  .seed(random.nextLong())
                  .limitNanos(HALF_OPEN_NANOS_MAX);
          List<Integer> victims = new ArrayList<>();
          for (int i = 1; i <= receivers; i++) {
            victims.add(i);
          }
          Collections.shuffle(victims, Random.from(random));
          for (int i = 0; i < receivers / 3; i++) {
            int victim = victims.get(i);
            Trigger when = afterMillis(random.nextInt(600));
            switch (random.nextInt(5)) {
              case 0 -> scenario.when(when, new Fault.Kill(victim));
              case 1 -> scenario.when(when, new Fault.PowerOff(victim));
              case 2 -> scenario.when(when, new Fault.FailDisk(victim, DiskFault.IO_ERROR));
              case 3 -> scenario.when(when, new Fault.Cut(victim, random.nextInt(receivers)));
              default -> {
                scenario.when(when, new Fault.Kill(victim));
                scenario.when(
                    afterMillis(700 + random.nextInt(600)),
                    new Fault.Restart(victim, random.nextBoolean()));
              }
            }
          }
          scenario.run();
        });
  }
}
