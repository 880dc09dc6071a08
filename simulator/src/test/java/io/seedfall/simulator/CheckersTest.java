package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.DiskFault;
import io.seedfall.swarm.SwarmSettings;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each checker lets pass what may be and stops what may not. */
final class CheckersTest {
  private static final int BLOCK = 16 * 1024;
  private static final int PIECE = 4 * BLOCK;
  private static final Scenario SCENARIO =
      Scenario.deploy(30, 32L * PIECE)
          .pieceBytes(PIECE)
          .network(NetworkSettings.flat(12_500_000, 100_000));
  private static final PieceGeometry GEOMETRY = SCENARIO.geometry();

  private static final GrantTerms TERMS = new GrantTerms(GrantTerms.VERSION, BLOCK, "");

  private final SwarmSettings settings =
      SCENARIO.settingsOf(MachineSpec.of(Role.RECEIVER, 1_000_000));
  private final Machine machine = new Simulation(SCENARIO).machine(1);
  private final LimitsCheck limits = new LimitsCheck(machine, settings, GEOMETRY);

  private static PeerMessage.Request request(int piece, int block) {
    return new PeerMessage.Request(piece, block * BLOCK, BLOCK);
  }

  private static void fine(ThrowingCallable what) {
    assertThatCode(what).doesNotThrowAnyException();
  }

  private static void violates(String words, ThrowingCallable what) {
    assertThatThrownBy(what).isInstanceOf(CheckViolation.class).hasMessageContaining(words);
  }

  private void connectAll(int connections) {
    connectAll(connections, limits);
  }

  private static void connectAll(int connections, LimitsCheck check) {
    for (int slot = 0; slot < connections; slot++) {
      check.connected(slot);
      check.speaksGrants(slot, TERMS);
    }
  }

  @Test
  void onlyVerifiedPiecesAreServed() {
    PieceSet verified = new PieceSet(GEOMETRY.pieceCount());
    verified.add(3);
    SimulatedDisk disk = new SimulatedDisk(GEOMETRY, verified);
    ServedBytesCheck check = new ServedBytesCheck(machine, disk);
    fine(() -> check.sends(0, new Block(3, 0, BLOCK)));
    violates("is not verified", () -> check.sends(0, new Block(4, 0, BLOCK)));
    disk.breakDown(DiskFault.CONTENT_CHANGED);
    violates("changed", () -> check.sends(0, new Block(3, 0, BLOCK)));
  }

  @Test
  void onlyVerifiedPiecesAreAnnounced() {
    PieceSet verified = new PieceSet(GEOMETRY.pieceCount());
    verified.add(3);
    verified.add(5);
    AnnouncedCheck check = new AnnouncedCheck(machine, new SimulatedDisk(GEOMETRY, verified));
    fine(() -> check.announces(3));
    fine(() -> check.announces(new PeerMessage.Haves(new int[] {3, 5})));
    fine(() -> check.announces(new PeerMessage.Bitfield(verified.toBitfield())));
    violates("piece 4", () -> check.announces(4));
    violates("piece 4", () -> check.announces(new PeerMessage.Haves(new int[] {3, 4})));
    violates("piece 0", check::announcesEverything);
    verified.add(9);
    violates("piece 9", () -> check.announces(new PeerMessage.Bitfield(verified.toBitfield())));
    PieceSet all = PieceSet.full(GEOMETRY.pieceCount());
    fine(new AnnouncedCheck(machine, new SimulatedDisk(GEOMETRY, all))::announcesEverything);
  }

  @Test
  void aTransferThatItsReceiverGaveUpIsNotCounted() {
    connectAll(30);
    limits.grants(0);
    limits.requested(0, request(2, 3));
    violates("of one connection", () -> limits.grants(0));
    LimitsCheck fresh = new LimitsCheck(machine, settings, GEOMETRY);
    connectAll(30, fresh);
    fresh.grants(0);
    fresh.requested(0, request(2, 3));
    fresh.cancelled(0, 2);
    fine(() -> fresh.grants(0));
  }

