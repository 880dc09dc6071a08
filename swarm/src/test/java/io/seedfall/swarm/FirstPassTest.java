package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.MILLI_IN_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The source's first pass: one test for each sentence of its pseudo-code. */
final class FirstPassTest {
  private static final PeerMessage COMPLETE = new PeerMessage.Complete();

  private static Brain sourceWith(int pieces, int peers) {
    Brain brain = Brain.source(pieces).expects(20);
    for (int peer = 0; peer < peers; peer++) {
      brain.own(peer);
    }
    return brain;
  }

  /** The open offers, peer to piece; each peer has one at most, because many peers are expected. */
  private static NavigableMap<Integer, Integer> offers(Brain brain, int peers) {
    TreeMap<Integer, Integer> offers = new TreeMap<>();
    for (int peer = 0; peer < peers; peer++) {
      for (PeerMessage said : brain.saidTo(peer)) {
        if (said instanceof PeerMessage.Offer(int piece)) {
          assertThat(offers.put(peer, piece)).as("two offers to one peer").isNull();
        }
      }
    }
    return offers;
  }

  /** Every offer that is open is taken and sent, until none comes; returns the pieces in order. */
  private static List<Integer> dealEverything(Brain brain, int peers) {
    ArrayList<Integer> dealt = new ArrayList<>();
    for (var open = offers(brain, peers); !open.isEmpty(); open = offers(brain, peers)) {
      brain.forget();
      open.forEach((peer, piece) -> {
        dealt.add(piece);
        brain.asks(peer, piece);
      });
      brain.writesEverything();
    }
    return dealt;
  }

  @Test
  void aSourceSaysAtFirstThatItHasNothing() {
    Brain brain = Brain.source(8).own(0);
    assertThat(brain.saidTo(0).get(0)).isEqualTo(new PeerMessage.HaveNone());
    assertThat(brain.saidTo(0)).doesNotContain(COMPLETE, new PeerMessage.Grant());
  }

  @Test
  void piecesAreOfferedInOrderToDifferentPeersWithinTheWindow() {
    Brain brain = sourceWith(64, 20);
    var open = offers(brain, 20);
    assertThat(open).hasSize(brain.settings.firstPassWindow());
    assertThat(open.values().stream().sorted())
        .containsExactlyElementsOf(
            java.util.stream.IntStream.range(0, open.size()).boxed().toList());
  }

