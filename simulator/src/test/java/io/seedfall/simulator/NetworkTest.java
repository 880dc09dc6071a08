package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The simulated network by itself: machine 0 dials the others and talks. */
final class NetworkTest {
  private static final int BLOCK = 16 * 1024;
  private static final int FRAME = BLOCK + Frame.PIECE_HEADER_BYTES;
  private static final long RATE = 10_000_000;
  private static final long LATENCY = 1_000_000;
  private static final long FRAME_NANOS = Math.round(FRAME * 1e9 / RATE);
  private static final NetworkSettings NETWORK = NetworkSettings.flat(RATE, LATENCY);

  /** When the dialler has its connection, and the other side. */
  private static final long DIALLED = 4 * LATENCY;

  private final List<Talker> talkers = new ArrayList<>();

  private void run(
      int receivers,
      UnaryOperator<Scenario> change,
      Consumer<Talker> sender,
      Consumer<Talker> each) {
    Scenario scenario = Scenario.deploy(receivers, 1 << 20).pieceBytes(1 << 16).network(NETWORK);
    for (int i = 0; i <= receivers; i++) {
      scenario.program(
          i,
          (simulation, machine) -> {
            Talker talker = new Talker(machine);
            talkers.add(talker);
            if (machine.id() > 0) {
              each.accept(talker);
              return talker;
            }
            for (int other = 1; other <= receivers; other++) {
              talker.dials(simulation.machine(other));
            }
            sender.accept(talker);
            return talker;
          });
    }
    change.apply(scenario).run();
  }

  private static void sendBlocks(Machine machine, int slot, int count) {
    for (int i = 0; i < count; i++) {
      machine.sendBlock(slot, new Block(0, i, BLOCK), false);
    }
  }

  private List<Talker.Happened> blocksAt(int machine) {
    return talkers.get(machine).all(Block.class);
  }

  @Test
  void blocksArriveAtTheRateOfTheCard() {
    run(
        1,
        scenario -> scenario,
        talker -> talker.greets((machine, slot) -> sendBlocks(machine, slot, 100)),
        talker -> talker.finishesAfterBlocks(100));
    assertThat(blocksAt(1).getFirst().nanos()).isEqualTo(DIALLED + LATENCY + FRAME_NANOS);
    assertThat(blocksAt(1).getLast().nanos())
        .isBetween(DIALLED + LATENCY + 99 * FRAME_NANOS, DIALLED + LATENCY + 101 * FRAME_NANOS);
  }

  @Test
  void aSlowReceiverHoldsTheSenderBack() {
    run(
        1,
        scenario -> scenario.machine(1, spec -> spec.withLink(RATE / 4)),
        talker -> talker.greets((machine, slot) -> sendBlocks(machine, slot, 100)),
        talker -> talker.finishesAfterBlocks(100));
    assertThat(blocksAt(1).getLast().nanos()).isGreaterThan(DIALLED + 399 * FRAME_NANOS);
    int buffered = NETWORK.sendBufferBytes() + NETWORK.receiveWindowBytes() + FRAME;
    long lastSent = talkers.get(0).all(Talker.Sent.class).getLast().nanos();
    assertThat(lastSent).isGreaterThan(DIALLED + 4L * (99 - buffered / FRAME) * FRAME_NANOS);
  }

  @Test
  void connectionsShareAnUplinkEvenly() {
    run(
        4,
        scenario -> scenario,
        talker -> talker.greets((machine, slot) -> sendBlocks(machine, slot, 25)),
        talker -> talker.finishesAfterBlocks(25));
    for (int i = 1; i <= 4; i++) {
      assertThat(blocksAt(i).getLast().nanos())
          .isBetween(DIALLED + LATENCY + 95 * FRAME_NANOS, DIALLED + LATENCY + 101 * FRAME_NANOS);
    }
  }

  @Test
  void sendersShareADownlink() {
    run(
        3,
        scenario ->
            scenario
                .machine(0, spec -> spec.withRole(Role.RECEIVER))
                .machine(1, spec -> spec.withRole(Role.SEED))
                .machine(2, spec -> spec.withRole(Role.SEED))
                .machine(3, spec -> spec.withRole(Role.SEED)),
        talker -> talker.finishesAfterBlocks(60),
        talker -> talker.greets((machine, slot) -> sendBlocks(machine, slot, 20)));
    long accepted = 3 * LATENCY;
    assertThat(blocksAt(0).getLast().nanos())
        .isBetween(accepted + LATENCY + 59 * FRAME_NANOS, accepted + LATENCY + 62 * FRAME_NANOS);
  }

  @Test
  void aBlockIsSentWhenItsLastByteIsInTheSendBuffer() {
    run(
        1,
        scenario -> scenario.network(NETWORK.withBuffers(2 * FRAME, 1 << 20, 1 << 20)),
        talker -> talker.greets((machine, slot) -> sendBlocks(machine, slot, 4)),
        talker -> talker.finishesAfterBlocks(4));
    assertThat(talkers.get(0).all(Talker.Sent.class).stream().map(Talker.Happened::nanos))
        .containsExactly(DIALLED, DIALLED, DIALLED + FRAME_NANOS, DIALLED + 2 * FRAME_NANOS);
  }

