// expect: [NullAway] dereferenced expression
package io.seedfall.swarm;

import org.jspecify.annotations.Nullable;

final class PlantedNull {
  private PlantedNull() {}

  static int length(@Nullable String text) {
    return text.length();
  }
}
