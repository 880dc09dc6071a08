package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The receiver's half of GRANT: one test for each sentence of its pseudo-code. */
final class GrantReceiverTest {
  private static final PeerMessage GRANT = new PeerMessage.Grant();
  private static final PeerMessage BUSY = new PeerMessage.Decline(DeclineReason.BUSY);
  private static final PeerMessage NOTHING = new PeerMessage.Decline(DeclineReason.NOTHING);

  @Test
  void aGrantIsAnsweredWithARequestForAllBlocksOfOnePiece() {
    Brain brain = Brain.leech(8).own(0, 3).forget().says(0, GRANT);
    assertThat(brain.expected()).containsExactly("0:3");
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RequestPiece(3));
  }

  @Test
  void blocksAreAsLargeAsBothSidesAnnounced() {
    Brain brain = Brain.leech(8);
    brain.happens(new SwarmEvent.PeerConnected(0, Brain.facts(0, false, true)));
    brain.says(0, new PeerMessage.HaveAll());
    brain.says(0, Brain.introduction(new GrantTerms(GrantTerms.VERSION, 8 * 1024, "")));
    assertThat(brain.says(0, GRANT).expected()).hasSize(1);
    int piece = ((PeerMessage.RequestPiece) brain.saidTo(0).getLast()).piece();
    for (int i = 0; i < 8; i++) {
      assertThat(brain.taken()).doesNotContain(new SwarmEffect.VerifyPiece(piece));
      brain.happens(new SwarmEvent.BlockStored(0, new Block(piece, i * 8 * 1024, 8 * 1024)));
    }
    assertThat(brain.taken()).contains(new SwarmEffect.VerifyPiece(piece));
  }

  @Test
  void theLocallyRarestPieceIsAskedFor() {
    Brain brain = Brain.leech(4).own(0, 0, 1, 2, 3).own(1, 0, 1, 3).own(2, 0, 3).own(3, 3);
    brain.says(0, GRANT).says(0, GRANT).says(0, GRANT).says(0, GRANT);
    assertThat(brain.expected()).containsExactly("0:2", "0:1", "0:0", "0:3");
  }

  @Test
  void tiesAreBrokenAtRandom() {
    TreeSet<String> chosen = new TreeSet<>();
    for (long seed = 0; seed < 60; seed++) {
      Brain brain = Brain.leech(4, seed, settings -> settings).own(0, 0, 1, 2, 3);
      chosen.addAll(brain.says(0, GRANT).expected());
    }
    assertThat(chosen).containsExactly("0:0", "0:1", "0:2", "0:3");
  }

  @Test
  void withKPiecesAskedForAGrantIsDeclinedAsBusyAndOneBelowItIsNot() {
    Brain brain = Brain.leech(32);
    int most = brain.settings.askedPiecesMax();
    for (int peer = 0; peer <= most; peer++) {
      brain.own(peer, Brain.range(32));
    }
    for (int peer = 0; peer < most; peer++) {
      brain.says(peer, GRANT);
    }
    assertThat(brain.expected()).hasSize(most);
    brain.forget().says(most, GRANT);
    assertThat(brain.saidTo(most)).containsExactly(BUSY);
    assertThat(brain.swarm.progress().piecesAsked()).isEqualTo(most);
  }

  @Test
  void aPieceThatIsAskedForIsNotAskedForAgain() {
    Brain brain = Brain.leech(8).own(0, 3).own(1, 3).says(0, GRANT).forget().says(1, GRANT);
    assertThat(brain.saidTo(1)).containsExactly(NOTHING);
  }

  @Test
  void aGrantFromAPeerWithNothingForUsIsDeclinedAsNothing() {
    Brain brain = Brain.leech(8).own(0).forget().says(0, GRANT);
    assertThat(brain.saidTo(0)).containsExactly(NOTHING);
  }

  @Test
  void aPieceIsAnnouncedToEverybodyWhenItIsVerifiedAndNotBefore() {
    Brain brain = Brain.leech(8).own(0, 3).own(1).foreign(2).says(0, GRANT).forget();
    for (int i = 0; i < 4; i++) {
      brain.happens(new SwarmEvent.BlockStored(0, brain.geometry.blockAt(3, i, BLOCK)));
    }
    assertThat(brain.toldOfPiece(3)).isEmpty();
    assertThat(brain.taken()).contains(new SwarmEffect.VerifyPiece(3));
    brain.happens(new SwarmEvent.PieceVerified(3));
    assertThat(brain.toldOfPiece(3)).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void anOfferIsTakenEvenAboveK() {
    Brain brain = Brain.leech(32);
    int most = brain.settings.askedPiecesMax();
    for (int peer = 0; peer <= most; peer++) {
      brain.own(peer, Brain.range(31));
    }
    for (int peer = 0; peer < most; peer++) {
      brain.says(peer, GRANT);
    }
    brain.forget().says(most, new PeerMessage.Offer(31));
    assertThat(brain.expected()).containsExactly(most + ":31");
  }

  @Test
  void anOfferOfAPieceThatIsHereOrOnItsWayIsDeclined() {
    Brain brain = Brain.leech(8).own(0, 3, 4).own(1).own(2);
    brain.says(0, GRANT);
    int first = Integer.parseInt(brain.expected().get(0).substring(2));
    brain.forget().says(1, new PeerMessage.Offer(first));
    assertThat(brain.saidTo(1)).containsExactly(new PeerMessage.OfferDeclined(first));
    brain.delivers(0, first, true).forget().says(2, new PeerMessage.Offer(first));
    assertThat(brain.saidTo(2)).containsExactly(new PeerMessage.OfferDeclined(first));
  }

  @Test
  void aLostConnectionFreesItsPieces() {
    Brain brain = Brain.leech(8).own(0, 3).own(1, 3).says(0, GRANT).forget();
    brain.happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST));
    assertThat(brain.taken()).contains(new SwarmEffect.AbandonPiece(0, 3));
    assertThat(brain.says(1, GRANT).expected()).containsExactly("1:3");
  }

  @Test
  void aBadPieceConvictsItsSenderWhoIsNeverLetInAgain() {
    Brain brain = Brain.leech(8).own(0, 3).own(1, 3).says(0, GRANT).forget();
    brain.delivers(0, 3, false);
    assertThat(brain.disconnects()).containsExactly(Reason.BAD_PIECE);
    assertThat(brain.notices())
        .contains(
            new SwarmNotice.PeerBanned(io.seedfall.protocol.Endpoint.parse("10.0.1.1:7000"), 3));
    assertThat(brain.toldOfPiece(3)).isEmpty();
    brain.happens(new SwarmEvent.PeerLost(0, Reason.BAD_PIECE)).forget();
    brain.happens(new SwarmEvent.PeerConnected(0, Brain.facts(0, false, true)));
    assertThat(brain.disconnects()).containsExactly(Reason.BANNED);
    assertThat(brain.forget().says(1, GRANT).expected()).containsExactly("1:3");
  }

  @Test
  void aSenderThatSentNothingIsNotAskedAgainForAsLong() {
    Brain brain = Brain.leech(8).own(0, Brain.range(8)).own(1, Brain.range(8)).says(0, GRANT);
    long stall = brain.settings.stallNanos();
    brain.pass(stall + Swarm.HOUSEKEEPING_NANOS).says(0, new PeerMessage.KeepAlive()).forget();
    brain.says(0, GRANT);
    assertThat(brain.saidTo(0)).contains(new PeerMessage.Decline(DeclineReason.BUSY));
    assertThat(brain.says(1, GRANT).expected()).hasSize(1);
    brain.pass(stall).says(0, GRANT);
    assertThat(brain.expected()).hasSize(2);
  }

  @Test
  void aSenderThatSentNothingTwiceIsNotAskedAgainForTwiceAsLong() {
    Brain brain = Brain.leech(8).own(0, 3).own(1, 3).says(0, GRANT);
    long stall = brain.settings.stallNanos();
    brain.pass(stall + Swarm.HOUSEKEEPING_NANOS).says(0, new PeerMessage.KeepAlive());
    brain.pass(stall).says(0, GRANT).pass(stall + Swarm.HOUSEKEEPING_NANOS).forget();
    brain.pass(2 * stall - 2 * Swarm.HOUSEKEEPING_NANOS).says(0, GRANT);
    assertThat(brain.saidTo(0)).contains(new PeerMessage.Decline(DeclineReason.BUSY));
    assertThat(brain.expected()).isEmpty();
    brain.pass(2 * Swarm.HOUSEKEEPING_NANOS).says(0, GRANT);
    assertThat(brain.expected()).containsExactly("0:3");
  }

  @Test
  void whoSentNothingIsNotAskedSoonerBecauseItCameBack() {
    Brain brain = Brain.leech(8).own(0, 3).own(1, 3).says(0, GRANT);
    brain.pass(brain.settings.stallNanos() + Swarm.HOUSEKEEPING_NANOS);
    brain.happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST)).own(0, 3).forget();
    assertThat(brain.says(0, GRANT).expected()).isEmpty();
    brain.pass(brain.settings.stallNanos()).says(0, GRANT);
    assertThat(brain.expected()).containsExactly("0:3");
  }

  @Test
  void aSenderThatSendsNothingLosesThePieceAndAtLastItsConnection() {
    Brain brain = Brain.leech(8).own(0, Brain.range(8)).own(1, Brain.range(8)).says(0, GRANT);
    String asked = brain.expected().get(0);
    int piece = Integer.parseInt(asked.substring(2));
    brain.forget();
    long wait = brain.settings.stallNanos() + Swarm.HOUSEKEEPING_NANOS;
    brain.pass(brain.settings.stallNanos() - Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.taken()).doesNotContain(new SwarmEffect.AbandonPiece(0, piece));
    brain.pass(2 * Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.taken())
        .contains(new SwarmEffect.AbandonPiece(0, piece))
        .contains(new SwarmEffect.Send(0, new PeerMessage.Cancel(piece, 0, BLOCK)));
    for (int stalls = 1; stalls < brain.settings.stallsMax(); stalls++) {
      assertThat(brain.disconnects()).isEmpty();
      brain.pass(brain.settings.stallNanos() << (stalls - 1));
      brain.says(0, new PeerMessage.KeepAlive());
      brain.says(0, GRANT).says(0, new PeerMessage.KeepAlive()).pass(wait);
    }
    assertThat(brain.disconnects()).containsExactly(Reason.STALLED);
  }

  @Test
  void aRejectedRequestFreesThePiece() {
    Brain brain = Brain.leech(8).own(0, 3).own(1, 3).says(0, GRANT).forget();
    brain.says(0, new PeerMessage.RejectRequest(3, 0, BLOCK));
    assertThat(brain.taken()).containsExactly(new SwarmEffect.AbandonPiece(0, 3));
    assertThat(brain.says(1, GRANT).expected()).containsExactly("1:3");
  }

  @Test
  void aRejectedBlockInTheMiddleCancelsTheOthers() {
    Brain brain = Brain.leech(8).own(0, 3).says(0, GRANT).forget();
    brain.says(0, new PeerMessage.RejectRequest(3, BLOCK, BLOCK));
    assertThat(brain.saidTo(0)).contains(new PeerMessage.Cancel(3, 0, BLOCK));
    assertThat(brain.taken()).contains(new SwarmEffect.AbandonPiece(0, 3));
  }

  @Test
  void blocksOfAPieceGivenUpChangeNothing() {
    Brain brain = Brain.leech(8).own(0, 3).says(0, GRANT);
    brain.says(0, new PeerMessage.RejectRequest(3, 0, BLOCK)).forget();
    brain.happens(new SwarmEvent.BlockStored(0, new Block(3, BLOCK, BLOCK)));
    brain.happens(new SwarmEvent.BlockDropped(0, new Block(3, 2 * BLOCK, BLOCK)));
    assertThat(brain.taken()).isEmpty();
  }

  @Test
  void aFailedDiskAsksForNothingAndDeclinesEverything() {
    Brain brain = Brain.leech(8).own(0, 3, 4).own(1, 3, 4).says(0, GRANT).forget();
    brain.happens(new SwarmEvent.DiskFailed(DiskFault.NO_SPACE));
    assertThat(brain.notices()).contains(new SwarmNotice.DiskStopped(DiskFault.NO_SPACE));
    brain.forget().says(1, GRANT, new PeerMessage.Offer(5));
    assertThat(brain.expected()).isEmpty();
    assertThat(brain.saidTo(1)).containsExactly(NOTHING, new PeerMessage.OfferDeclined(5));
  }

  @Test
  void theLastPieceFinishes() {
    Brain brain = Brain.leech(2).own(0, 0, 1).says(0, GRANT, GRANT);
    List<String> asked = brain.expected();
    brain.delivers(0, Integer.parseInt(asked.get(0).substring(2)), true);
    assertThat(brain.notices()).doesNotContain(new SwarmNotice.Finished());
    brain.delivers(0, Integer.parseInt(asked.get(1).substring(2)), true);
    assertThat(brain.notices()).contains(new SwarmNotice.Finished());
    assertThat(brain.swarm.progress().bytesVerified()).isEqualTo(2L * Brain.PIECE);
  }
}