  @Test
  void aPieceAskedForAsOneIsATransferUntilItsLastBlockOrItsReject() {
    connectAll(30);
    limits.grants(0);
    limits.requestedPiece(0, 2);
    limits.turnEnds();
    for (int block = 0; block < 3; block++) {
      limits.sends(0, new Block(2, block * BLOCK, BLOCK));
      limits.sent(0, new Block(2, block * BLOCK, BLOCK));
    }
    violates("of one connection", () -> limits.grants(0));
    LimitsCheck fresh = new LimitsCheck(machine, settings, GEOMETRY);
    connectAll(30, fresh);
    fresh.grants(0);
    fresh.requestedPiece(0, 2);
    fresh.rejects(0, new PeerMessage.RejectRequest(2, 0, BLOCK));
    fine(() -> fresh.grants(0));
  }

  @Test
  void aPieceAskedForAsOneIsAskedForOnce() {
    OneOwnerCheck check = new OneOwnerCheck(machine, GEOMETRY);
    violates("expected from slot -1", () -> check.asks(0, 7));
    check.expects(0, 7);
    fine(() -> check.asks(0, 7));
    violates("asked for before", () -> check.asks(0, 7));
    violates("more asked than", () -> check.asks(0, request(7, 0)));
  }

  /** Files of 4 KiB, each a piece, of which sixteen fit under one grant. */
  private LimitsCheck ofSmallFiles() {
    long[] lengths = new long[300];
    Arrays.fill(lengths, 4096);
    LimitsCheck check = new LimitsCheck(machine, settings, new PieceGeometry(4 * BLOCK, lengths));
    connectAll(30, check);
    return check;
  }

  private static int[] pieces(int first, int count) {
    int[] pieces = new int[count];
    for (int i = 0; i < count; i++) {
      pieces[i] = first + i;
    }
    return pieces;
  }

  @Test
  void smallPiecesUnderOneGrantHaveALimitOfBytes() {
    fine(() -> ofSmallFiles().offers(0, pieces(0, 16)));
    violates("bytes under one grant", () -> ofSmallFiles().offers(0, pieces(0, 17)));
    fine(() -> ofSmallFiles().asks(pieces(0, 16)));
    violates("bytes under one grant", () -> ofSmallFiles().asks(pieces(0, 17)));
  }

  @Test
  void smallPiecesUnderOneGrantHaveALimitOfNumber() {
    long[] lengths = new long[70];
    Arrays.fill(lengths, 1);
    PieceGeometry tiny = new PieceGeometry(4 * BLOCK, lengths);
    LimitsCheck check = new LimitsCheck(machine, settings, tiny);
    fine(() -> check.asks(pieces(0, PeerMessage.RequestPieces.PIECES_MAX)));
    violates(
        "pieces under one grant",
        () -> check.asks(pieces(0, PeerMessage.RequestPieces.PIECES_MAX + 1)));
  }

  @Test
  void smallPiecesAskedForTogetherCountAsOneUntilTheLastIsHere() {
    LimitsCheck check = ofSmallFiles();
    for (int bundle = 0; bundle <= settings.askedPiecesMax(); bundle++) {
      for (int piece : pieces(16 * bundle, 16)) {
        check.expects(bundle, piece);
      }
      check.asks(pieces(16 * bundle, 16));
    }
    for (int piece : pieces(0, 15)) {
      check.expectsNoMore(piece);
    }
    violates("askedPiecesMax", check::turnEnds);
    check.expectsNoMore(15);
    fine(check::turnEnds);
  }

