package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.BLOCK;
import static io.seedfall.swarm.Brain.MILLI_IN_NANOS;
import static io.seedfall.swarm.SuperSeeding.AGAIN_NANOS;
import static io.seedfall.swarm.SuperSeeding.REVEALED_MAX;
import static io.seedfall.swarm.SuperSeeding.STUCK_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Super-seeding (BEP 16) towards clients that do not speak sf_grant. */
final class SuperSeedingTest {
  private static final PeerMessage INTERESTED = new PeerMessage.Interested();

  /** Between two looks of a brain at its house. */
  private static final long MOMENT_NANOS = Swarm.HOUSEKEEPING_NANOS;

  /** A source that no coordinator knows, with so many clients, after it has begun to reveal. */
  private static Brain source(int pieces, int clients) {
    Brain brain = superSeed(pieces);
    for (int client = 0; client < clients; client++) {
      brain.foreign(client);
    }
    return brain.pass(Swarm.FIRST_PASS_PATIENCE_NANOS);
  }

  private static Brain superSeed(int pieces) {
    return Brain.seed(
        pieces,
        1,
        settings -> settings.withFirstPass(true).withPeerSources(PeerSources.EVERYWHERE));
  }

  /** What was revealed to a client since the last look, in order. */
  private static List<Integer> revealed(Brain brain, int client) {
    ArrayList<Integer> pieces = new ArrayList<>();
    for (PeerMessage said : brain.saidTo(client)) {
      if (said instanceof PeerMessage.Have(int piece)) {
        pieces.add(piece);
      }
    }
    return pieces;
  }

  private static List<Integer> offered(Brain brain, int own) {
    ArrayList<Integer> pieces = new ArrayList<>();
    for (PeerMessage said : brain.saidTo(own)) {
      if (said instanceof PeerMessage.Offer(int piece)) {
        pieces.add(piece);
      }
    }
    return pieces;
  }

  private static Brain has(Brain brain, int client, int... pieces) {
    for (int piece : pieces) {
      brain.says(client, new PeerMessage.Have(piece));
    }
    return brain;
  }

  private static Brain leaves(Brain brain, int client) {
    return brain.happens(new SwarmEvent.PeerLost(client, Reason.CONNECTION_LOST));
  }

  @Test
  void aSourceSeemsToHaveNothingAndRevealsAFewPiecesToEachClient() {
    Brain brain = source(16, 3);
    for (int client = 0; client < 3; client++) {
      assertThat(brain.saidTo(client).get(0)).isEqualTo(new PeerMessage.HaveNone());
    }
    assertThat(revealed(brain, 0)).containsExactly(0, 3);
    assertThat(revealed(brain, 1)).containsExactly(1, 4);
    assertThat(revealed(brain, 2)).containsExactly(2, 5);
    assertThat(REVEALED_MAX).isEqualTo(2);
    assertThat(brain.forget().pass(AGAIN_NANOS - MOMENT_NANOS).taken())
        .noneMatch(SwarmEffect.SendBlock.class::isInstance)
        .noneMatch(e -> e instanceof SwarmEffect.Send(int _, PeerMessage.Have _));
  }

  @Test
  void nothingIsRevealedBeforeItIsClearThatNobodyOfOurKindIsThere() {
    Brain brain = superSeed(16).foreign(0);
    brain.forget().pass(Swarm.FIRST_PASS_PATIENCE_NANOS - MILLI_IN_NANOS);
    assertThat(brain.saidTo(0)).isEmpty();
    brain.pass(MILLI_IN_NANOS);
    assertThat(revealed(brain, 0)).containsExactly(0, 1);
  }

  @Test
  void aClientThatSpeaksNoExtensionsIsRevealedPiecesToo() {
    Brain brain =
        superSeed(16).happens(new SwarmEvent.PeerConnected(0, Brain.facts(0, true, false)));
    assertThat(revealed(brain.pass(Swarm.FIRST_PASS_PATIENCE_NANOS), 0)).containsExactly(0, 1);
  }

