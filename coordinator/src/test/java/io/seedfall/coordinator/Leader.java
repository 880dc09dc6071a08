package io.seedfall.coordinator;

import io.seedfall.coordinator.Leadership.Times;
import io.seedfall.planner.PlannerEffect;
import java.util.List;

/** Takes the lease for a test that only wants to write. */
final class Leader {
  private Leader() {}

  /** A term without end, whoever held the lease before. */
  static Term begin(Store store) {
    long epoch =
        new Lease(store, "a test").take("127.0.0.1:1", Lease.ENDLESS_MILLIS, true).getAsLong();
    return new Term(epoch, "127.0.0.1:1", Long.MAX_VALUE);
  }

  /** The store as its leader writes it. */
  static Store of(Store store) {
    return store.ledBy(begin(store));
  }

  /** Times with which a test does not wait long. */
  static Times fast() {
    return new Times(1_000, 100, 50);
  }

  /** What the planner wants stored, at no time in particular. */
  static void apply(Store leading, List<? extends PlannerEffect.Store> changes) {
    leading.apply(List.copyOf(changes), List.of(), 1);
  }
}
