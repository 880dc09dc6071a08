package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Reason;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;

/** Partitions, half-open connections, slow disks and clock jumps do what their names say. */
final class NetworkFaultsTest {
  private static final long MILLI_IN_NANOS = 1_000_000;
  private static final long ONE_WAY_NANOS = 100_000;
  private static final int BLOCK = 16 * 1024;

  private Talker first = new Talker(new Simulation(twelve()).machine(0));
  private Talker second = first;

  private static void sayNothing(Machine machine, int slot) {}

  private static Scenario twelve() {
    return Scenario.deploy(12, 16 << 20)
        .pieceBytes(4 * BLOCK)
        .network(NetworkSettings.flat(12_500_000, ONE_WAY_NANOS));
  }

  /** Two machines; the first dials the second and both greet each other as told. */
  private Scenario two(ObjIntConsumer<Machine> dialler, ObjIntConsumer<Machine> acceptor) {
    return Scenario.deploy(1, 4 * BLOCK)
        .pieceBytes(4 * BLOCK)
        .network(NetworkSettings.flat(12_500_000, ONE_WAY_NANOS))
        .program(
            0,
            (simulation, machine) ->
                first = new Talker(machine).dials(simulation.machine(1)).greets(dialler))
        .program(1, (simulation, machine) -> second = new Talker(machine).greets(acceptor))
        .limitNanos(60_000 * MILLI_IN_NANOS);
  }

  private static void ends(Scenario scenario) {
    assertThatThrownBy(scenario::run).isInstanceOf(CheckViolation.class);
  }

  private static Fault partition(Fault.Direction direction, long millis) {
    return new Fault.Partition(List.of(0), direction, millis * MILLI_IN_NANOS);
  }

  @Test
  void aDialThroughAPartitionComesToNothingAfterItsTime() {
    ends(
        two(NetworkFaultsTest::sayNothing, NetworkFaultsTest::sayNothing)
            .when(new Trigger.At(0), partition(Fault.Direction.IN, 10_000)));
    assertThat(first.log()).isEmpty();
    assertThat(second.log()).isEmpty();
  }

  @Test
  void whatIsSentIntoAPartitionArrivesWhenItEnds() {
    ends(
        two(
                (machine, slot) -> machine.send(slot, new PeerMessage.Have(0)),
                (machine, slot) -> machine.send(slot, new PeerMessage.Have(0)))
            .when(new Trigger.At(350_000), partition(Fault.Direction.OUT, 500)));
    long mended = 350_000 + 500 * MILLI_IN_NANOS;
    assertThat(first.all(PeerMessage.Have.class).getFirst().nanos()).isLessThan(MILLI_IN_NANOS);
    assertThat(second.all(PeerMessage.Have.class).getFirst().nanos())
        .isEqualTo(mended + ONE_WAY_NANOS);
  }

  @Test
  void againstTheDirectionOfAPartitionOneReceiveWindowPasses() {
    ends(
        two(
                (machine, slot) -> {
                  for (int i = 0; i < 20; i++) {
                    machine.sendBlock(slot, new Block(0, 0, BLOCK), false);
                  }
                },
                NetworkFaultsTest::sayNothing)
            .when(new Trigger.At(350_000), partition(Fault.Direction.IN, 1_000)));
    List<Talker.Happened> blocks = second.all(Block.class);
    long mended = 350_000 + 1_000 * MILLI_IN_NANOS;
    assertThat(blocks).hasSize(20);
    long before = blocks.stream().filter(block -> block.nanos() < mended).count();
    assertThat(before).isBetween(3L, 6L);
  }

  @Test
  void newsOfAClosedConnectionWaitForTheEndOfAPartition() {
    ends(
        two((machine, slot) -> machine.wakeAt(10 * MILLI_IN_NANOS), NetworkFaultsTest::sayNothing)
            .when(new Trigger.At(5 * MILLI_IN_NANOS), partition(Fault.Direction.OUT, 100))
            .when(new Trigger.At(10 * MILLI_IN_NANOS), new Fault.Kill(0)));
    assertThat(second.all(Reason.class).getFirst().nanos())
        .isEqualTo(105 * MILLI_IN_NANOS + ONE_WAY_NANOS);
  }

  @Test
  void aPartitionLastsAtLeastItsLeastTime() {
    assertThat(new Fault.Partition(List.of(1), Fault.Direction.BOTH, Fault.PARTITION_NANOS_MIN))
        .isNotNull();
    assertThatThrownBy(() ->
            new Fault.Partition(List.of(1), Fault.Direction.BOTH, Fault.PARTITION_NANOS_MIN - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: >= 1000000");
  }

  @Test
  void oneEndOfAHalfOpenConnectionKnowsNothing() {
    ends(
        two(NetworkFaultsTest::sayNothing, NetworkFaultsTest::sayNothing)
            .when(new Trigger.At(5 * MILLI_IN_NANOS), new Fault.HalfOpen(0, 1)));
    assertThat(first.all(Reason.class)).hasSize(1);
    assertThat(second.all(Reason.class)).isEmpty();
  }

  @Test
  void aPartitionInTheMiddleOfARunCostsItsTimeAndNoMore() {
    SimulationResult result =
        twelve()
            .when(
                new Trigger.At(300 * MILLI_IN_NANOS),
                new Fault.Partition(
                    List.of(1, 2, 3, 4), Fault.Direction.BOTH, 2_000 * MILLI_IN_NANOS))
            .run();
    assertThat(result.finished()).isEqualTo(12);
    assertThat(result.makespanNanos())
        .isBetween(2_300 * MILLI_IN_NANOS, 2_300 * MILLI_IN_NANOS + 2 * result.boundNanos());
  }

  @Test
  void aDiskThatBecomesSlowSetsItsMachinesPace() {
    SimulationResult result =
        twelve().when(new Trigger.At(0), new Fault.SlowDisk(3, 4_000_000)).run();
    long needed = Math.round((16 << 20) / 4_000_000.0 * 1e9);
    assertThat(result.finishedAtNanos().get(3)).isBetween(needed, needed * 5 / 4);
  }

  @Test
  void aClockThatJumpsAnHourKeepsNobodyFromFinishing() {
    SimulationResult result =
        twelve()
            .when(
                new Trigger.At(500 * MILLI_IN_NANOS),
                new Fault.JumpClock(5, 3_600_000 * MILLI_IN_NANOS))
            .when(
                new Trigger.At(600 * MILLI_IN_NANOS),
                new Fault.JumpClock(0, 3_600_000 * MILLI_IN_NANOS))
            .run();
    assertThat(result.finished()).isEqualTo(12);
  }

  @Test
  void aHealedCoreFinishesAndTheOthersNeedNot() {
    SimulationResult result =
        twelve()
            .when(new Trigger.At(200 * MILLI_IN_NANOS), new Fault.Kill(0))
            .when(new Trigger.At(300 * MILLI_IN_NANOS), new Fault.Kill(4))
            .when(new Trigger.At(300 * MILLI_IN_NANOS), partition(Fault.Direction.BOTH, 3_600_000))
            .when(
                new Trigger.At(1_000 * MILLI_IN_NANOS), new Fault.Heal(6, 20_000 * MILLI_IN_NANOS))
            .run();
    assertThat(result.finished()).isGreaterThanOrEqualTo(6);
  }

  @Test
  void withACoordinatorLateMachinesAreIntroducedWhenTheyCome() {
    SimulationResult result =
        twelve()
            .coordinatorAway(false)
            .machine(7, machine -> machine.withJoin(700 * MILLI_IN_NANOS))
            .run();
    assertThat(result.finished()).isEqualTo(12);
  }
}