  @Test
  void smallPiecesAskedForTogetherAreOneTransferUntilTheLastIsSent() {
    LimitsCheck check = ofSmallFiles();
    check.grants(0);
    check.requestedPieces(0, new int[] {3, 5});
    check.turnEnds();
    check.sends(0, new Block(3, 0, 4096));
    check.sent(0, new Block(3, 0, 4096));
    violates("of one connection", () -> check.grants(0));
    LimitsCheck fresh = ofSmallFiles();
    fresh.grants(0);
    fresh.requestedPieces(0, new int[] {3, 5});
    fresh.rejects(0, new PeerMessage.RejectRequest(3, 0, 4096));
    fine(() -> fresh.grants(0));
  }

  @Test
  void aPieceWithOneWrongLeafIsRejectedAndMayComeAgain() {
    SimulatedDisk disk = new SimulatedDisk(GEOMETRY, new PieceSet(GEOMETRY.pieceCount()));
    for (int i = 0; i < 4; i++) {
      disk.store(new Block(5, i * BLOCK, BLOCK), i == 2);
    }
    assertThat(disk.verify(5)).isFalse();
    for (int i = 0; i < 4; i++) {
      disk.store(new Block(5, i * BLOCK, BLOCK), false);
    }
    assertThat(disk.verify(5)).isTrue();
    assertThat(disk.verified().contains(5)).isTrue();
  }

  @Test
  void nobodyIsAskedForWhatItDidNotSayToHave() {
    AskedForCheck check = new AskedForCheck(machine, GEOMETRY.pieceCount());
    check.connected(0);
    check.connected(1);
    check.has(0, 3);
    fine(() -> check.asks(0, 3));
    violates("piece 4 of slot 0", () -> check.asks(0, 4));
    violates("piece 3 of slot 1", () -> check.asks(1, 3));
    check.hasAll(1);
    fine(() -> check.asks(1, 3));
    check.connected(1);
    violates("piece 3 of slot 1", () -> check.asks(1, 3));
  }

  @Test
  void aPieceHasOneSender() {
    OneOwnerCheck check = new OneOwnerCheck(machine, GEOMETRY);
    check.expects(0, 7);
    violates("piece 7 from slot 0 and slot 1", () -> check.expects(1, 7));
    violates("asked of slot 1", () -> check.asks(1, request(7, 0)));
    check.abandons(0, 7);
    fine(() -> check.expects(1, 7));
    fine(() -> check.asks(1, request(7, 0)));
    check.lost(1);
    fine(() -> check.expects(2, 7));
  }

  @Test
  void noMoreIsAskedOfAPieceThanThereIs() {
    OneOwnerCheck check = new OneOwnerCheck(machine, GEOMETRY);
    check.expects(0, 7);
    for (int i = 0; i < 4; i++) {
      check.asks(0, request(7, i));
    }
    violates("more asked", () -> check.asks(0, request(7, 0)));
  }

  @Test
  void soManyPiecesAreAskedForAndOffersDoNotCount() {
    connectAll(30);
    for (int i = 0; i < settings.askedPiecesMax(); i++) {
      limits.expects(0, i);
    }
    limits.offered(1, 30);
    limits.expects(1, 30);
    fine(limits::turnEnds);
    limits.expects(0, 31);
    violates("askedPiecesMax", limits::turnEnds);
  }

  @Test
  void soManyGrantsAndTransfersAreOpen() {
    connectAll(30);
    int max = settings.openTransfersMax();
    for (int slot = 0; slot < max; slot++) {
      limits.grants(slot);
    }
    violates("openTransfersMax: " + (max + 1), () -> limits.grants(max));
  }

  @Test
  void aTransferIsOpenUntilItsLastBlockIsSent() {
    connectAll(30);
    limits.grants(0);
    for (int i = 0; i < 4; i++) {
      limits.requested(0, request(2, i));
    }
    violates("of one connection", () -> limits.grants(0));
    LimitsCheck fresh = new LimitsCheck(machine, settings, GEOMETRY);
    connectAll(30, fresh);
    fresh.grants(0);
    for (int i = 0; i < 4; i++) {
      fresh.requested(0, request(2, i));
      fresh.sends(0, new Block(2, i * BLOCK, BLOCK));
      fresh.sent(0, new Block(2, i * BLOCK, BLOCK));
    }
    fine(() -> fresh.grants(0));
  }

