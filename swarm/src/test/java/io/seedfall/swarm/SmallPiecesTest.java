package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A tree of small files: one grant, or one offer, is for several pieces. */
class SmallPiecesTest {
  private static final int FILE = 4096;
  private static final int BUNDLE = Brain.PIECE / FILE;

  private static Brain leech(int bundles, UnaryOperator<SwarmSettings> change) {
    return Brain.leechOfFiles(bundles * BUNDLE, FILE, change);
  }

  private static Brain seed(int bundles) {
    return Brain.seedOfFiles(bundles * BUNDLE, FILE, settings -> settings);
  }

  private static Brain source(int bundles) {
    return Brain.seedOfFiles(bundles * BUNDLE, FILE, settings -> settings.withFirstPass(true));
  }

  /** The lists of pieces that were asked of a peer, alone or together. */
  private static List<List<Integer>> askedOf(Brain brain, int peer) {
    ArrayList<List<Integer>> asked = new ArrayList<>();
    for (PeerMessage message : brain.saidTo(peer)) {
      if (message instanceof PeerMessage.RequestPieces(int[] pieces)) {
        asked.add(Arrays.stream(pieces).boxed().toList());
      } else if (message instanceof PeerMessage.RequestPiece(int piece)) {
        asked.add(List.of(piece));
      }
    }
    return asked;
  }

  private static List<List<Integer>> offeredTo(Brain brain, int peer) {
    ArrayList<List<Integer>> offered = new ArrayList<>();
    for (PeerMessage message : brain.saidTo(peer)) {
      if (message instanceof PeerMessage.OfferPieces(int[] pieces)) {
        offered.add(Arrays.stream(pieces).boxed().toList());
      } else if (message instanceof PeerMessage.Offer(int piece)) {
        offered.add(List.of(piece));
      }
    }
    return offered;
  }

  private static int[] bundle(int number) {
    int[] pieces = new int[BUNDLE];
    for (int i = 0; i < BUNDLE; i++) {
      pieces[i] = number * BUNDLE + i;
    }
    return pieces;
  }

  private static void stores(Brain brain, int peer, int piece) {
    brain.happens(new SwarmEvent.BlockStored(peer, new Block(piece, 0, FILE)));
  }

  /* --------------- the receiver --------------- */

  @Test
  void oneGrantIsAnsweredWithAllSmallPiecesOfABundle() {
    Brain brain = leech(1, settings -> settings).own(0, Brain.range(BUNDLE)).forget();

    brain.says(0, new PeerMessage.Grant());

    assertThat(askedOf(brain, 0)).containsExactly(Arrays.stream(bundle(0)).boxed().toList());
    assertThat(brain.expected()).hasSize(BUNDLE);
    assertThat(brain.swarm.progress().piecesAsked()).isEqualTo(1);
  }

  @Test
  void onlyWhatTheSenderHasAndNobodyElseWasAskedForIsInTheAnswer() {
    Brain brain = leech(1, settings -> settings).own(0, 2, 4, 6).own(1, 1, 2, 3).forget();

    brain.says(0, new PeerMessage.Grant()).says(1, new PeerMessage.Grant());

    assertThat(askedOf(brain, 0)).containsExactly(List.of(2, 4, 6));
    assertThat(askedOf(brain, 1)).containsExactly(List.of(1, 3));
  }

  @Test
  void aBundleCountsAsOneOfKUntilItsLastPieceIsStored() {
    Brain brain = leech(9, settings -> settings).own(0, Brain.range(9 * BUNDLE));
    int most = brain.settings.askedPiecesMax();
    for (int i = 0; i < most; i++) {
      brain.says(0, new PeerMessage.Grant());
    }
    List<Integer> first = askedOf(brain, 0).getFirst();
    assertThat(brain.swarm.progress().piecesAsked()).isEqualTo(most);

    for (int piece : first.subList(1, BUNDLE)) {
      stores(brain, 0, piece);
    }
    brain.forget().says(0, new PeerMessage.Grant());
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.Decline(DeclineReason.BUSY));

