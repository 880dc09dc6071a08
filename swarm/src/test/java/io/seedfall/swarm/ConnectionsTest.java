package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.MILLI_IN_NANOS;
import static io.seedfall.swarm.Brain.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is connected, who dials, who is not let in, and what ends a connection. */
final class ConnectionsTest {
  private static final Endpoint LOWER = new Endpoint("10.0.0.1", 7000);
  private static final Endpoint HIGHER = new Endpoint("10.0.9.9", 7000);

  private static List<Endpoint> dialled(Brain brain) {
    return brain.taken().stream()
        .filter(effect -> effect instanceof SwarmEffect.Connect)
        .map(effect -> ((SwarmEffect.Connect) effect).remote())
        .toList();
  }

  private static PeerFacts peer(long idSeed, Endpoint remote, boolean dialled) {
    return new PeerFacts(remote, PeerId.random(new SeededRandom(idSeed)), dialled, true, true);
  }

  @Test
  void theLowerEndpointDialsAtOnceAndTheHigherOneAfterAMoment() {
    Brain brain = Brain.leech(4);
    brain.happens(new SwarmEvent.NeighboursChanged(List.of(LOWER, HIGHER)));
    assertThat(dialled(brain)).containsExactly(HIGHER);
    brain.later(Neighbourhood.SECOND_DIALLER_NANOS - 1);
    assertThat(dialled(brain)).isEmpty();
    brain.later(1);
    assertThat(dialled(brain)).containsExactly(LOWER);
  }