  @Test
  void withFewerConnectionsThanSlotsAConnectionMayHaveSeveral() {
    connectAll(2);
    int each = Math.ceilDiv(settings.openTransfersMax(), 2);
    for (int i = 0; i < each; i++) {
      limits.grants(0);
    }
    violates("of one connection", () -> limits.grants(0));
  }

  @Test
  void theFirstPassHasAWindow() {
    connectAll(30);
    for (int slot = 0; slot < settings.firstPassWindow(); slot++) {
      limits.offers(slot, slot);
    }
    violates("firstPassWindow", () -> limits.offers(29, 29));
  }

  @Test
  void soManyBlocksAreInOneSocket() {
    connectAll(1);
    for (int i = 0; i < settings.uplinkBlocksPerPeerMax(); i++) {
      limits.sends(0, new Block(0, 0, BLOCK));
    }
    violates("uplinkBlocksPerPeerMax", () -> limits.sends(0, new Block(0, 0, BLOCK)));
  }

  @Test
  void soManyConnectionsAreOpen() {
    connectAll(settings.peersMax());
    fine(limits::turnEnds);
    limits.connected(settings.peersMax());
    violates("peersMax", limits::turnEnds);
    limits.disconnecting(0);
    fine(limits::turnEnds);
  }

  @Test
  void soManyRequestsAreQueued() {
    connectAll(1);
    for (int i = 0; i < settings.requestsQueuedMax(); i++) {
      limits.requested(0, request(0, 0));
    }
    fine(limits::turnEnds);
    limits.requested(0, request(0, 0));
    violates("requestsQueuedMax", limits::turnEnds);
  }

  @Test
  void aSourceDealsEveryPieceBeforeItSendsOneAgain() {
    FirstPassCheck check = new FirstPassCheck(machine, GEOMETRY, true);
    for (int i = 0; i < 4; i++) {
      check.requested(0);
      check.sends(new Block(0, i * BLOCK, BLOCK));
    }
    violates("piece 0 again", () -> check.sends(new Block(0, 0, BLOCK)));
    check.disturbed();
    fine(() -> check.sends(new Block(0, 0, BLOCK)));
  }

  @Test
  void onceEveryPieceIsDealtTheSourceMaySendThemAgain() {
    FirstPassCheck check = new FirstPassCheck(machine, GEOMETRY, true);
    for (int piece = 0; piece < GEOMETRY.pieceCount(); piece++) {
      check.requested(piece);
    }
    for (int i = 0; i < 8; i++) {
      int block = i;
      fine(() -> check.sends(new Block(0, block % 4 * BLOCK, BLOCK)));
    }
  }

  @Test
  void nothingRunsInCircles() {
    PaceCheck check = new PaceCheck(machine);
    for (int i = 0; i < PaceCheck.WAKES_PER_INSTANT_MAX; i++) {
      check.turnBegins(true);
    }
    violates("timers", () -> check.turnBegins(true));

    PaceCheck events = new PaceCheck(machine);
    for (int i = 0; i < PaceCheck.EVENTS_PER_INSTANT_MAX; i++) {
      events.turnBegins(false);
    }
    violates("events", () -> events.turnBegins(false));

    PaceCheck effects = new PaceCheck(machine);
    effects.turnBegins(false);
    for (int i = 0; i < PaceCheck.EFFECTS_PER_EVENT_MAX; i++) {
      effects.effect();
    }
    violates("effects", effects::effect);
  }

  @Test
  void whoDoesNotFinishIsNamed() {
    Scenario impossible =
        Scenario.deploy(2, 4L * PIECE).pieceBytes(PIECE).when(new Trigger.At(0), new Fault.Kill(0));
    violates("2 have not", impossible::run);
  }
}
