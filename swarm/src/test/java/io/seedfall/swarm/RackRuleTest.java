package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import org.junit.jupiter.api.Test;

/** A piece comes from outside the rack only while nobody in the rack has it or has asked for it. */
final class RackRuleTest {
  private static final PeerMessage GRANT = new PeerMessage.Grant();
  private static final PeerMessage BUSY = new PeerMessage.Decline(DeclineReason.BUSY);

  private static Brain inRackA(int pieces) {
    return Brain.leech(pieces, 1, settings -> settings.withRack("a"));
  }

  @Test
  void whatARackMateHasIsNotTakenFromOutside() {
    Brain brain = inRackA(2).ownOfRack(0, "b", 0, 1).ownOfRack(1, "a", 0).forget();
    assertThat(brain.says(0, GRANT, GRANT).expected()).containsExactly("0:1");
    assertThat(brain.saidTo(0)).contains(BUSY);
    assertThat(brain.forget().says(1, GRANT).expected()).containsExactly("1:0");
  }

  @Test
  void whatARackMateHasAskedForIsNotTakenFromOutsideUntilThatExpires() {
    Brain brain = inRackA(1).ownOfRack(0, "b", 0).ownOfRack(1, "a");
    brain.says(1, new PeerMessage.Asking(0)).forget().says(0, GRANT);
    assertThat(brain.saidTo(0)).containsExactly(BUSY);
    brain.later(brain.settings.askingExpiryNanos() - 1).forget().says(0, GRANT);
    assertThat(brain.saidTo(0)).containsExactly(BUSY);
    brain.later(1).forget().says(0, GRANT);
    assertThat(brain.expected()).containsExactly("0:0");
  }

  @Test
  void aWithdrawnAnnouncementNoLongerCounts() {
    Brain brain = inRackA(1).ownOfRack(0, "b", 0).ownOfRack(1, "a");
    brain.says(1, new PeerMessage.Asking(0), new PeerMessage.AskingWithdrawn(0));
    assertThat(brain.forget().says(0, GRANT).expected()).containsExactly("0:0");
  }

  @Test
  void whatAMateHasAndAskedForGoesWithItsConnection() {
    Brain brain = inRackA(2).ownOfRack(0, "b", 0, 1).ownOfRack(1, "a", 1);
    brain.says(1, new PeerMessage.Asking(0));
    brain.happens(new SwarmEvent.PeerLost(1, Reason.CONNECTION_LOST)).forget();
    assertThat(brain.says(0, GRANT, GRANT).expected()).containsExactlyInAnyOrder("0:0", "0:1");
  }

  @Test
  void whatWeAskForIsToldToTheRackAndToNobodyElse() {
    Brain brain = inRackA(1).ownOfRack(0, "b", 0).ownOfRack(1, "a").ownOfRack(2, "c").forget();
    brain.says(0, GRANT);
    assertThat(brain.toldAbout(new PeerMessage.Asking(0))).containsExactly(1);
    brain.forget().happens(new SwarmEvent.PeerLost(0, Reason.CONNECTION_LOST));
    assertThat(brain.toldAbout(new PeerMessage.AskingWithdrawn(0))).containsExactly(1);
  }

  @Test
  void anOfferOfTheSourceIsTakenWhateverTheRackDoes() {
    Brain brain = inRackA(1).ownOfRack(0, "").ownOfRack(1, "a");
    brain.says(1, new PeerMessage.Asking(0)).forget();
    assertThat(brain.says(0, new PeerMessage.Offer(0)).expected()).containsExactly("0:0");
  }

  @Test
  void oneMateCannotAnnounceWithoutEnd() {
    int most = RackView.ASKING_PER_MATE_MAX;
    Brain brain = inRackA(most + 1).ownOfRack(0, "b", most - 1, most).ownOfRack(1, "a");
    for (int piece = 0; piece <= most; piece++) {
      brain.says(1, new PeerMessage.Asking(piece));
    }
    assertThat(brain.forget().says(0, GRANT, GRANT).expected()).containsExactly("0:" + most);
  }

  @Test
  void aRackThatPassesOnNothingIsNotWaitedForAgain() {
    Brain brain = inRackA(3).ownOfRack(0, "b", 0, 1, 2).ownOfRack(1, "a", 0, 1, 2);
    brain.forget().says(0, GRANT).pass(brain.settings.stallNanos() - 1).says(0, GRANT);
    assertThat(brain.expected()).isEmpty();
    brain.pass(1).says(0, GRANT, GRANT, GRANT);
    assertThat(brain.expected()).containsExactlyInAnyOrder("0:0", "0:1", "0:2");
  }

  @Test
  void aPieceThatComesMeanwhileKeepsTheRule() {
    Brain brain = inRackA(3).ownOfRack(0, "b", 0, 1, 2).ownOfRack(1, "a", 0, 1);
    brain.says(0, GRANT, GRANT).forget();
    brain.delivers(0, 2, true).pass(brain.settings.stallNanos() - 1).says(0, GRANT);
    assertThat(brain.expected()).isEmpty();
  }

  @Test
  void withoutARackThereIsNoRule() {
    Brain brain = Brain.leech(1).ownOfRack(0, "b", 0).ownOfRack(1, "", 0);
    assertThat(brain.forget().says(0, GRANT).expected()).containsExactly("0:0");
  }
}
