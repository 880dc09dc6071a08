package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.SeededRandom;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** BEP 12. */
final class TrackerTiersTest {
  private static final List<List<String>> TIERS =
      List.of(List.of("a", "b", "c"), List.of("d"), List.of("e", "f"));

  @Test
  void tiersKeepTheirOrderAndATiersTrackersAreDrawn() {
    TreeSet<String> orders = new TreeSet<>();
    for (long seed = 0; seed < 200; seed++) {
      List<String> order = new TrackerTiers(TIERS, new SeededRandom(seed)).order();
      assertThat(order.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
      assertThat(order.get(3)).isEqualTo("d");
      assertThat(order.subList(4, 6)).containsExactlyInAnyOrder("e", "f");
      orders.add(String.join("", order));
    }
    assertThat(orders).as("six times two").hasSize(12);
  }

  @Test
  void whoAnswersComesFirstInItsTierAndNoFurther() {
    TrackerTiers tiers = new TrackerTiers(TIERS, new SeededRandom(1));
    List<String> before = tiers.order();
    tiers.answered(before.get(5));
    assertThat(tiers.order().subList(0, 4)).isEqualTo(before.subList(0, 4));
    assertThat(tiers.order().get(4)).isEqualTo(before.get(5));
    tiers.answered(before.get(2));
    assertThat(tiers.order().subList(0, 3))
        .containsExactly(before.get(2), before.get(0), before.get(1));
  }
}
