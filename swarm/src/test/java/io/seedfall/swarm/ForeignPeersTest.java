package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.BLOCK;
import static io.seedfall.swarm.Brain.MILLI_IN_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.wire.PeerMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients without sf_grant: ordinary choke, unchoke and request pipelines (BEP 3, 6). */
final class ForeignPeersTest {
  private static final PeerMessage INTERESTED = new PeerMessage.Interested();
  private static final PeerMessage UNCHOKE = new PeerMessage.Unchoke();
  private static final PeerMessage CHOKE = new PeerMessage.Choke();

  @Test
  void noMessageOfTheExtensionIsEverSentToThem() {
    Brain brain = Brain.seed(8).foreign(0).says(0, INTERESTED).pass(5_000 * MILLI_IN_NANOS);
    assertThat(brain.saidTo(0)).doesNotContain(new PeerMessage.Grant());
    assertThat(brain.says(0, new PeerMessage.Grant()).disconnects())
        .containsExactly(Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void anInterestedOneIsUnchokedWhileASlotIsFree() {
    Brain brain = Brain.seed(8);
    int slots = brain.settings.foreignUploadSlots();
    for (int peer = 0; peer <= slots; peer++) {
      brain.foreign(peer).says(peer, INTERESTED);
    }
    assertThat(brain.toldAbout(UNCHOKE)).hasSize(slots).doesNotContain(slots);
  }

  @Test
  void slotsGoRoundOverThoseWhoWait() {
    Brain brain = Brain.seed(8);
    int slots = brain.settings.foreignUploadSlots();
    for (int peer = 0; peer <= slots; peer++) {
      brain.foreign(peer).says(peer, INTERESTED);
    }
    brain.forget().pass(brain.settings.foreignSlotNanos() + Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.toldAbout(CHOKE)).contains(0);
    assertThat(brain.toldAbout(UNCHOKE)).contains(slots);
  }

  @Test
  void aSlotThatIsGivenUpGoesToWhoWaits() {
    Brain brain = Brain.seed(8);
    int slots = brain.settings.foreignUploadSlots();
    for (int peer = 0; peer <= slots; peer++) {
      brain.foreign(peer).says(peer, INTERESTED);
    }
    brain.forget().says(1, new PeerMessage.NotInterested());
    assertThat(brain.toldAbout(UNCHOKE)).containsExactly(slots);
    brain.forget().happens(new SwarmEvent.PeerLost(2, Reason.CONNECTION_LOST));
    assertThat(brain.toldAbout(UNCHOKE)).isEmpty();
  }

  @Test
  void theRequestsOfAnUnchokedOneAreServedAndOfAChokedOneRejected() {
    Brain brain = Brain.seed(8).foreign(0);
    brain.says(0, new PeerMessage.Request(1, 0, BLOCK));
    assertThat(brain.saidTo(0)).contains(new PeerMessage.RejectRequest(1, 0, BLOCK));
    brain.says(0, INTERESTED).forget().says(0, new PeerMessage.Request(1, 0, BLOCK));
    assertThat(brain.blocks()).containsExactly("0:1+0");
  }

  @Test
  void itMaySayAgainWhatItHasWhereThatIsShorterThanManyHaves() {
    Brain brain = Brain.leech(8).foreign(0, 1).says(0, new PeerMessage.Unchoke()).forget();
    brain.says(0, new PeerMessage.Bitfield(new byte[] {(byte) 0xc0})); // as aria2 1.36 does
    assertThat(brain.disconnects()).isEmpty();
    brain.foreign(1, 0).says(1, new PeerMessage.Bitfield(new byte[] {(byte) 0xff}));
    assertThat(brain.disconnects()).isEmpty();
    brain.own(2, 1).says(2, new PeerMessage.Bitfield(new byte[] {(byte) 0xc0}));
    assertThat(brain.disconnects()).containsExactly(Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void theGapBehindTheEndOfAFileMayBeAskedForUpToThePieceSize() {
    Brain brain = Brain.seedOf(Brain.PIECE + 68).foreign(0).says(0, INTERESTED).forget();
    brain.says(0, new PeerMessage.Request(1, 0, BLOCK)); // as libtorrent 2.0.8 does
    assertThat(brain.blocks()).containsExactly("0:1+0");
    assertThat(brain.disconnects()).isEmpty();
    brain.says(0, new PeerMessage.Request(1, 68, BLOCK));
    assertThat(brain.disconnects()).containsExactly(Reason.PROTOCOL_VIOLATION);
    brain.own(1).says(1, new PeerMessage.Request(1, 0, BLOCK));
    assertThat(brain.disconnects()).hasSize(2);
  }

  @Test
  void aRequestForAPieceThatIsNotHereIsRejected() {
    Brain brain = Brain.leech(8).foreign(0).says(0, INTERESTED).forget();
    brain.says(0, new PeerMessage.Request(1, 0, BLOCK));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RejectRequest(1, 0, BLOCK));
  }

  @Test
  void asManyRequestsAsAllowedAreQueuedAndOneMoreIsRejected() {
    Brain brain = Brain.seed(256).foreign(0).says(0, INTERESTED).forget();
    int most = brain.settings.requestsQueuedMax() + brain.settings.uplinkBlocksPerPeerMax();
    for (int i = 0; i < most; i++) {
      brain.says(0, new PeerMessage.Request(i / 4, i % 4 * BLOCK, BLOCK));
    }
    assertThat(brain.saidTo(0)).isEmpty();
    brain.says(0, new PeerMessage.Request(200, 0, BLOCK));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.RejectRequest(200, 0, BLOCK));
  }

  @Test
  void aRequestOfMoreThan128KibEndsTheConnection() {
    Brain brain = Brain.seed(8).foreign(0).says(0, INTERESTED);
    brain.says(0, new PeerMessage.Request(0, 0, Brain.PIECE + 1));
    assertThat(brain.disconnects()).containsExactly(Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void aForeignSeedIsAskedThroughAPipelineOf16KibRequests() {
    Brain brain = Brain.leech(64).foreign(0, Brain.range(64));
    assertThat(brain.saidTo(0)).contains(INTERESTED);
    brain.forget().says(0, UNCHOKE);
    List<PeerMessage> requests = brain.saidTo(0);
    assertThat(requests).hasSize(brain.settings.foreignRequestsMax()).doesNotHaveDuplicates();
    assertThat(requests)
        .allMatch(said -> said instanceof PeerMessage.Request r && r.length() == BLOCK);
  }

  @Test
  void whatComesIsAskedForAnewSoThatThePipelineStaysFull() {
    Brain brain = Brain.leech(64).foreign(0, Brain.range(64)).says(0, UNCHOKE);
    int piece = Integer.parseInt(brain.expected().get(0).substring(2));
    brain.forget().happens(new SwarmEvent.BlockStored(0, brain.geometry.blockAt(piece, 0, BLOCK)));
    assertThat(brain.saidTo(0)).hasSize(1);
  }

  @Test
  void aChokeMakesRequestsVoidAndAnUnchokeAsksAgainForWhatDidNotCome() {
    Brain brain = Brain.leech(1).foreign(0, 0).says(0, UNCHOKE).forget();
    brain.happens(new SwarmEvent.BlockStored(0, brain.geometry.blockAt(0, 1, BLOCK)));
    brain.says(0, CHOKE).forget().says(0, UNCHOKE);
    assertThat(brain.saidTo(0))
        .containsExactly(
            new PeerMessage.Request(0, 0, BLOCK),
            new PeerMessage.Request(0, 2 * BLOCK, BLOCK),
            new PeerMessage.Request(0, 3 * BLOCK, BLOCK));
  }

  @Test
  void aSeedThatRejectsAgainAndAgainIsLeft() {
    Brain brain = Brain.leech(1).foreign(0, 0).says(0, UNCHOKE);
    for (int i = 0; i < brain.settings.stallsMax(); i++) {
      assertThat(brain.disconnects()).isEmpty();
      brain.says(0, new PeerMessage.RejectRequest(0, 0, BLOCK));
    }
    assertThat(brain.disconnects()).containsExactly(Reason.STALLED);
  }

  @Test
  void whoSpeaksNoExtensionsIsServedAllTheSame() {
    Brain brain = Brain.seed(8);
    brain.happens(new SwarmEvent.PeerConnected(0, Brain.facts(0, false, false)));
    assertThat(brain.saidTo(0)).containsExactly(new PeerMessage.HaveAll());
    assertThat(brain.forget().says(0, INTERESTED).saidTo(0)).containsExactly(UNCHOKE);
  }

  @Test
  void interestEndsWhenThereIsNothingLeftToWant() {
    Brain brain = Brain.leech(1).foreign(0, 0).says(0, UNCHOKE).forget();
    brain.delivers(0, 0, true);
    assertThat(brain.saidTo(0))
        .containsExactly(new PeerMessage.Have(0), new PeerMessage.NotInterested());
  }
}
