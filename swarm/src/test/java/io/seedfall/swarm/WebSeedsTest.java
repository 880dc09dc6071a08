package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.RequestPieces;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Web seeds (BEP 19): servers that have everything and are asked for runs of pieces. */
final class WebSeedsTest {
  private static final int SERVER = 5;
  private static final PeerId ID = PeerId.random(new SeededRandom(77));
  private static final int RUNS_MAX = 4;
  private static final int RUN_PIECES_MAX = 64;
  private static final int SHARE = 16;

  private static Brain withServer(int pieces) {
    return Brain.leech(pieces).happens(new SwarmEvent.WebSeedConnected(SERVER, ID));
  }

  private static List<int[]> runs(Brain brain) {
    List<int[]> runs = new ArrayList<>();
    for (PeerMessage message : brain.saidTo(SERVER)) {
      runs.add(
          switch (message) {
            case PeerMessage.RequestPiece(int piece) -> new int[] {piece};
            case RequestPieces(int[] pieces) -> pieces;
            default -> throw new AssertionError(message.toString());
          });
    }
    return runs;
  }

  @Test
  void itIsAskedForRunsOfPiecesThatLieBesideEachOther() {
    Brain brain = withServer(32 * SHARE);
    List<int[]> runs = runs(brain);
    assertThat(runs).hasSizeGreaterThanOrEqualTo(RUNS_MAX - 1);
    BitSet asked = new BitSet();
    for (int[] run : runs) {
      assertThat(run).hasSizeBetween(1, 32);
      for (int i = 0; i < run.length; i++) {
        assertThat(run[i]).isEqualTo(run[0] + i);
        assertThat(asked.get(run[i])).isFalse();
        asked.set(run[i]);
      }
    }
    assertThat(asked.cardinality()).isLessThanOrEqualTo(RUNS_MAX * 32);
    assertThat(brain.expected()).hasSize(asked.cardinality());
  }

  @Test
  void aRunIsNeverLongerThanItsLimitAndShortWhereLittleIsMissing() {
    assertThat(runs(withServer(RUN_PIECES_MAX * SHARE * 2)).getFirst())
        .hasSizeLessThanOrEqualTo(RUN_PIECES_MAX);
    assertThat(runs(withServer(2 * SHARE)).getFirst()).hasSizeLessThanOrEqualTo(2);
    assertThat(runs(withServer(2 * SHARE - 1))).allSatisfy(run -> assertThat(run).hasSize(1));
  }

  @Test
  void furtherRunsAreAskedForAsPiecesComeUntilAllAreHere() {
    Brain brain = withServer(40);
    BitSet had = new BitSet();
    for (int turn = 0; turn < 40 && had.cardinality() < 40; turn++) {
      List<int[]> runs = runs(brain);
      brain.forget();
      for (int[] run : runs) {
        for (int piece : run) {
          assertThat(had.get(piece)).isFalse();
          had.set(piece);
          brain.delivers(SERVER, piece, true);
        }
      }
    }
    assertThat(had.cardinality()).isEqualTo(40);
    assertThat(brain.swarm.progress().piecesVerified()).isEqualTo(40);
    assertThat(brain.notices()).contains(new SwarmNotice.Finished());
    assertThat(brain.pass(2 * Swarm.COMPLETE_LINGER_NANOS).disconnects())
        .containsExactly(Reason.NOTHING_TO_DO);
  }

  @Test
  void peersAndServersAreNotAskedForTheSamePiece() {
    Brain brain = Brain.leech(8).own(0, Brain.range(8)).says(0, new PeerMessage.Grant());
    brain.happens(new SwarmEvent.WebSeedConnected(SERVER, ID));
    brain.foreign(1, Brain.range(8)).says(1, new PeerMessage.Unchoke());
    List<String> pieces =
        brain.expected().stream().map(each -> each.substring(each.indexOf(':') + 1)).toList();
    assertThat(pieces).hasSize(8).doesNotHaveDuplicates();
    assertThat(brain.expected()).anyMatch(each -> each.startsWith("0:"));
    assertThat(brain.expected()).anyMatch(each -> each.startsWith("1:"));
    assertThat(brain.expected()).anyMatch(each -> each.startsWith(SERVER + ":"));
  }

  @Test
  void whenItIsLostItsPiecesAreFreeForOthers() {
    Brain brain = withServer(4);
    assertThat(brain.expected()).hasSize(4);
    brain.forget().foreign(0, Brain.range(4)).says(0, new PeerMessage.Unchoke());
    assertThat(brain.expected()).isEmpty();
    brain.happens(new SwarmEvent.PeerLost(SERVER, Reason.CONNECTION_LOST));
    brain.pass(2 * Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.expected()).hasSize(4);
  }

  @Test
  void wrongBytesBanItForGood() {
    Brain brain = withServer(4);
    int piece = runs(brain).getFirst()[0];
    brain.forget().delivers(SERVER, piece, false);
    assertThat(brain.disconnects()).containsExactly(Reason.BAD_PIECE);
    brain.happens(new SwarmEvent.PeerLost(SERVER, Reason.BAD_PIECE)).forget();
    brain.happens(new SwarmEvent.WebSeedConnected(SERVER, ID));
    assertThat(brain.disconnects()).containsExactly(Reason.BANNED);
  }

  @Test
  void oneThatSendsNothingForTooLongIsLeftAtOnceAndOneThatSendsIsNot() {
    Brain brain = withServer(4);
    long stall = brain.settings.stallNanos();
    int piece = runs(brain).getFirst()[0];
    brain.forget().pass(stall - Swarm.HOUSEKEEPING_NANOS);
    brain.happens(new SwarmEvent.BlockStored(SERVER, new Block(piece, 0, Brain.BLOCK)));
    assertThat(brain.pass(stall - Swarm.HOUSEKEEPING_NANOS).disconnects()).isEmpty();
    assertThat(brain.pass(2 * Swarm.HOUSEKEEPING_NANOS).disconnects())
        .containsExactly(Reason.STALLED);
    assertThat(brain.saidTo(SERVER)).isEmpty();
  }

  @Test
  void itIsToldNothingAndMayBeSilentWhileNothingIsAskedOfIt() {
    Brain brain = Brain.leech(1).own(0, 0).says(0, new PeerMessage.Grant());
    brain.happens(new SwarmEvent.WebSeedConnected(SERVER, ID));
    brain.happens(new SwarmEvent.DiskFailed(DiskFault.NO_SPACE));
    brain.pass(2 * brain.settings.idleNanos());
    assertThat(brain.saidTo(SERVER)).isEmpty();
    assertThat(brain.disconnects()).containsExactly(Reason.IDLE); // the other one
    assertThat(brain.swarm.progress().peers()).isEqualTo(1);
  }
}