  @Test
  void aMessageWaitsForTheBlocksBeforeItOnItsConnectionOnly() {
    run(
        2,
        scenario -> scenario,
        talker ->
            talker.greets((machine, slot) -> {
              if (slot == 0) {
                sendBlocks(machine, slot, 3);
              }
              machine.send(slot, new PeerMessage.Have(7));
              if (slot == 1) {
                sendBlocks(machine, slot, 1);
              }
            }),
        talker -> talker.finishesAfterBlocks(1));
    assertThat(talkers.get(2).all(PeerMessage.Have.class).getFirst().nanos())
        .isEqualTo(DIALLED + LATENCY);
  }

  @Test
  void orderIsKeptUnderJitter() {
    Seeds.check(
        20,
        random -> {
          talkers.clear();
          run(
              1,
              scenario ->
                  scenario
                      .seed(random.nextLong())
                      .network(NETWORK.withJitterNanos(20 * FRAME_NANOS)),
              talker ->
                  talker.greets((machine, slot) -> {
                    for (int i = 0; i < 30; i++) {
                      machine.send(slot, new PeerMessage.Have(i));
                      machine.sendBlock(slot, new Block(0, i, BLOCK), false);
                    }
                  }),
              talker -> talker.finishesAfterBlocks(30));
          List<Object> expected = new ArrayList<>();
          for (int i = 0; i < 30; i++) {
            expected.add(new PeerMessage.Have(i));
            expected.add(new Block(0, i, BLOCK));
          }
          assertThat(talkers.get(1).log().stream().skip(1).map(Talker.Happened::what))
              .containsExactlyElementsOf(expected);
        });
  }

  @Test
  void whoDoesNotReadFillsTheWindowAndThenTheSendBuffer() {
    run(
        2,
        scenario -> scenario,
        talker ->
            talker.greets((machine, slot) -> {
              if (machine.remote(slot).id() == 1) {
                sendBlocks(machine, slot, 500);
              } else {
                sendBlocks(machine, slot, 200);
              }
            }),
        talker -> {
          if (talker.machine().id() == 1) {
            talker.greets((machine, slot) -> {
              machine.stopReading(slot);
              machine.finished();
            });
          }
          talker.finishesAfterBlocks(200);
        });
    long sentToSilent =
        talkers.get(0).all(Talker.Sent.class).stream()
            .filter(sent -> talkers.get(0).machine().remote(sent.slot()).id() == 1)
            .count();
    int room = NETWORK.sendBufferBytes() + NETWORK.receiveWindowBytes();
    assertThat(sentToSilent).isBetween((long) room / FRAME - 1, (long) room / FRAME + 2);
    assertThat(blocksAt(2)).hasSize(200);
  }

  @Test
  void bothSidesLearnOfTheEndOnceAndTheSlotIsFreeAgain() {
    run(
        1,
        scenario -> scenario,
        talker ->
            talker.greets((machine, slot) -> {
              machine.close(slot, Reason.IDLE);
              machine.close(slot, Reason.IDLE);
              if (machine.now() < 3 * DIALLED) {
                machine.dial(machine.remote(slot).listen());
              } else {
                machine.remote(slot).finished();
              }
            }),
        talker -> {});
    assertThat(talkers.get(0).all(Reason.class))
        .extracting(Talker.Happened::nanos, Talker.Happened::slot, Talker.Happened::what)
        .startsWith(tuple(DIALLED, 0, Reason.IDLE));
    assertThat(talkers.get(1).all(Reason.class))
        .extracting(Talker.Happened::nanos, Talker.Happened::slot, Talker.Happened::what)
        .startsWith(tuple(DIALLED + LATENCY, 0, Reason.CONNECTION_LOST));
    assertThat(talkers.get(1).log()).allMatch(entry -> entry.slot() == 0);
  }

  @Test
  void aSlowDiskDelaysBlocksAndWhatIsBehindThem() {
    run(
        1,
        scenario -> scenario.machine(1, spec -> spec.withDisk(RATE / 10)),
        talker -> talker.greets((machine, slot) -> sendBlocks(machine, slot, 20)),
        talker -> talker.finishesAfterBlocks(20));
    long written = Math.round(20.0 * BLOCK * 1e9 / (RATE / 10));
    assertThat(blocksAt(1).getLast().nanos())
        .isBetween(DIALLED + written, DIALLED + written + 10 * FRAME_NANOS);
  }

  @Test
  void aRackUplinkIsSharedByTheMachinesBehindIt() {
    run(
        4,
        scenario -> scenario.racks(1).network(NETWORK.withRackBytesPerSecond(RATE / 5)),
        talker -> talker.greets((machine, slot) -> sendBlocks(machine, slot, 10)),
        talker -> talker.finishesAfterBlocks(10));
    long through = 5 * 40 * FRAME_NANOS;
    assertThat(blocksAt(1).getLast().nanos())
        .isBetween(DIALLED + through * 9 / 10, DIALLED + through * 11 / 10);
  }
}
