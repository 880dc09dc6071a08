package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seedfall.node.Borders.Crossing;
import io.seedfall.protocol.wire.GrantTerms;
import org.junit.jupiter.api.Test;

final class BordersTest {
  private static final NodeCaps.Share SHARE = new NodeCaps.Share(1_000, 1_000);

  private static GrantTerms terms(String rack, String zone) {
    return new GrantTerms(1, 65_536, rack, zone);
  }

  @Test
  void whoSaysAnotherPlaceOrNoneStandsOutside() {
    Borders borders = new Borders("a", "r1");
    assertThat(borders.crossing(terms("r1", "a"))).isEqualTo(new Crossing(false, false));
    assertThat(borders.crossing(terms("r2", "a"))).isEqualTo(new Crossing(false, true));
    assertThat(borders.crossing(terms("r1", "b"))).isEqualTo(new Crossing(true, false));
    assertThat(borders.crossing(terms("", ""))).isEqualTo(Crossing.ALL);
    assertThat(borders.crossing(null)).isEqualTo(Crossing.ALL);
    assertThat(new Borders("", "").crossing(terms("", ""))).isEqualTo(Crossing.ALL);
  }

  @Test
  void onlyWhatCrossesABorderThatHasACapIsLimited() {
    Borders borders = new Borders("a", "r1");
    assertThat(borders.limitsOut(Crossing.ALL)).isFalse();
    borders.cap(new NodeCaps(0, SHARE, NodeCaps.Share.OPEN));
    assertThat(borders.limitsOut(new Crossing(true, false))).isTrue();
    assertThat(borders.limitsOut(new Crossing(false, true))).isFalse();
    borders.cap(new NodeCaps(0, NodeCaps.Share.OPEN, SHARE));
    assertThat(borders.limitsOut(new Crossing(true, false))).isFalse();
    assertThat(borders.limitsOut(new Crossing(false, true))).isTrue();
    borders.cap(NodeCaps.NONE);
    assertThat(borders.limitsOut(Crossing.ALL)).isFalse();
  }

  @Test
  void whoNoLongerWantsToCrossDoesNotWait() {
    Borders borders = new Borders("a", "r1");
    borders.cap(new NodeCaps(0, new NodeCaps.Share(1, 1), new NodeCaps.Share(1, 1)));
    for (int i = 0; i < 2; i++) { // a million seconds, were it not cancelled
      borders.awaitIn(Crossing.ALL, 1_000_000, () -> true);
      borders.awaitOut(Crossing.ALL, 1_000_000, () -> true);
    }
    borders.awaitIn(new Crossing(false, false), 1_000_000, () -> false); // it crosses none
    borders.awaitOut(new Crossing(false, false), 1_000_000, () -> false);
  }

  @Test
  void aRateBelowNothingIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new NodeCaps.Share(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new NodeCaps.Share(0, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> NodeCaps.inAll(-1));
  }
}
