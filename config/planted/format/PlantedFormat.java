// expect: The following files had format violations
package io.seedfall.swarm;

final class PlantedFormat {
  private PlantedFormat() {}

    static int sum( int a,int b ){ return a+b; }
}