  @Test
  void aNeighbourThatConnectedIsNotDialled() {
    Brain brain = Brain.leech(4).own(0);
    Endpoint listens = new Endpoint("10.0.1.1", 7000);
    brain.happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST));
    brain.happens(new SwarmEvent.NeighboursChanged(List.of(listens)));
    assertThat(dialled(brain)).containsExactly(listens);
    brain.happens(new SwarmEvent.ConnectFailed(listens)).own(0).forget();
    brain.pass(20_000 * MILLI_IN_NANOS);
    assertThat(dialled(brain)).isEmpty();
  }

  @Test
  void aDialThatFailsIsTriedAgainAfterLongerAndLongerWaits() {
    Brain brain = Brain.leech(4);
    brain.happens(new SwarmEvent.NeighboursChanged(List.of(HIGHER)));
    long wait = brain.settings.reconnectMinNanos();
    for (int i = 0; i < 10; i++) {
      assertThat(dialled(brain)).containsExactly(HIGHER);
      brain.happens(new SwarmEvent.ConnectFailed(HIGHER)).later(wait - 1);
      assertThat(dialled(brain)).isEmpty();
      brain.later(1);
      wait = Math.min(2 * wait, brain.settings.reconnectMaxNanos());
    }
  }

  @Test
  void whoHasEverythingDialsNobodyUnlessItIsASourceInItsFirstPass() {
    var list = new SwarmEvent.NeighboursChanged(List.of(HIGHER));
    assertThat(dialled(Brain.seed(4).happens(list))).isEmpty();
    assertThat(dialled(Brain.source(4).happens(list))).containsExactly(HIGHER);
  }

  @Test
  void aSeedWithoutACoordinatorDialsWhomItKnows() {
    var list = new SwarmEvent.NeighboursChanged(List.of(HIGHER));
    Brain seed = Brain.seed(4, 1, settings -> settings.withPeerSources(PeerSources.EVERYWHERE));
    assertThat(dialled(seed.happens(list))).containsExactly(HIGHER);
  }

  @Test
  void ofTwoConnectionsBothSidesKeepTheSameOne() {
    for (long id = 0; id < 20; id++) {
      PeerId remote = PeerId.random(new SeededRandom(id));
      PeerId self = PeerId.random(new SeededRandom(-99));
      boolean oursWins = self.compareTo(remote) < 0;
      Brain brain = Brain.leech(4);
      brain.happens(new SwarmEvent.PeerConnected(0, peer(id, HIGHER, true)));
      brain.happens(
          new SwarmEvent.PeerConnected(1, peer(id, new Endpoint("10.0.9.9", 41_000), false)));
      assertThat(brain.taken())
          .contains(new SwarmEffect.Disconnect(oursWins ? 1 : 0, Reason.DUPLICATE))
          .doesNotContain(new SwarmEffect.Disconnect(oursWins ? 0 : 1, Reason.DUPLICATE));
    }
  }

  @Test
  void aPeerThatDialsAgainReplacesItsDeadConnection() {
    Brain brain = Brain.leech(4);
    brain.happens(new SwarmEvent.PeerConnected(0, peer(5, LOWER, false)));
    brain.happens(new SwarmEvent.PeerConnected(1, peer(5, LOWER, false)));
    assertThat(brain.taken()).contains(new SwarmEffect.Disconnect(0, Reason.DUPLICATE));
  }

  @Test
  void aConnectionToOurselvesEnds() {
    Brain brain = Brain.leech(4);
    brain.happens(new SwarmEvent.PeerConnected(0, peer(-99, HIGHER, true)));
    assertThat(brain.disconnects()).containsExactly(Reason.SELF);
  }

  @Test
  void asManyPeersAsAllowedAreLetInAndOneMoreIsNot() {
    Brain brain = Brain.leech(4);
    int most = brain.settings.peersMax();
    for (int peer = 0; peer < most; peer++) {
      brain.happens(new SwarmEvent.PeerConnected(peer, facts(peer, false, true)));
    }
    assertThat(brain.disconnects()).isEmpty();
    brain.happens(new SwarmEvent.PeerConnected(most, facts(most, false, true)));
    assertThat(brain.disconnects()).containsExactly(Reason.TOO_MANY_PEERS);
  }

  @Test
  void aSilentPeerIsLeftWhenItsTimeIsUp() {
    Brain brain = Brain.leech(4).own(0).forget();
    brain.pass(brain.settings.idleNanos() - Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.disconnects()).isEmpty();
    assertThat(brain.saidTo(0)).contains(new PeerMessage.KeepAlive());
    brain.pass(2 * Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.disconnects()).containsExactly(Reason.IDLE);
  }

  @Test
  void twoPeersThatHaveEverythingPart() {
    Brain brain = Brain.seed(2).own(0, 0, 1).forget();
    brain.pass(Swarm.COMPLETE_LINGER_NANOS - Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.disconnects()).isEmpty();
    brain.pass(2 * Swarm.HOUSEKEEPING_NANOS);
    assertThat(brain.disconnects()).containsExactly(Reason.NOTHING_TO_DO);
  }

  @Test
  void aPeerThatDoesNotReadIsLeft() {
    Brain brain = Brain.seed(2).own(0).asks(0, 1).forget();
    for (int i = 0; i < 5; i++) {
      brain.says(0, new PeerMessage.KeepAlive()).pass(brain.settings.stallNanos() / 2);
    }
    assertThat(brain.disconnects()).containsExactly(Reason.TOO_SLOW_TO_READ);
  }

  @Test
  void numbersOutsideTheTorrentEndTheConnection() {
    List<PeerMessage> wrong =
        List.of(
            new PeerMessage.Have(4),
            new PeerMessage.Have(-1),
            new PeerMessage.Bitfield(new byte[2]),
            new PeerMessage.Bitfield(new byte[] {0x0f}),
            new PeerMessage.Request(4, 0, 1),
            new PeerMessage.Request(0, 0, Brain.PIECE + 1),
            new PeerMessage.Request(0, -1, 1),
            new PeerMessage.Cancel(0, Brain.PIECE, 1),
            new PeerMessage.RejectRequest(9, 0, 1),
            new PeerMessage.Offer(4),
            new PeerMessage.OfferDeclined(4),
            new PeerMessage.Asking(4),
            new PeerMessage.AskingWithdrawn(-1));
    for (PeerMessage message : wrong) {
      Brain brain = Brain.leech(4).own(0).says(0, message);
      assertThat(brain.disconnects())
          .as(message.toString())
          .containsExactly(Reason.PROTOCOL_VIOLATION);
    }
  }

  @Test
  void whatAPeerHasIsSaidOnce() {
    Brain brain = Brain.leech(4).own(0).says(0, new PeerMessage.HaveAll());
    assertThat(brain.disconnects()).containsExactly(Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void aMetadataRequestFromAPeerThatNamedNoIdForTheAnswerEndsTheConnection() {
    Brain brain = Brain.leech(4);
    brain.happens(new SwarmEvent.PeerConnected(0, facts(0, false, true)));
    brain.says(0, new PeerMessage.MetadataRequest(0));
    assertThat(brain.disconnects()).containsExactly(Reason.PROTOCOL_VIOLATION);
  }

  @Test
  void whatAPeerSaidBeforeItWasDisconnectedIsPassedOver() {
    Brain brain = Brain.leech(4).own(0).says(0, new PeerMessage.Have(9)).forget();
    brain.says(0, new PeerMessage.Grant());
    assertThat(brain.taken()).isEmpty();
    brain.happens(new SwarmEvent.PeerLost(0, Reason.PROTOCOL_VIOLATION)).own(0);
    assertThat(brain.saidTo(0)).isNotEmpty();
  }

  @Test
  void contentThatChangedUnderASeedEndsEverything() {
    Brain brain = Brain.seed(4).own(0).forget();
    brain.happens(new SwarmEvent.DiskFailed(DiskFault.CONTENT_CHANGED));
    assertThat(brain.disconnects()).containsExactly(Reason.SHUTDOWN);
    brain.happens(new SwarmEvent.PeerLost(0, Reason.SHUTDOWN)).forget();
    brain.happens(new SwarmEvent.PeerConnected(0, facts(0, false, true)));
    assertThat(brain.disconnects()).containsExactly(Reason.SHUTDOWN);
  }

  @Test
  void aDriverThatBreaksTheContractIsABug() {
    Brain brain = Brain.leech(4).own(0);
    assertThatThrownBy(() -> brain.happens(new SwarmEvent.PeerLost(1, Reason.IDLE)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> brain.happens(new SwarmEvent.PeerConnected(0, facts(0, false, true))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> brain.happens(new SwarmEvent.PieceVerified(0)))
        .isInstanceOf(IllegalStateException.class);
  }
}
