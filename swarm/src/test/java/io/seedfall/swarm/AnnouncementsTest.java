package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.MILLI_IN_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a peer with sf_grant hears of a verified piece. */
class AnnouncementsTest {
  private static final PeerMessage GRANT = new PeerMessage.Grant();

  /** Peer 0 delivers a piece every ten milliseconds; to peer 1 there is nothing else to say. */
  private static Brain busy(int pieces) {
    Brain brain = Brain.leech(64).own(0, Brain.range(64)).own(1, Brain.range(64));
    for (int i = 0; i < pieces; i++) {
      brain.pass(10 * MILLI_IN_NANOS);
      deliverOne(brain);
    }
    return brain.pass(40 * MILLI_IN_NANOS).forget();
  }

  private static int deliverOne(Brain brain) {
    brain.says(0, GRANT);
    List<String> expected = brain.expected();
    int piece = Integer.parseInt(expected.getLast().substring(2));
    brain.delivers(0, piece, true);
    return piece;
  }

  private static List<int[]> haves(Brain brain, int peer) {
    ArrayList<int[]> all = new ArrayList<>();
    for (PeerMessage said : brain.saidTo(peer)) {
      if (said instanceof PeerMessage.Haves(int[] pieces)) {
        all.add(pieces);
      }
    }
    return all;
  }

  @Test
  void theFirstPieceIsToldAtOnce() {
    Brain brain = Brain.leech(8).own(0, 3).own(1);
    deliverOne(brain);
    assertThat(haves(brain, 1)).containsExactly(new int[] {3});
  }

  @Test
  void piecesThatComeFastAreToldTogetherAndSoon() {
    Brain brain = busy(24);
    int first = deliverOne(brain);
    int second = deliverOne(brain.pass(10 * MILLI_IN_NANOS));
    assertThat(haves(brain, 1)).isEmpty();
    brain.pass(50 * MILLI_IN_NANOS);
    assertThat(haves(brain, 1)).containsExactly(new int[] {first, second});
  }

  @Test
  void whatGoesToAPeerAnywayTakesThePiecesAlongInFrontOfIt() {
    Brain brain = busy(24);
    int piece = deliverOne(brain);
    brain.says(1, GRANT);
    assertThat(brain.saidTo(1).getFirst()).isInstanceOf(PeerMessage.Haves.class);
    assertThat(haves(brain, 1)).containsExactly(new int[] {piece});
    assertThat(brain.saidTo(1).get(1)).isInstanceOf(PeerMessage.RequestPiece.class);
    brain.forget().pass(200 * MILLI_IN_NANOS);
    assertThat(brain.toldOfPiece(piece)).doesNotContain(1);
  }

  @Test
  void nobodyWaitsLongerThanTheLimitHoweverSlowlyPiecesCome() {
    Brain brain = Brain.leech(64).own(0, Brain.range(64)).own(1, Brain.range(64));
    for (int i = 0; i < 24; i++) {
      deliverOne(brain.pass(400 * MILLI_IN_NANOS));
    }
    long limit = brain.settings.haveDelayMaxNanos();
    int piece = deliverOne(brain.pass(400 * MILLI_IN_NANOS).forget());
    brain.pass(limit - 1);
    assertThat(brain.toldOfPiece(piece)).doesNotContain(1);
    brain.pass(1);
    assertThat(brain.toldOfPiece(piece)).contains(1);
  }

  @Test
  void whoJoinsLaterKnowsFromItsHandshakeWhatIsNotToldAgain() {
    Brain brain = busy(24);
    int piece = deliverOne(brain);
    brain.own(2).forget().pass(200 * MILLI_IN_NANOS);
    assertThat(brain.toldOfPiece(piece)).doesNotContain(2);
  }

  @Test
  void moreThanOneMessageTakesGoInSeveral() {
    int many = PeerMessage.Haves.PIECES_MAX + 1;
    ArrayDeque<SwarmEffect> queue = new ArrayDeque<>();
    Announcements announcements = new Announcements(queue, Brain.settings(), many);
    for (int piece = 0; piece < many; piece++) {
      announcements.verified(piece, false, 0);
    }
    PeerSession session = new PeerSession(5, new Standings(), Brain.facts(5, false, true), many, 0);
    announcements.tell(session);
    assertThat(queue)
        .extracting(effect ->
            effect instanceof SwarmEffect.Send(int _, PeerMessage.Haves(int[] pieces))
                ? pieces.length
                : 0)
        .containsExactly(PeerMessage.Haves.PIECES_MAX, 1);
  }
}