  @Test
  void everyPieceIsGivenOnceBeforeAnyTwice() {
    Brain brain = sourceWith(50, 20);
    assertThat(dealEverything(brain, 20)).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void everyPeerGetsItsTurnBeforeAnyGetsTwo() {
    Brain brain = sourceWith(40, 20);
    TreeMap<Integer, Integer> turns = new TreeMap<>();
    for (var open = offers(brain, 20); !open.isEmpty(); open = offers(brain, 20)) {
      brain.forget();
      open.forEach((peer, piece) -> {
        turns.merge(peer, 1, Integer::sum);
        brain.asks(peer, piece);
      });
      brain.writesEverything();
    }
    assertThat(turns).hasSize(20);
    assertThat(turns.values()).allMatch(count -> count >= 1 && count <= 3);
  }

  @Test
  void aDeclinedPieceGoesToTheNextPeer() {
    Brain brain = sourceWith(64, 20);
    var open = offers(brain, 20);
    int decliner = open.firstKey();
    int piece = open.getOrDefault(decliner, -1);
    brain.forget().says(decliner, new PeerMessage.OfferDeclined(piece));
    var next = offers(brain, 20);
    assertThat(next).containsValue(piece).doesNotContainKey(decliner);
  }

  @Test
  void aPieceThatEverybodyDeclinesIsNotOfferedForEver() {
    Brain brain = sourceWith(1, 3);
    for (int i = 0; i < 3; i++) {
      var open = offers(brain, 3);
      assertThat(open).hasSize(1);
      brain.forget().says(open.firstKey(), new PeerMessage.OfferDeclined(0));
    }
    assertThat(brain.notices()).contains(new SwarmNotice.FirstPassFinished());
  }

  @Test
  void anOfferThatNobodyAnswersGoesToTheNextPeer() {
    Brain brain = sourceWith(1, 3);
    int silent = offers(brain, 3).firstKey();
    brain.forget().pass(AnswerTimes.FIRST_NANOS);
    assertThat(brain.saidTo(silent)).containsExactly(new PeerMessage.GrantWithdrawn());
    assertThat(offers(brain, 3)).hasSize(1).doesNotContainKey(silent);
  }

  @Test
  void afterTheLastPieceItSaysCompleteToItsOwnAndHaveToForeignPeers() {
    Brain brain = sourceWith(9, 3).foreign(7);
    assertThat(brain.saidTo(7)).contains(new PeerMessage.HaveNone());
    dealEverything(brain, 3);
    for (int peer = 0; peer < 3; peer++) {
      assertThat(brain.saidTo(peer)).contains(COMPLETE);
    }
    for (int piece = 0; piece < 9; piece++) {
      assertThat(brain.saidTo(7)).contains(new PeerMessage.Have(piece));
    }
    assertThat(brain.notices()).contains(new SwarmNotice.FirstPassFinished());
  }

  @Test
  void afterTheFirstPassItGrantsLikeEveryOtherSender() {
    Brain brain = sourceWith(9, 3);
    assertThat(brain.toldAbout(new PeerMessage.Grant())).isEmpty();
    dealEverything(brain, 3);
    assertThat(brain.toldAbout(new PeerMessage.Grant())).isNotEmpty();
  }

  @Test
  void thePieceOfAPeerThatDiesIsOfferedAgainUnlessSomebodyReportedIt() {
    Brain brain = sourceWith(64, 20);
    var open = offers(brain, 20);
    int dies = open.firstKey();
    int diesToo = open.higherKey(dies);
    int kept = open.getOrDefault(diesToo, -1);
    int lost = open.getOrDefault(dies, -1);
    brain.asks(dies, lost).asks(diesToo, kept).writesEverything().forget();
    brain.says(15, new PeerMessage.Have(kept));
    brain.happens(new SwarmEvent.PeerLost(dies, Reason.CONNECTION_LOST));
    brain.happens(new SwarmEvent.PeerLost(diesToo, Reason.CONNECTION_LOST));
    List<Integer> dealt = dealEverything(brain, 20);
    assertThat(dealt).contains(lost).doesNotContain(kept);
  }

  @Test
  void anOpenOfferDiesWithItsPeerAndThePieceGoesOn() {
    Brain brain = sourceWith(64, 20);
    var open = offers(brain, 20);
    int dies = open.firstKey();
    brain.forget().happens(new SwarmEvent.PeerLost(dies, Reason.CONNECTION_LOST));
    assertThat(offers(brain, 20)).containsValue(open.getOrDefault(dies, -1));
  }

  @Test
  void theBackOffOfAPeerThatIsGoneWakesNobodyForEver() {
    Brain brain = sourceWith(64, 1);
    brain.pass(AnswerTimes.FIRST_NANOS);
    assertThat(brain.saidTo(0)).contains(new PeerMessage.GrantWithdrawn());
    brain.happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST));
    brain.pass(1_000 * MILLI_IN_NANOS);
    assertThat(brain.swarm.nextDeadlineNanos()).isGreaterThan(brain.now());
  }

  @Test
  void piecesThatPeersHaveAlreadyAreNotDealt() {
    Brain brain = Brain.source(6).expects(20);
    brain.own(0, 0, 1, 2).own(1, 4);
    assertThat(dealEverything(brain, 2)).containsExactlyInAnyOrder(3, 5);
  }

  @Test
  void racksTakeTurns() {
    int peers = 48;
    Brain brain = Brain.source(192).expects(peers);
    for (int peer = 0; peer < peers; peer++) {
      brain.ownOfRack(peer, peer < 24 ? "big" : peer < 36 ? "b" : "c");
    }
    int[] toBig = {0};
    for (var open = offers(brain, peers); !open.isEmpty(); open = offers(brain, peers)) {
      brain.forget();
      open.forEach((peer, piece) -> {
        toBig[0] += peer < 24 ? 1 : 0;
        brain.asks(peer, piece);
      });
      brain.writesEverything();
    }
    // A third of what follows the joins, though half of the peers stand there.
    assertThat(toBig[0]).isBetween(192 / 3, 16 + (192 - 16) / 3 + 1);
  }

  @Test
  void withoutAPeerOfItsOwnKindASourceServesForeignPeersAfterAMoment() {
    Brain brain = Brain.source(4).foreign(0);
    brain.forget().pass(Swarm.FIRST_PASS_PATIENCE_NANOS - 2 * MILLI_IN_NANOS);
    assertThat(brain.saidTo(0)).isEmpty();
    brain.pass(Swarm.HOUSEKEEPING_NANOS + 2 * MILLI_IN_NANOS);
    assertThat(brain.saidTo(0))
        .containsExactly(
            new PeerMessage.Have(0),
            new PeerMessage.Have(1),
            new PeerMessage.Have(2),
            new PeerMessage.Have(3));
  }

  @Test
  void foreignPeersThatComeAndGoDoNotMakeOthersWait() {
    Brain brain = Brain.source(1).foreign(0);
    for (int peer = 1; peer < 8; peer++) {
      brain.foreign(peer).pass(Swarm.FIRST_PASS_PATIENCE_NANOS / 5);
      brain.happens(new SwarmEvent.PeerLost(peer, Reason.CONNECTION_LOST));
    }
    assertThat(brain.saidTo(0)).contains(new PeerMessage.Have(0));
  }
}