    stores(brain, 0, first.getFirst());
    brain.forget().says(0, new PeerMessage.Grant());
    assertThat(askedOf(brain, 0)).hasSize(1);
  }

  @Test
  void thePiecesOfABundleBecomeOursTogether() {
    Brain brain = leech(2, settings -> settings).own(0, Brain.range(BUNDLE)).own(1);
    brain.says(0, new PeerMessage.Grant());
    for (int piece : bundle(0)) {
      stores(brain, 0, piece);
    }
    for (int piece = 0; piece < BUNDLE - 1; piece++) {
      brain.happens(new SwarmEvent.PieceVerified(piece));
    }
    brain.forget().pass(Brain.MILLI_IN_NANOS * 200);
    assertThat(brain.saidTo(1)).isEmpty();
    assertThat(brain.swarm.progress().piecesVerified()).isZero();

    brain.happens(new SwarmEvent.PieceVerified(BUNDLE - 1)).pass(Brain.MILLI_IN_NANOS * 200);

    assertThat(brain.toldOfPiece(0)).contains(1);
    assertThat(brain.toldOfPiece(BUNDLE - 1)).contains(1);
    assertThat(brain.saidTo(1)).contains(new PeerMessage.Grant());
    assertThat(brain.swarm.progress().piecesVerified()).isEqualTo(BUNDLE);
  }

  @Test
  void whatCameOfABundleIsOursWhenItsSenderIsLost() {
    Brain brain = leech(1, settings -> settings).own(0, Brain.range(BUNDLE));
    brain.says(0, new PeerMessage.Grant());
    stores(brain, 0, 3);
    brain.happens(new SwarmEvent.PieceVerified(3));
    assertThat(brain.swarm.progress().piecesVerified()).isZero();

    brain.happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST));

    assertThat(brain.swarm.progress().piecesVerified()).isEqualTo(1);
    assertThat(brain.swarm.progress().piecesAsked()).isZero();
  }

  @Test
  void aBadPieceOfABundleBansItsSenderAndLeavesTheOthersOurs() {
    Brain brain = leech(1, settings -> settings).own(0, 0, 1);
    brain.says(0, new PeerMessage.Grant());
    stores(brain, 0, 0);
    stores(brain, 0, 1);
    brain.happens(new SwarmEvent.PieceVerified(0)).forget();

    brain.happens(new SwarmEvent.PieceRejected(1));

    assertThat(brain.disconnects()).containsExactly(Reason.BAD_PIECE);
    assertThat(brain.swarm.progress().piecesVerified()).isEqualTo(1);
  }

  @Test
  void aRejectOfTheFirstBlockFreesTheWholeBundle() {
    Brain brain = leech(1, settings -> settings).own(0, Brain.range(BUNDLE));
    brain.own(1, Brain.range(BUNDLE)).says(0, new PeerMessage.Grant()).forget();

    brain.says(0, new PeerMessage.RejectRequest(0, 0, FILE)).says(1, new PeerMessage.Grant());

    assertThat(askedOf(brain, 1)).containsExactly(Arrays.stream(bundle(0)).boxed().toList());
    assertThat(brain.swarm.progress().piecesAsked()).isEqualTo(1);
  }

  @Test
  void ofAnOfferOnlyWhatIsMissingIsAskedFor() {
    Brain brain = leech(1, settings -> settings).own(0, 0, 1).own(1).own(2);
    brain.says(0, new PeerMessage.Grant()).forget();

    brain.says(1, new PeerMessage.OfferPieces(new int[] {0, 1, 2, 3}));
    assertThat(askedOf(brain, 1)).containsExactly(List.of(2, 3));

    brain.says(2, new PeerMessage.OfferPieces(new int[] {1, 2}));
    assertThat(brain.saidTo(2)).containsExactly(new PeerMessage.OfferDeclined(1));
  }

  @Test
  void rackMatesHearOfABundleAtOnce() {
    Brain brain = leech(1, settings -> settings.withRack("r")).ownOfRack(1, "r");
    brain.own(0, Brain.range(BUNDLE)).forget();

    brain.says(0, new PeerMessage.Grant());

    assertThat(brain.saidTo(1))
        .singleElement()
        .isInstanceOfSatisfying(
            PeerMessage.AskingPieces.class,
            asking -> assertThat(asking.pieces()).isEqualTo(bundle(0)));
  }

  @Test
  void rackMatesHearOfALostBundleAtOnce() {
    Brain brain = leech(1, settings -> settings.withRack("r")).ownOfRack(1, "r");
    brain.own(0, Brain.range(BUNDLE)).says(0, new PeerMessage.Grant());
    stores(brain, 0, 0);
    brain.forget().happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST));

    assertThat(brain.saidTo(1))
        .filteredOn(PeerMessage.AskingPiecesWithdrawn.class::isInstance)
        .singleElement()
        .isInstanceOfSatisfying(
            PeerMessage.AskingPiecesWithdrawn.class,
            withdrawn ->
                assertThat(withdrawn.pieces()).isEqualTo(Arrays.copyOfRange(bundle(0), 1, BUNDLE)));
  }

  @Test
  void whatARackMateNoLongerAsksForIsTakenFromOutside() {
    Brain brain = leech(1, settings -> settings.withRack("r")).ownOfRack(1, "r");
    brain.own(0, Brain.range(BUNDLE)).says(1, new PeerMessage.AskingPieces(bundle(0)));
    brain.says(1, new PeerMessage.AskingPiecesWithdrawn(new int[] {2, 3}));

    brain.forget().says(0, new PeerMessage.Grant());

    assertThat(askedOf(brain, 0)).containsExactly(List.of(2, 3));
  }

  @Test
  void whatARackMateAsksForTogetherIsNotTakenFromOutside() {
    Brain brain = leech(2, settings -> settings.withRack("r")).ownOfRack(1, "r");
    brain.own(0, Brain.range(2 * BUNDLE)).says(1, new PeerMessage.AskingPieces(bundle(0)));

    brain.forget().says(0, new PeerMessage.Grant());
    assertThat(askedOf(brain, 0)).containsExactly(Arrays.stream(bundle(1)).boxed().toList());

    brain.forget().says(0, new PeerMessage.Grant());
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.Decline(DeclineReason.BUSY));
  }

  /* --------------- the sender --------------- */

  @Test
  void aBundleUsesUpOneGrantAndIsSentInOrder() {
    Brain brain = seed(2).expects(20).own(0).forget();

    brain.says(0, new PeerMessage.RequestPieces(new int[] {1, 5, 30})).writesEverything();

    assertThat(brain.swarm.progress().openTransfers()).isEqualTo(1); // granted again
    brain.forget();
    brain.says(0, new PeerMessage.RequestPieces(new int[] {2, 7}));
    assertThat(brain.blocks()).containsExactly("0:2+0", "0:7+0");
  }

  @Test
  void withoutAGrantTheFirstBlockIsRejectedForAll() {
    Brain brain = seed(2).expects(20).own(0);
    brain.says(0, new PeerMessage.RequestPieces(new int[] {1, 5})).forget();

    brain.says(0, new PeerMessage.RequestPieces(new int[] {2, 6}));
    brain.says(0, new PeerMessage.RequestPieces(new int[] {1, 2}));

    assertThat(brain.saidTo(0))
        .containsExactly(
            new PeerMessage.RejectRequest(2, 0, FILE), new PeerMessage.RejectRequest(1, 0, FILE));
    assertThat(brain.disconnects()).isEmpty();
  }

  @Test
  void asManyBytesAsOnePieceHasAreSentUnderOneGrantAndNotOneMore() {
    Brain brain = seed(2).expects(20).own(0).own(1).forget();

    brain.says(0, new PeerMessage.RequestPieces(Brain.range(BUNDLE)));
    assertThat(brain.disconnects()).isEmpty();
    brain.says(1, new PeerMessage.RequestPieces(Brain.range(BUNDLE + 1)));
    assertThat(brain.disconnects()).containsExactly(Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void listsThatDoNotAscendOrNameNoPieceAreViolations() {
    Brain brain = seed(1).expects(20).own(0).own(1).own(2).own(3).forget();

    brain.says(0, new PeerMessage.RequestPieces(new int[] {2, 1}));
    brain.says(1, new PeerMessage.OfferPieces(new int[] {1, BUNDLE}));
    brain.says(2, new PeerMessage.AskingPieces(new int[] {1, 1}));
    brain.says(3, new PeerMessage.RequestPieces(new int[] {-1, 1}));

    assertThat(brain.disconnects()).hasSize(4).containsOnly(Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void aForeignClientMayNotSayThem() {
    Brain brain = seed(1).foreign(0).foreign(1).foreign(2).forget();

    brain.says(0, new PeerMessage.RequestPieces(new int[] {0, 1}));
    brain.says(1, new PeerMessage.OfferPieces(new int[] {0, 1}));
    brain.says(2, new PeerMessage.AskingPieces(new int[] {0, 1}));

    assertThat(brain.disconnects()).hasSize(3).containsOnly(Reason.PROTOCOL_VIOLATION);
  }

  /* --------------- the first pass --------------- */

  @Test
  void aSourceDealsSmallPiecesByTheBundle() {
    Brain brain = source(2).expects(2).own(0).own(1);

    ArrayList<List<Integer>> dealt = new ArrayList<>(offeredTo(brain, 0));
    dealt.addAll(offeredTo(brain, 1));

    assertThat(dealt)
        .containsExactlyInAnyOrder(
            Arrays.stream(bundle(0)).boxed().toList(), Arrays.stream(bundle(1)).boxed().toList());
  }

  @Test
  void whatAnOfferWasNotUsedForGoesToTheNext() {
    Brain brain = source(1).expects(2).own(0).own(1);
    int first = offeredTo(brain, 0).isEmpty() ? 1 : 0;
    brain.forget();

    int[] most = Arrays.copyOf(bundle(0), BUNDLE - 2);
    brain.says(first, new PeerMessage.RequestPieces(most));

    assertThat(offeredTo(brain, 1 - first)).containsExactly(List.of(BUNDLE - 2, BUNDLE - 1));
  }

  @Test
  void aDeclinedOfferGoesToTheNextAsAWhole() {
    Brain brain = source(1).expects(2).own(0).own(1);
    int first = offeredTo(brain, 0).isEmpty() ? 1 : 0;
    brain.forget().says(first, new PeerMessage.OfferDeclined(0));

    assertThat(offeredTo(brain, 1 - first))
        .containsExactly(Arrays.stream(bundle(0)).boxed().toList());
  }

  @Test
  void theBundleOfAPeerThatDiedWithItIsOfferedAgain() {
    Brain brain = source(1).expects(2).own(0).own(1);
    int first = offeredTo(brain, 0).isEmpty() ? 1 : 0;
    brain.happens(new SwarmEvent.PeerLost(first, Reason.CONNECTION_LOST));

    assertThat(offeredTo(brain, 1 - first))
        .containsExactly(Arrays.stream(bundle(0)).boxed().toList());
  }
}
