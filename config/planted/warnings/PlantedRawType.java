// expect: found raw type: java.util.List
package io.seedfall.swarm;

import java.util.List;

final class PlantedRawType {
  private PlantedRawType() {}

  static boolean isEmpty(List list) {
    return list.isEmpty();
  }
}
