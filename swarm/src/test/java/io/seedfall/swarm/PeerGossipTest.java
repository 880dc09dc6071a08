package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.ExchangedPeer;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.PeerExchange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerGossipTest {
  private static final long SECOND_IN_NANOS = 1_000_000_000L;

  private static Brain leech(PeerSources sources) {
    return Brain.leech(4, 1, settings -> settings.withPeerSources(sources));
  }

  /** A foreign client joins that says where it listens and, perhaps, that it speaks BEP 11. */
  private static Brain joins(Brain brain, int peer, boolean exchanges) {
    brain.happens(new SwarmEvent.PeerConnected(peer, Brain.facts(peer, false, true)));
    return brain.says(
        peer,
        new PeerMessage.HaveNone(),
        new PeerMessage.ExtensionHandshake(
            0, 0, 7000, "other", false, null, false, exchanges, false));
  }

  private static Endpoint listens(int peer) {
    return new Endpoint("10.0.1." + (peer + 1), 7000);
  }

  private static List<PeerExchange> said(Brain brain, int to) {
    ArrayList<PeerExchange> said = new ArrayList<>();
    for (SwarmEffect effect : brain.taken()) {
      if (effect instanceof SwarmEffect.Send(int peer, PeerExchange exchange) && peer == to) {
        said.add(exchange);
      }
    }
    return said;
  }

  private static List<Endpoint> dialled(Brain brain) {
    ArrayList<Endpoint> dialled = new ArrayList<>();
    for (SwarmEffect effect : brain.taken()) {
      if (effect instanceof SwarmEffect.Connect(Endpoint remote)) {
        dialled.add(remote);
      }
    }
    return dialled;
  }

  private static PeerExchange names(int first, int count, int flags) {
    ArrayList<ExchangedPeer> added = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      added.add(new ExchangedPeer(new Endpoint("10.2.0." + (1 + i), 6881), flags));
    }
    return new PeerExchange(added, List.of());
  }

  @Test
  void aPeerIsToldOfTheOthersAndNotOfItself() {
    Brain brain = joins(joins(leech(PeerSources.EVERYWHERE), 0, true), 1, false);
    List<PeerExchange> said = said(brain.pass(SECOND_IN_NANOS), 0);
    assertThat(said).hasSize(1);
    assertThat(said.getFirst().added()).containsExactly(new ExchangedPeer(listens(1), 0));
    assertThat(said.getFirst().dropped()).isEmpty();
  }

  @Test
  void whatChangesIsSaidOnceAMinute() {
    Brain brain = joins(joins(leech(PeerSources.EVERYWHERE), 0, true), 1, false);
    brain.pass(SECOND_IN_NANOS);
    brain.taken();
    joins(brain, 2, false).happens(new SwarmEvent.PeerLost(1, Reason.CONNECTION_LOST));
    assertThat(said(brain.pass(PeerGossip.SAY_NANOS - 2 * SECOND_IN_NANOS), 0)).isEmpty();
    List<PeerExchange> said = said(brain.pass(3 * SECOND_IN_NANOS), 0);
    assertThat(said).hasSize(1);
    assertThat(said.getFirst().added()).containsExactly(new ExchangedPeer(listens(2), 0));
    assertThat(said.getFirst().dropped()).containsExactly(listens(1));
  }

  @Test
  void theFirstMessageGoesAsSoonAsThereIsSomebodyToTellOf() {
    Brain brain = joins(leech(PeerSources.EVERYWHERE), 0, true);
    assertThat(said(brain.pass(SECOND_IN_NANOS), 0)).isEmpty();
    joins(brain, 1, false);
    List<PeerExchange> said = said(brain.pass(Swarm.HOUSEKEEPING_NANOS), 0);
    assertThat(said).hasSize(1);
    assertThat(said.getFirst().added()).containsExactly(new ExchangedPeer(listens(1), 0));
  }

  @Test
  void twoHundredAreToldOfAndAnotherOnlyWhenOneOfThemIsGone() {
    Brain brain = joins(leech(PeerSources.EVERYWHERE), 0, true);
    for (int peer = 1; peer <= PeerGossip.TOLD_MAX + 1; peer++) {
      joins(brain, peer, false);
    }
    ArrayList<ExchangedPeer> added = new ArrayList<>();
    for (int message = 0; message < PeerGossip.TOLD_MAX / PeerExchange.SAID_MAX; message++) {
      List<PeerExchange> said = said(keptAlive(brain), 0);
      assertThat(said).hasSize(1);
      added.addAll(said.getFirst().added());
    }
    assertThat(added).hasSize(PeerGossip.TOLD_MAX);
    assertThat(said(keptAlive(brain), 0)).isEmpty();
    brain.happens(new SwarmEvent.PeerLost(1, Reason.CONNECTION_LOST));
    assertThat(said(brain.pass(SECOND_IN_NANOS), 0))
        .containsExactly(
            new PeerExchange(
                List.of(new ExchangedPeer(listens(PeerGossip.TOLD_MAX + 1), 0)),
                List.of(listens(1))));
  }

  /** A minute passes, and all said something in it. */
  private static Brain keptAlive(Brain brain) {
    for (int peer = 0; peer <= PeerGossip.TOLD_MAX + 1; peer++) {
      brain.says(peer, new PeerMessage.KeepAlive());
    }
    brain.taken();
    return brain.pass(PeerGossip.SAY_NANOS);
  }

  @Test
  void fiftyAreToldOfInAMessageAndTheRestInTheNext() {
    Brain brain = joins(leech(PeerSources.EVERYWHERE), 0, true);
    for (int peer = 1; peer <= PeerExchange.SAID_MAX + 1; peer++) {
      joins(brain, peer, false);
    }
    List<PeerExchange> first = said(brain.pass(SECOND_IN_NANOS), 0);
    assertThat(first).hasSize(1);
    assertThat(first.getFirst().added()).hasSize(PeerExchange.SAID_MAX);
    List<PeerExchange> second = said(brain.pass(PeerGossip.SAY_NANOS), 0);
    assertThat(second).hasSize(1);
    assertThat(second.getFirst().added()).hasSize(1);
  }

  @Test
  void nobodyIsToldOfAnythingInADeploymentOrOfAPrivateTorrent() {
    for (PeerSources sources : List.of(PeerSources.NEIGHBOURS, PeerSources.TRACKERS)) {
      Brain brain = joins(joins(leech(sources), 0, true), 1, false);
      assertThat(said(brain.pass(SECOND_IN_NANOS), 0)).isEmpty();
      assertThat(dialled(brain.says(0, names(0, 3, 0)))).isEmpty();
    }
  }

  @Test
  void whomAPeerNamesIsDialledUpToFiftyAMessage() {
    Brain brain = joins(leech(PeerSources.EVERYWHERE), 0, true);
    assertThat(dialled(brain.says(0, names(0, 3, 0)))).hasSize(3);
    for (int i = 0; i < 3; i++) {
      brain.happens(new SwarmEvent.ConnectFailed(new Endpoint("10.2.0." + (1 + i), 6881)));
    }
    brain = joins(leech(PeerSources.EVERYWHERE), 0, true);
    brain.says(0, names(0, PeerExchange.SAID_MAX + 1, 0));
    for (int i = 0; i < PeerExchange.SAID_MAX; i++) {
      for (int attempt = 0; attempt < Neighbourhood.LEARNT_FAILURES_MAX; attempt++) {
        brain.happens(new SwarmEvent.ConnectFailed(new Endpoint("10.2.0." + (1 + i), 6881)));
      }
    }
    assertThat(dialled(brain))
        .doesNotContain(new Endpoint("10.2.0." + (1 + PeerExchange.SAID_MAX), 6881))
        .hasSizeGreaterThanOrEqualTo(Neighbourhood.LEARNT_CONNECTIONS_MAX);
  }

  @Test
  void whoSpeaksTooOftenIsPassedOver() {
    Brain brain = joins(leech(PeerSources.EVERYWHERE), 0, true);
    brain.says(0, names(0, 1, 0));
    brain.later(PeerGossip.HEAR_NANOS - 1).taken();
    assertThat(dialled(brain.says(0, names(1, 1, 0)))).isEmpty();
    brain.later(1).taken();
    assertThat(dialled(brain.says(0, names(1, 1, 0)))).hasSize(1);
  }

  @Test
  void aSeedDialsNoSeedThatItIsToldOf() {
    Brain brain =
        joins(
            Brain.seed(4, 1, settings -> settings.withPeerSources(PeerSources.EVERYWHERE)),
            0,
            true);
    brain.taken();
    assertThat(dialled(brain.says(0, names(0, 1, ExchangedPeer.SEED)))).isEmpty();
    brain.later(PeerGossip.HEAR_NANOS).taken();
    assertThat(dialled(brain.says(0, names(1, 1, 0)))).hasSize(1);
  }
}
