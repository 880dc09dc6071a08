package io.seedfall.node;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * In which order trackers are asked (BEP 12): tier after tier, a tier's trackers in an order that
 * is drawn once, and whoever answers comes first in its tier from then on.
 *
 * <p>Not for several threads.
 */
final class TrackerTiers {
  private final List<List<String>> tiers = new ArrayList<>();

  /** {@code tiers} as a torrent lists them. */
  TrackerTiers(List<List<String>> tiers, RandomGenerator random) {
    for (List<String> tier : tiers) {
      List<String> drawn = new ArrayList<>(tier);
      for (int i = drawn.size() - 1; i > 0; i--) {
        Collections.swap(drawn, i, random.nextInt(i + 1));
      }
      this.tiers.add(drawn);
    }
  }

  /** All trackers, the one to ask first in front. */
  List<String> order() {
    return tiers.stream().flatMap(List::stream).toList();
  }

  /** This one answered. */
  void answered(String tracker) {
    for (List<String> tier : tiers) {
      if (tier.remove(tracker)) {
        tier.addFirst(tracker);
        return;
      }
    }
  }
}
