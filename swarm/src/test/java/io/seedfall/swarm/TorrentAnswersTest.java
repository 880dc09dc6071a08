package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Hashes below the piece layer are read from verified pieces; here pieces 2 and 3 are asked for.
 */
class TorrentAnswersTest {
  private static final List<Hash256> HASHES = List.of(Hash256.ZERO);

  private static final TorrentKnowledge KNOWS =
      new TorrentKnowledge() {
        @Override
        public int metadataBytes() {
          return 0;
        }

        @Override
        public byte @Nullable [] metadataPiece(int piece) {
          return null;
        }

        @Override
        public @Nullable List<Hash256> hashes(HashRequest request) {
          return request.baseLayer() >= 2 ? HASHES : null;
        }

        @Override
        public @Nullable Span piecesBelow(HashRequest request) {
          return request.baseLayer() == 0 ? new Span(2, 4) : null;
        }
      };

  private final PieceSet have = new PieceSet(8);
  private final Effects effects = new Effects(Brain.settings(), 8);
  private final TorrentAnswers answers = new TorrentAnswers(KNOWS, have, effects);

  private static HashRequest request(int baseLayer, int index) {
    return new HashRequest(Hash256.ZERO, baseLayer, index, 2, 0);
  }

  private static PeerSession peer(int slot) {
    return new PeerSession(slot, new Standings(), Brain.facts(slot, false, true), 8, 0);
  }

  private static PeerMessage reject(HashRequest request) {
    return new PeerMessage.HashReject(Hash256.ZERO, request.baseLayer(), request.index(), 2, 0);
  }

  private static PeerMessage answer(HashRequest request) {
    return new PeerMessage.Hashes(Hash256.ZERO, request.baseLayer(), request.index(), 2, 0, HASHES);
  }

  private void hasTwoAndThree() {
    have.add(2);
    have.add(3);
  }

  @Test
  void whatIsAtHandIsAnsweredAtOnce() {
    answers.hashes(peer(0), request(2, 0), 0);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.Send(0, answer(request(2, 0))));
  }

  @Test
  void leavesAreReadAndThenAnswered() {
    hasTwoAndThree();
    answers.hashes(peer(0), request(0, 0), 0);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.ReadHashes(0, request(0, 0)));
    assertThat(effects.poll()).isNull();

    answers.read(0, request(0, 0), HASHES, 1);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.Send(0, answer(request(0, 0))));
  }

  @Test
  void whatCouldNotBeReadIsRejected() {
    hasTwoAndThree();
    answers.hashes(peer(0), request(0, 0), 0);
    effects.poll();
    answers.read(0, request(0, 0), null, 1);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.Send(0, reject(request(0, 0))));
  }

  @Test
  void leavesOfAPieceThatIsNotHereAndUnknownLayersAreRejected() {
    have.add(2);
    answers.hashes(peer(0), request(0, 0), 0);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.Send(0, reject(request(0, 0))));
    hasTwoAndThree();
    answers.hashes(peer(0), request(1, 0), 0);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.Send(0, reject(request(1, 0))));
  }

  @Test
  void onePeerHasSoManyRequestsReadAtOnce() {
    hasTwoAndThree();
    PeerSession peer = peer(0);
    for (int i = 0; i < TorrentAnswers.READS_PER_PEER_MAX; i++) {
      answers.hashes(peer, request(0, i), 0);
      assertThat(effects.poll()).isInstanceOf(SwarmEffect.ReadHashes.class);
    }
    answers.hashes(peer, request(0, 99), 0);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.Send(0, reject(request(0, 99))));
  }

  @Test
  void soManyRequestsAreReadAtOnceEvenOfPeersThatAreGone() {
    hasTwoAndThree();
    for (int i = 0; i < TorrentAnswers.READS_MAX; i++) {
      PeerSession gone = peer(i);
      answers.hashes(gone, request(0, i), 0);
      assertThat(effects.poll()).isInstanceOf(SwarmEffect.ReadHashes.class);
      answers.lost(gone);
    }
    PeerSession next = peer(0);
    answers.hashes(next, request(0, 99), 0);
    assertThat(effects.poll()).isEqualTo(new SwarmEffect.Send(0, reject(request(0, 99))));

    answers.read(7, request(0, 7), HASHES, 1);
    assertThat(effects.poll()).isNull();
    answers.hashes(next, request(0, 99), 1);
    assertThat(effects.poll()).isInstanceOf(SwarmEffect.ReadHashes.class);
  }

  @Test
  void hashesThatNobodyAskedForAreABug() {
    assertThatThrownBy(() -> answers.read(0, request(0, 0), HASHES, 0))
        .isInstanceOf(IllegalStateException.class);
  }
}
