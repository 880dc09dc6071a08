// expect: a brain reads no clock: time is an argument
package io.seedfall.swarm;

final class PlantedClock {
  private PlantedClock() {}

  static long now() {
    return System.nanoTime();
  }
}