  @Test
  void aFurtherPieceIsRevealedWhenAnotherClientHasTheOneBefore() {
    Brain brain = source(16, 2).forget(); // client 0: 0 and 2, client 1: 1 and 3
    has(brain, 0, 0);
    assertThat(brain.taken()).isEmpty();
    has(brain, 1, 0);
    assertThat(revealed(brain, 0)).containsExactly(4);
    assertThat(revealed(brain, 1)).isEmpty();
  }

  @Test
  void whatAnotherHasIsNotEnoughWhileTheClientItselfDoesNotHaveIt() {
    Brain brain = source(16, 2).forget();
    has(brain, 1, 0);
    assertThat(brain.taken()).isEmpty();
    has(brain, 0, 0);
    assertThat(revealed(brain, 0)).containsExactly(4);
  }

  @Test
  void aBitfieldThatIsSaidAgainCountsAsWell() {
    Brain brain = source(16, 2).forget();
    has(brain, 0, 0);
    PieceSet echo = new PieceSet(16);
    echo.add(0);
    brain.says(1, Brain.bitfield(echo));
    assertThat(revealed(brain, 0)).containsExactly(4);
  }

  @Test
  void whoIsAloneGetsTheNextWhenItHasTheOneBefore() {
    Brain brain = source(16, 1).forget();
    has(brain, 0, 1);
    assertThat(revealed(brain, 0)).containsExactly(2);
    has(brain, 0, 0, 2);
    assertThat(revealed(brain, 0)).containsExactly(2, 3, 4);
  }

  @Test
  void whoIsLeftAloneIsNotWaitedForAnyLonger() {
    Brain brain = source(16, 2).forget();
    has(brain, 0, 0, 2);
    assertThat(brain.taken()).isEmpty();
    leaves(brain, 1);
    assertThat(revealed(brain, 0)).containsExactly(1, 3);
  }

  @Test
  void whatClientsHaveAlreadyIsNotRevealed() {
    Brain brain = superSeed(8).foreign(0, 0, 2).foreign(1, 1, 2);
    brain.pass(Swarm.FIRST_PASS_PATIENCE_NANOS);
    assertThat(revealed(brain, 0)).containsExactly(3, 5);
    assertThat(revealed(brain, 1)).containsExactly(4, 6);
  }

  @Test
  void whoComesLateIsRevealedOtherPieces() {
    Brain brain = source(16, 2).forget().foreign(2);
    assertThat(brain.saidTo(2).get(0)).isEqualTo(new PeerMessage.HaveNone());
    assertThat(revealed(brain, 2)).containsExactly(4, 5);
  }

  @Test
  void whatOnlyAClientThatLeftHadOrWasToGetIsRevealedAgain() {
    Brain brain = source(6, 3); // 0 and 3, 1 and 4, 2 and 5: nothing is left
    has(brain, 0, 0);
    has(brain, 1, 1);
    has(brain, 2, 1);
    assertThat(revealed(brain.forget(), 1)).isEmpty();
    leaves(brain, 0);
    assertThat(revealed(brain, 1)).containsExactly(0); // which client 0 had fetched
    has(brain, 1, 0);
    has(brain, 2, 0);
    assertThat(revealed(brain, 1)).containsExactly(0, 3); // which it had not
  }

  @Test
  void aPieceThatTakesItsTimeIsRevealedToOneMoreWhenNoOtherIsLeft() {
    Brain brain = source(3, 2); // client 0: 0 and 2, client 1: 1
    has(brain, 1, 1);
    has(brain, 0, 1);
    brain.forget().pass(AGAIN_NANOS - MILLI_IN_NANOS);
    assertThat(revealed(brain, 1)).isEmpty();
    brain.pass(MOMENT_NANOS);
    assertThat(revealed(brain, 1)).containsExactly(2, 0);
  }

