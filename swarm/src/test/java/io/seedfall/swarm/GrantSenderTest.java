package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.BLOCK;
import static io.seedfall.swarm.Brain.MILLI_IN_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The sender's half of GRANT: one test for each sentence of its pseudo-code. */
final class GrantSenderTest {
  private static final PeerMessage GRANT = new PeerMessage.Grant();
  private static final PeerMessage BUSY = new PeerMessage.Decline(DeclineReason.BUSY);
  private static final PeerMessage NOTHING = new PeerMessage.Decline(DeclineReason.NOTHING);

  private static Brain seedWith(int peers) {
    return seedWith(peers, settings -> settings);
  }

  private static Brain seedWith(int peers, UnaryOperator<SwarmSettings> change) {
    Brain brain = Brain.seed(64, 1, change).expects(peers);
    for (int peer = 0; peer < peers; peer++) {
      brain.own(peer);
    }
    return brain;
  }

  @Test
  void aPeerWithoutAVerifiedPieceGrantsNothing() {
    Brain brain = Brain.leech(8).own(0).own(1);
    assertThat(brain.toldAbout(GRANT)).isEmpty();
  }

  @Test
  void aVerifiedPieceMakesASender() {
    Brain brain = Brain.leech(8).own(0, Brain.range(8)).own(1).forget();
    brain.says(0, GRANT);
    int piece = brain.expected().size() == 1 ? pieceOf(brain.expected().get(0)) : -1;
    brain.delivers(0, piece, true);
    assertThat(brain.toldAbout(GRANT)).containsExactly(1);
  }

  private static int pieceOf(String expected) {
    return Integer.parseInt(expected.substring(expected.indexOf(':') + 1));
  }

  @Test
  void noMoreThanQGrantsAreOpen() {
    Brain brain = seedWith(40);
    int slots = brain.settings.openTransfersMax();
    assertThat(brain.toldAbout(GRANT)).hasSize(slots).doesNotHaveDuplicates();
    assertThat(brain.swarm.progress().openTransfers()).isEqualTo(slots);
  }

  @Test
  void withFewNeighboursTheSlotsAreDealtEvenly() {
    Brain brain = seedWith(3);
    assertThat(brain.toldAbout(GRANT)).hasSize(brain.settings.openTransfersMax()).contains(0, 1, 2);
  }

  @Test
  void whoHasEverythingWeHaveIsNotGrantedAnything() {
    Brain brain = Brain.seed(4).own(0, 0, 1, 2, 3).own(1, 0, 1, 2);
    assertThat(brain.toldAbout(GRANT)).containsExactly(1);
  }

