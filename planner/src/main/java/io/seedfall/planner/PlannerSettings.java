package io.seedfall.planner;

/**
 * The planner's numbers.
 *
 * @param awayMillisMax a machine that was not seen for longer is no target, and a target that is
 *     away for longer has failed
 * @param stallMillisMax a connected machine that shows no progress for longer has failed
 * @param receiverNeighboursMax neighbours among the receivers (d)
 * @param holderNeighboursMax receivers that one holder serves
 * @param holdersMax holders that serve one deployment
 * @param runningMax deployments that run at once
 * @param agentsMax agents that are remembered
 */
public record PlannerSettings(
    long awayMillisMax,
    long stallMillisMax,
    int receiverNeighboursMax,
    int holderNeighboursMax,
    int holdersMax,
    int runningMax,
    int agentsMax) {
  /** The numbers of the product. */
  public static final PlannerSettings DEFAULTS =
      new PlannerSettings(10 * 60_000, 5 * 60_000, 20, 40, 16, 100, 20_000);

  /** Checks all of them. */
  public PlannerSettings {
    if (awayMillisMax < 1
        || stallMillisMax < 1
        || receiverNeighboursMax < 2
        || receiverNeighboursMax % 2 != 0
        || holderNeighboursMax < 1
        || holdersMax < 1
        || runningMax < 1
        || agentsMax < 1) {
      throw new IllegalArgumentException(
          "planner settings: positive numbers, receiverNeighboursMax even");
    }
  }
}