  @Test
  void aPieceThatTakesItsTimeStaysWhereItIsWhileOthersAreLeft() {
    Brain brain = source(16, 2).pass(AGAIN_NANOS + MOMENT_NANOS).forget();
    has(brain, 1, 1);
    has(brain, 0, 1);
    assertThat(revealed(brain, 1)).containsExactly(4);
  }

  @Test
  void whenEveryPieceIsWithSomebodyThePassIsOverAndEverybodyIsToldEverything() {
    Brain brain = source(4, 2);
    has(brain, 0, 0, 2);
    has(brain, 1, 1);
    assertThat(brain.notices()).doesNotContain(new SwarmNotice.FirstPassFinished());
    has(brain.forget(), 1, 3);
    assertThat(brain.notices()).contains(new SwarmNotice.FirstPassFinished());
    assertThat(revealed(brain, 0)).as("what it was not told before").containsExactly(1, 3);
    assertThat(revealed(brain, 1)).containsExactly(0, 2);
    assertThat(brain.forget().foreign(2).saidTo(2).get(0)).isEqualTo(new PeerMessage.HaveAll());
  }

  @Test
  void aSeedThatComesEndsThePass() {
    Brain brain = source(4, 1).forget().foreign(1, Brain.range(4));
    assertThat(brain.notices()).contains(new SwarmNotice.FirstPassFinished());
    assertThat(revealed(brain, 0)).containsExactly(2, 3);
  }

  @Test
  void clientsThatPassNothingOnAreToldEverythingAfterAWhile() {
    Brain brain = source(8, 2);
    has(brain, 0, 0, 2);
    has(brain, 1, 1, 3);
    brain.forget().pass(STUCK_NANOS - Swarm.FIRST_PASS_PATIENCE_NANOS - MOMENT_NANOS);
    assertThat(brain.taken()).noneMatch(e -> e instanceof SwarmEffect.Send(_, PeerMessage.Have _));
    brain.pass(2 * MOMENT_NANOS);
    assertThat(revealed(brain, 0)).containsExactly(1, 3, 4, 5, 6, 7);
    assertThat(revealed(brain, 1)).containsExactly(0, 2, 4, 5, 6, 7);
    assertThat(revealed(brain.forget().foreign(2).pass(MOMENT_NANOS), 2)).hasSize(8);
    assertThat(brain.notices()).doesNotContain(new SwarmNotice.FirstPassFinished());
  }

  @Test
  void aPieceThatAllOfThemGaveUpAgainIsToldOfAfterAWhile() {
    Brain brain = source(4, 2); // client 0: 0 and 2, client 1: 1 and 3
    has(brain, 0, 1);
    has(brain, 1, 1); // it was passed on
    brain.says(0, new PeerMessage.DontHave(1)).says(1, new PeerMessage.DontHave(1));
    has(brain, 0, 0, 2, 3);
    has(brain, 1, 0, 2, 3);
    brain.forget().pass(STUCK_NANOS);
    assertThat(revealed(brain, 0)).containsExactly(1, 3);
  }

  @Test
  void aBlockThatGoesOutIsASignOfLife() {
    Brain brain = source(8, 1).says(0, INTERESTED);
    brain.forget().pass(STUCK_NANOS - 4 * MOMENT_NANOS);
    brain.says(0, new PeerMessage.Request(0, 0, BLOCK)).writesEverything();
    brain.pass(STUCK_NANOS - MOMENT_NANOS);
    assertThat(revealed(brain, 0)).isEmpty();
    brain.pass(2 * MOMENT_NANOS);
    assertThat(revealed(brain, 0)).hasSize(8 - REVEALED_MAX);
  }

