package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Endpoint;
import io.seedfall.swarm.SwarmEvent.PeersLearnt.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearntPeersTest {
  private static final long SECOND_IN_NANOS = 1_000_000_000L;

  private static Brain leech(PeerSources sources) {
    return Brain.leech(4, 1, settings -> settings.withPeerSources(sources));
  }

  private static List<Endpoint> peers(int count) {
    ArrayList<Endpoint> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(new Endpoint("10.1." + i / 250 + "." + (1 + i % 250), 6881));
    }
    return peers;
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

  private static Brain learns(Brain brain, int count, Source source) {
    return brain.happens(new SwarmEvent.PeersLearnt(peers(count), source));
  }

  @Test
  void aPeerOfADeploymentDialsItsNeighboursOnly() {
    Brain brain = leech(PeerSources.NEIGHBOURS);
    for (Source source : Source.values()) {
      learns(brain, 3, source);
    }
    assertThat(dialled(brain.pass(10 * SECOND_IN_NANOS))).isEmpty();
  }

  @Test
  void aPrivateTorrentTakesPeersFromTrackersOnly() {
    Brain brain = leech(PeerSources.TRACKERS);
    learns(learns(brain, 3, Source.LOCAL), 3, Source.LINK);
    assertThat(dialled(brain.pass(SECOND_IN_NANOS))).isEmpty();

    learns(brain, 3, Source.TRACKER);
    assertThat(dialled(brain)).hasSize(3);
  }

  @Test
  void aStandalonePeerDialsWhomItLearns() {
    for (Source source : Source.values()) {
      Brain brain = leech(PeerSources.EVERYWHERE);
      assertThat(dialled(learns(brain, 3, source))).containsExactlyElementsOf(peers(3));
    }
  }

  @Test
  void learntPeersAreDialledUpToTheirNumberOfConnections() {
    Brain brain = leech(PeerSources.EVERYWHERE);
    learns(brain, Neighbourhood.LEARNT_CONNECTIONS_MAX + 1, Source.TRACKER);
    assertThat(dialled(brain)).hasSize(Neighbourhood.LEARNT_CONNECTIONS_MAX);
    assertThat(dialled(brain.pass(20 * SECOND_IN_NANOS))).isEmpty();

    brain.happens(new SwarmEvent.ConnectFailed(peers(1).getFirst()));
    assertThat(dialled(brain))
        .containsExactly(peers(Neighbourhood.LEARNT_CONNECTIONS_MAX + 1).getLast());
  }

  @Test
  void neighboursAreDialledHoweverManyWereLearnt() {
    Brain brain = leech(PeerSources.EVERYWHERE);
    learns(brain, Neighbourhood.LEARNT_CONNECTIONS_MAX, Source.TRACKER);
    Endpoint neighbour = new Endpoint("10.0.2.1", 7000);
    brain.forget().happens(new SwarmEvent.NeighboursChanged(List.of(neighbour)));
    assertThat(dialled(brain)).containsExactly(neighbour);
  }

  @Test
  void soManyLearntPeersAreRememberedAndNotOneMore() {
    Brain brain = leech(PeerSources.EVERYWHERE);
    List<Endpoint> many = peers(Neighbourhood.LEARNT_MAX + 1);
    brain.happens(new SwarmEvent.PeersLearnt(many, Source.TRACKER));
    ArrayList<Endpoint> all = new ArrayList<>();
    for (List<Endpoint> next = dialled(brain); !next.isEmpty(); next = dialled(brain)) {
      for (Endpoint remote : next) {
        brain.happens(new SwarmEvent.ConnectFailed(remote));
      }
      all.addAll(next);
    }
    assertThat(all).contains(many.get(Neighbourhood.LEARNT_MAX - 1)).doesNotContain(many.getLast());
  }

  @Test
  void aLearntPeerThatNeverAnswersIsForgotten() {
    Brain brain = leech(PeerSources.EVERYWHERE);
    learns(brain, 1, Source.LINK);
    for (int i = 0; i < Neighbourhood.LEARNT_FAILURES_MAX; i++) {
      assertThat(dialled(brain)).hasSize(1);
      brain.happens(new SwarmEvent.ConnectFailed(peers(1).getFirst())).pass(6 * SECOND_IN_NANOS);
    }
    assertThat(dialled(brain.pass(60 * SECOND_IN_NANOS))).isEmpty();
  }

  @Test
  void weAreNotDialled() {
    Brain brain = leech(PeerSources.EVERYWHERE);
    brain.happens(new SwarmEvent.PeersLearnt(List.of(Brain.SELF), Source.TRACKER));
    assertThat(dialled(brain)).isEmpty();
  }
}
