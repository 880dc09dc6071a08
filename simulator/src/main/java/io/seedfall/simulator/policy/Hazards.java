package io.seedfall.simulator.policy;

/**
 * What is not perfect about the receivers of an experiment. Which ones it hits follows from the
 * seed.
 *
 * @param slowShare share of receivers with a slow card, 0 to 1
 * @param slowRate the slow card's rate by the others', above 0, at most 1
 * @param failShare share of receivers that die midway, 0 to less than 1
 * @param joinOverNanos receivers are switched on at random times in so long
 */
public record Hazards(double slowShare, double slowRate, double failShare, long joinOverNanos) {
  /** All equal, all alive, all there. */
  public static final Hazards NONE = new Hazards(0, 1, 0, 0);

  /** Checks the numbers. */
  public Hazards {
    if (!(slowShare >= 0 && slowShare <= 1 && slowRate > 0 && slowRate <= 1)) {
      throw new IllegalArgumentException(
          "slowShare: %s, slowRate: %s (expected: 0 to 1, above 0 to 1)"
              .formatted(slowShare, slowRate));
    }
    if (!(failShare >= 0 && failShare < 1) || joinOverNanos < 0) {
      throw new IllegalArgumentException(
          "failShare: %s, joinOverNanos: %d (expected: 0 to less than 1, >= 0)"
              .formatted(failShare, joinOverNanos));
    }
  }

  /** The same with slow machines. */
  public Hazards withSlow(double share, double rate) {
    return new Hazards(share, rate, failShare, joinOverNanos);
  }

  /** The same with deaths. */
  public Hazards withFailing(double share) {
    return new Hazards(slowShare, slowRate, share, joinOverNanos);
  }

  /** The same with late joiners. */
  public Hazards withJoinOver(long nanos) {
    return new Hazards(slowShare, slowRate, failShare, nanos);
  }
}
