// expect: a brain has no threads, locks or processes
package io.seedfall.swarm;

final class PlantedThread {
  private PlantedThread() {}

  static void start(Runnable work) {
    Thread.ofVirtual().start(work);
  }
}