  @Test
  void whomItGrantsIsChosenAtRandom() {
    TreeSet<Integer> firstChoices = new TreeSet<>();
    for (long seed = 0; seed < 50; seed++) {
      Brain brain = Brain.leech(8, seed, settings -> settings).own(9, Brain.range(8));
      for (int peer = 0; peer < 5; peer++) {
        brain.own(peer);
      }
      brain.says(9, GRANT);
      int piece = pieceOf(brain.expected().get(0));
      firstChoices.add(brain.forget().delivers(9, piece, true).toldAbout(GRANT).get(0));
    }
    assertThat(firstChoices).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aTransferThatIsHandedOverFreesItsSlot() {
    Brain brain = seedWith(40);
    int granted = brain.toldAbout(GRANT).get(0);
    brain.forget().asks(granted, 5);
    assertThat(brain.toldAbout(GRANT)).isEmpty();
    brain.writesEverything();
    assertThat(brain.toldAbout(GRANT)).hasSize(1);
  }

  @Test
  void afterBusyAPeerIsLeftAloneForTheBackoffAndThenGrantedAgain() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63));
    brain.forget().says(0, BUSY);
    assertThat(brain.saidTo(0)).isEmpty();
    assertThat(brain.swarm.nextDeadlineNanos()).isEqualTo(MILLI_IN_NANOS);
    brain.later(MILLI_IN_NANOS - 1);
    assertThat(brain.saidTo(0)).isEmpty();
    brain.later(1);
    assertThat(brain.saidTo(0)).containsExactly(GRANT);
  }

  @Test
  void theBackoffIsFourTimesTheTimeOfAPieceSentWithinItsBounds() {
    Brain brain = Brain.seed(64).own(0, Brain.range(62));
    brain.asks(0, 63);
    for (int i = 0; i < 4; i++) {
      brain.later(10 * MILLI_IN_NANOS);
      brain.happens(new SwarmEvent.BlockSent(0, brain.geometry.blockAt(63, i, BLOCK)));
    }
    brain.forget().says(0, BUSY).says(0, BUSY);
    assertThat(brain.swarm.nextDeadlineNanos() - brain.now()).isEqualTo(4 * 40 * MILLI_IN_NANOS);
  }

  @Test
  void theBackoffIsNeverLongerThanASecond() {
    Brain brain = Brain.seed(64).own(0, Brain.range(62));
    brain.asks(0, 63);
    for (int i = 0; i < 4; i++) {
      brain.later(200 * MILLI_IN_NANOS);
      brain.happens(new SwarmEvent.BlockSent(0, brain.geometry.blockAt(63, i, BLOCK)));
    }
    brain.says(0, BUSY).says(0, BUSY).forget().pass(1000 * MILLI_IN_NANOS - 1);
    assertThat(brain.toldAbout(GRANT)).isEmpty();
    brain.pass(1);
    assertThat(brain.toldAbout(GRANT)).isNotEmpty();
  }

  @Test
  void afterNothingAPeerIsLeftAloneUntilANewPieceIsVerified() {
    Brain brain = Brain.leech(8).own(0, Brain.range(8)).own(1);
    brain.says(0, GRANT);
    String first = brain.expected().get(0);
    brain.delivers(0, pieceOf(first), true).forget().says(1, NOTHING);
    brain.pass(brain.settings.backoffMaxNanos() - 1);
    assertThat(brain.saidTo(1)).doesNotContain(GRANT);
    brain.says(0, GRANT);
    String second = brain.expected().get(0);
    brain.delivers(0, pieceOf(second), true);
    assertThat(brain.saidTo(1)).contains(GRANT);
  }

  @Test
  void afterNothingAPeerIsGrantedAgainWhenTheLongestBackoffIsOver() {
    // It may have lost the sender of what it lacked nothing but: only a new grant finds that out.
    Brain brain = Brain.seed(64).own(0, Brain.range(63)).forget().says(0, NOTHING);
    brain.pass(brain.settings.backoffMaxNanos() - 1);
    assertThat(brain.saidTo(0)).doesNotContain(GRANT);
    brain.pass(1);
    assertThat(brain.saidTo(0)).containsExactly(GRANT);
  }

  @Test
  void aGrantThatNobodyAnswersIsWithdrawnAndItsSlotGoesOn() {
    Brain brain = seedWith(40);
    List<Integer> granted = brain.toldAbout(GRANT);
    brain.forget().later(AnswerTimes.FIRST_NANOS - 1);
    assertThat(brain.toldAbout(new PeerMessage.GrantWithdrawn())).isEmpty();
    brain.later(1);
    assertThat(brain.toldAbout(new PeerMessage.GrantWithdrawn())).hasSameElementsAs(granted);
    assertThat(brain.toldAbout(GRANT))
        .hasSize(brain.settings.openTransfersMax())
        .doesNotContainAnyElementsOf(granted);
  }

  @Test
  void aRequestWithoutAGrantIsRejected() {
    Brain brain = Brain.seed(4).own(0, 0, 1, 2, 3).forget();
    brain.says(0, new PeerMessage.Request(1, 0, BLOCK));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RejectRequest(1, 0, BLOCK));
    assertThat(brain.blocks()).isEmpty();
  }

  @Test
  void aGrantIsForExactlyOnePiece() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63)).forget();
    brain.says(0, new PeerMessage.Request(63, 0, BLOCK));
    brain.says(0, new PeerMessage.Request(62, 0, BLOCK));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RejectRequest(62, 0, BLOCK));
  }

  @Test
  void aPieceIsNotSentTwiceUnderOneGrant() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63)).asks(0, 63).forget();
    brain.says(0, new PeerMessage.Request(63, 0, BLOCK));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RejectRequest(63, 0, BLOCK));
  }

  @Test
  void aBlockLargerThanAnnouncedIsRejected() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63)).forget();
    brain.says(0, new PeerMessage.Request(63, 0, BLOCK + 1));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RejectRequest(63, 0, BLOCK + 1));
  }

  @Test
  void theOldestTransferGoesFirstAndAFullConnectionIsPassedOver() {
    Brain brain = seedWith(40);
    List<Integer> granted = brain.toldAbout(GRANT);
    int older = granted.get(0);
    int younger = granted.get(1);
    brain.forget().asks(older, 1).asks(younger, 2);
    assertThat(brain.blocks())
        .containsExactly(older + ":1+0", older + ":1+1", younger + ":2+0", younger + ":2+1");
    brain.forget().happens(new SwarmEvent.BlockSent(older, brain.geometry.blockAt(1, 0, BLOCK)));
    assertThat(brain.blocks()).containsExactly(older + ":1+2");
  }

  @Test
  void blocksThatAStalledReceiverHoldsUpStopCountingAgainstTheUplink() {
    Brain brain = seedWith(40);
    List<Integer> granted = brain.toldAbout(GRANT);
    brain.forget();
    int full = brain.settings.uplinkBlocksMax() / brain.settings.uplinkBlocksPerPeerMax();
    for (int i = 0; i <= full; i++) {
      brain.asks(granted.get(i), i);
    }
    assertThat(brain.blocks()).hasSize(brain.settings.uplinkBlocksMax());
    brain.forget().later(brain.settings.uplinkPatienceNanos() - 1);
    assertThat(brain.blocks()).isEmpty();
    brain.later(1);
    String waiting = granted.get(full) + ":" + full;
    assertThat(brain.blocks()).containsExactly(waiting + "+0", waiting + "+1");
  }

  @Test
  void anUplinkOfWhichNobodySaidWhatItDoesIsGivenTimeUntilItHasShownIt() {
    Brain brain = seedWith(40, _ -> SwarmSettings.forUnknownRate(Brain.PIECE, 100_000));
    List<Integer> granted = brain.toldAbout(GRANT);
    int full = brain.settings.uplinkBlocksMax() / brain.settings.uplinkBlocksPerPeerMax();
    for (int i = 0; i <= full; i++) {
      brain.asks(granted.get(i), i);
    }
    brain.forget().later(brain.settings.uplinkPatienceMaxNanos() - 1);
    assertThat(brain.blocks()).isEmpty();
    brain.later(1);
    assertThat(brain.blocks()).isNotEmpty();
  }

  @Test
  void aPieceAskedForAtOnceIsSentBlockByBlockInOrder() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63));
    brain.says(0, new PeerMessage.RequestPiece(63));
    assertThat(brain.saidTo(0)).doesNotHaveAnyElementsOfTypes(PeerMessage.RejectRequest.class);
    List<String> blocks = new ArrayList<>(brain.blocks());
    for (int i = 0; i < 4; i++) {
      brain.forget().happens(new SwarmEvent.BlockSent(0, brain.geometry.blockAt(63, i, BLOCK)));
      blocks.addAll(brain.blocks());
    }
    assertThat(blocks).containsExactly("0:63+0", "0:63+1", "0:63+2", "0:63+3");
    assertThat(brain.saidTo(0)).containsExactly(GRANT);
  }

  @Test
  void aPieceAskedForAtOnceHasTheSmallerBlocksOfBothSides() {
    Brain brain = Brain.seed(64);
    brain.happens(new SwarmEvent.PeerConnected(0, Brain.facts(0, false, true)));
    brain.says(0, new PeerMessage.HaveNone());
    brain.says(0, Brain.introduction(new GrantTerms(GrantTerms.VERSION, 8 * 1024, "")));
    brain.says(0, new PeerMessage.RequestPiece(5));
    assertThat(brain.taken())
        .contains(
            new SwarmEffect.SendBlock(0, new Block(5, 0, 8 * 1024)),
            new SwarmEffect.SendBlock(0, new Block(5, 8 * 1024, 8 * 1024)));
  }

  @Test
  void aPieceAskedForWithoutAGrantIsRejectedByItsFirstBlock() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63));
    brain.says(0, new PeerMessage.RequestPiece(63)).forget();
    brain.says(0, new PeerMessage.RequestPiece(63), new PeerMessage.RequestPiece(62));
    assertThat(brain.saidTo(0))
        .containsExactly(
            new PeerMessage.RejectRequest(63, 0, BLOCK),
            new PeerMessage.RejectRequest(62, 0, BLOCK));
  }

  @Test
  void aPieceThatTheSenderLacksIsRejectedByItsFirstBlockAndTheGrantStands() {
    Brain brain = Brain.leech(8).own(0).own(1, 3).says(1, GRANT).delivers(1, 3, true);
    assertThat(brain.toldAbout(GRANT)).contains(0);
    brain.forget().says(0, new PeerMessage.RequestPiece(5));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RejectRequest(5, 0, BLOCK));
    brain.says(0, new PeerMessage.RequestPiece(3));
    assertThat(brain.blocks()).contains("0:3+0");
  }

  @Test
  void aPieceThatDoesNotExistOrAClientWithoutGrantsEndsTheConnection() {
    Brain brain = Brain.seed(64).own(0).own(1).foreign(2);
    brain.says(0, new PeerMessage.RequestPiece(64));
    brain.says(1, new PeerMessage.RequestPiece(-1));
    brain.says(2, new PeerMessage.RequestPiece(3));
    assertThat(brain.disconnects())
        .containsExactly(
            Reason.PROTOCOL_VIOLATION, Reason.PROTOCOL_VIOLATION, Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void aLostConnectionGivesItsSlotsBack() {
    Brain brain = seedWith(40);
    List<Integer> granted = new ArrayList<>(brain.toldAbout(GRANT));
    brain.asks(granted.get(0), 7).forget();
    brain.happens(new SwarmEvent.PeerLost(granted.get(0), Reason.CONNECTION_LOST));
    brain.happens(new SwarmEvent.PeerLost(granted.get(1), Reason.CONNECTION_LOST));
    assertThat(brain.toldAbout(GRANT)).hasSize(2);
  }

  @Test
  void aCancelledBlockIsAnsweredWithARejectAndFreesTheTransfer() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63)).asks(0, 63).forget();
    for (int i = 0; i < 4; i++) {
      Block block = brain.geometry.blockAt(63, i, BLOCK);
      brain.says(0, new PeerMessage.Cancel(63, block.offset(), block.length()));
    }
    assertThat(brain.saidTo(0)) // two blocks were in the driver's hands already
        .containsExactly(
            new PeerMessage.RejectRequest(63, 2 * BLOCK, BLOCK),
            new PeerMessage.RejectRequest(63, 3 * BLOCK, BLOCK));
    brain.happens(new SwarmEvent.BlockSent(0, brain.geometry.blockAt(63, 0, BLOCK)));
    brain.forget().happens(new SwarmEvent.BlockSent(0, brain.geometry.blockAt(63, 1, BLOCK)));
    assertThat(brain.saidTo(0)).containsExactly(GRANT);
  }

  @Test
  void requestsThatCrossedTheWithdrawalOfTheirGrantDoNotHoldTheNextOneForLong() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63));
    brain.pass(AnswerTimes.FIRST_NANOS).says(0, new PeerMessage.Request(63, 0, BLOCK));
    assertThat(brain.saidTo(0)).contains(new PeerMessage.RejectRequest(63, 0, BLOCK));
    brain
        .pass(MILLI_IN_NANOS)
        .says(0, new PeerMessage.Request(63, BLOCK, BLOCK)); // uses the next grant
    assertThat(brain.blocks()).containsExactly("0:63+1");
    brain.forget().says(0, new PeerMessage.Cancel(63, BLOCK, BLOCK));
    assertThat(brain.toldAbout(GRANT)).isEmpty();
    brain.happens(new SwarmEvent.BlockSent(0, brain.geometry.blockAt(63, 1, BLOCK)));
    assertThat(brain.toldAbout(GRANT)).containsExactly(0);
  }

  @Test
  void aSourceThatOffersAPieceIsNotGrantedAnything() {
    Brain brain = Brain.leech(8).own(0).own(1, Brain.range(8));
    brain.says(0, new PeerMessage.Offer(5)).forget().delivers(0, 5, true);
    assertThat(brain.toldAbout(GRANT)).isEmpty();
    assertThat(brain.toldOfPiece(5)).contains(0);
  }

  @Test
  void aTransferWhoseReceiverForgetsTheRestIsClosed() {
    Brain brain = Brain.seed(64).own(0, Brain.range(63));
    brain.says(0, new PeerMessage.Request(63, 0, BLOCK));
    brain.happens(new SwarmEvent.BlockSent(0, brain.geometry.blockAt(63, 0, BLOCK)));
    brain.forget().pass(brain.settings.stallNanos() + Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.saidTo(0)).contains(GRANT);
  }

  @Test
  void betweenTwoPeersThatSpeakGrantsNobodyIsChokedOrUnchoked() {
    Brain brain = seedWith(3);
    brain.says(0, new PeerMessage.Interested());
    assertThat(brain.disconnects()).containsExactly(Reason.PROTOCOL_VIOLATION);
    for (int peer = 0; peer < 3; peer++) {
      assertThat(brain.saidTo(peer))
          .doesNotContain(new PeerMessage.Choke(), new PeerMessage.Unchoke());
    }
  }
}