  @Test
  void oneThatPassesNothingOnWaitsWhileOthersGoOn() {
    Brain brain = source(64, 3);
    has(brain, 0, 0, 3);
    for (int piece = 0; piece < 30; piece++) {
      // Pieces go to and fro between 1 and 2, now and then.
      has(brain.pass(STUCK_NANOS / 20), 1, piece);
      has(brain, 2, piece);
      brain.says(0, new PeerMessage.KeepAlive());
    }
    assertThat(revealed(brain, 0)).hasSizeLessThanOrEqualTo(2 * REVEALED_MAX);
    assertThat(revealed(brain, 1).size() + revealed(brain, 2).size()).isGreaterThan(25);
  }

  @Test
  void aPieceThatWasNotRevealedIsServedToWhoAsksForItAllTheSame() {
    Brain brain = source(8, 1).says(0, INTERESTED);
    brain.says(0, new PeerMessage.Request(7, 0, BLOCK));
    assertThat(brain.blocks()).containsExactly("0:7+0");
  }

  @Test
  void whileOneOfOurOwnIsThereNothingMoreIsRevealedAndItIsDealtTo() {
    Brain brain = source(100, 2);
    for (int own = 2; own < 5; own++) {
      // It takes what it is offered and reads slowly, so that the dealing goes on.
      List<Integer> offered = offered(brain.forget().own(own), own);
      assertThat(offered).isNotEmpty();
      for (int piece : offered) {
        brain.asks(own, piece);
      }
      has(brain, 0, own);
      has(brain, 1, own);
      brain.pass(STUCK_NANOS / 3);
      assertThat(revealed(brain, 0)).isEmpty();
      assertThat(revealed(brain, 1)).isEmpty();
      leaves(brain, own);
    }
    brain.forget().pass(Swarm.FIRST_PASS_PATIENCE_NANOS - MILLI_IN_NANOS);
    assertThat(revealed(brain, 0)).isEmpty();
    brain.pass(MOMENT_NANOS);
    assertThat(revealed(brain, 0)).as("0 was not passed on, 2 was").containsExactly(5);
    assertThat(brain.notices()).doesNotContain(new SwarmNotice.FirstPassFinished());
  }

  @Test
  void whatClientsHaveIsNotDealtToOurOwn() {
    Brain brain = source(4, 1);
    has(brain, 0, 0, 1).forget().own(1);
    assertThat(offered(brain, 1)).containsExactly(2, 3);
  }

  @Test
  void aSourceThatACoordinatorKnowsTellsOthersEverythingAtOnce() {
    Brain brain = Brain.source(8).foreign(0).foreign(1).pass(Swarm.FIRST_PASS_PATIENCE_NANOS);
    assertThat(revealed(brain, 0)).hasSize(8);
    assertThat(revealed(brain, 1)).hasSize(8);
    assertThat(brain.notices()).doesNotContain(new SwarmNotice.FirstPassFinished());
  }

  /** A swarm that passes on what it gets: the source has sent one copy when the pass is over. */
  @Test
  void clientsThatPassEverythingOnCostTheSourceOneCopy() {
    int pieces = 100;
    int clients = 4;
    Brain brain = source(pieces, clients);
    PieceSet[] theirs = new PieceSet[clients];
    Arrays.setAll(theirs, _ -> new PieceSet(pieces));
    int[] sent = new int[pieces];
    while (!brain.notices().contains(new SwarmNotice.FirstPassFinished())) {
      List<List<Integer>> revealed =
          IntStream.range(0, clients).mapToObj(client -> revealed(brain, client)).toList();
      brain.forget();
      assertThat(revealed).as("it goes on").anyMatch(list -> !list.isEmpty());
      for (int client = 0; client < clients; client++) {
        for (int piece : revealed.get(client)) {
          if (theirs[client].add(piece)) {
            sent[piece]++;
            has(brain, client, piece);
          }
        }
      }
      for (int client = 0; client < clients; client++) {
        PieceSet from = theirs[(client + 1) % clients];
        for (int piece = from.next(0); piece >= 0; piece = from.next(piece + 1)) {
          if (theirs[client].add(piece)) {
            has(brain, client, piece);
          }
        }
      }
    }
    assertThat(sent).containsOnly(1);
  }
}
