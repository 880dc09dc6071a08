// expect: iteration order differs from one JVM run to the next
package io.seedfall.swarm;

import java.util.Set;

final class PlantedOrder {
  private PlantedOrder() {}

  static Iterable<String> names() {
    return Set.of("one", "two");
  }
}
