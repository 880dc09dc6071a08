package io.seedfall.swarm;

import static io.seedfall.swarm.Brain.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.wire.PeerMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that lose pieces (BEP 54), and such as want nothing more (BEP 21). */
final class LostPiecesTest {
  private static final PeerMessage UNCHOKE = new PeerMessage.Unchoke();

  private static PeerMessage.ExtensionHandshake saying(boolean uploadOnly) {
    return new PeerMessage.ExtensionHandshake(
        0, 0, 7000, "other", true, null, uploadOnly, false, false);
  }

  private static PeerMessage.ExtensionHandshake introduction(Brain brain, int peer) {
    for (PeerMessage message : brain.saidTo(peer)) {
      if (message instanceof PeerMessage.ExtensionHandshake ours) {
        return ours;
      }
    }
    throw new AssertionError("no extension handshake");
  }

  private static Brain seedAlone() {
    return Brain.seed(4, 1, settings -> settings.withPeerSources(PeerSources.EVERYWHERE));
  }

  private static Brain leechAlone() {
    return Brain.leech(4, 1, settings -> settings.withPeerSources(PeerSources.EVERYWHERE));
  }

  @Test
  void aPieceThatASeedLostIsNotAskedOfItAndComesFromAnother() {
    Brain brain = Brain.leech(4).foreign(0, Brain.range(4));
    brain.says(0, new PeerMessage.DontHave(2), UNCHOKE);
    assertThat(brain.expected()).containsExactlyInAnyOrder("0:0", "0:1", "0:3");
    brain.forget().foreign(1, 2).says(1, UNCHOKE);
    assertThat(brain.expected()).containsExactly("1:2");
  }

  @Test
  void aPieceThatIsLostWhileItIsAskedForIsFreeForOthers() {
    Brain brain = Brain.leech(1).foreign(0, 0).says(0, UNCHOKE);
    assertThat(brain.expected()).containsExactly("0:0");
    brain.forget().says(0, new PeerMessage.DontHave(0));
    assertThat(brain.taken()).contains(new SwarmEffect.AbandonPiece(0, 0));
    assertThat(brain.foreign(1, 0).says(1, UNCHOKE).expected()).containsExactly("1:0");
    brain.happens(new SwarmEvent.BlockDropped(0, brain.geometry.blockAt(0, 0, BLOCK)));
    assertThat(brain.disconnects()).isEmpty();
  }

  @Test
  void whoGetsItAgainIsASeedAgainAndItsEndLeavesNothingCounted() {
    Brain brain = Brain.seed(4).foreign(0, Brain.range(4));
    brain.says(0, new PeerMessage.DontHave(1), new PeerMessage.DontHave(1));
    brain.says(0, new PeerMessage.DontHave(3), new PeerMessage.Have(1), new PeerMessage.Have(3));
    brain.happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST));
    assertThat(brain.swarm.progress().peers()).isZero();
    assertThat(brain.disconnects()).isEmpty();
  }

  @Test
  void aPieceThatIsNoneIsAViolationAndOneOfAPeerWithGrantsMeansNothing() {
    Brain brain = Brain.leech(4).foreign(0, 0).says(0, new PeerMessage.DontHave(3));
    assertThat(brain.disconnects()).isEmpty();
    assertThat(brain.says(0, new PeerMessage.DontHave(4)).disconnects())
        .containsExactly(Reason.PROTOCOL_VIOLATION);
    Brain other = Brain.leech(4).own(0, 0).says(0, new PeerMessage.DontHave(0));
    other.forget().says(0, new PeerMessage.Grant());
    assertThat(other.expected()).containsExactly("0:0");
  }

  @Test
  void aSeedSaysThatItOnlyUploadsAndOthersDoNot() {
    assertThat(introduction(seedAlone().foreign(0), 0).uploadOnly()).isTrue();
    assertThat(introduction(seedAlone().foreign(0), 0).hasDontHave()).isTrue();
    assertThat(introduction(leechAlone().foreign(0), 0).uploadOnly()).isFalse();
    assertThat(introduction(Brain.seed(4).foreign(0), 0).uploadOnly())
        .as("in a deployment")
        .isFalse();
    Brain source =
        Brain.seed(
            4, 1, settings -> settings.withFirstPass(true).withPeerSources(PeerSources.EVERYWHERE));
    assertThat(introduction(source.foreign(0), 0).uploadOnly()).as("says it has nothing").isFalse();
  }

  @Test
  void twoThatOnlyUploadPart() {
    List<PeerMessage.ExtensionHandshake> sayings = List.of(saying(true), saying(false));
    for (PeerMessage.ExtensionHandshake said : sayings) {
      Brain brain = seedAlone().foreign(0, 1).says(0, said);
      brain.pass(2 * Swarm.COMPLETE_LINGER_NANOS);
      assertThat(brain.disconnects())
          .isEqualTo(said.uploadOnly() ? List.of(Reason.NOTHING_TO_DO) : List.of());
    }
    Brain leech = leechAlone().foreign(0, 1).says(0, saying(true));
    assertThat(leech.pass(2 * Swarm.COMPLETE_LINGER_NANOS).disconnects()).isEmpty();
  }
}
