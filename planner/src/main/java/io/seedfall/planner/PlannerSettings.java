package io.seedfall.planner;

/**
 * The planner's numbers.
 *
 * @param awayMillisMax a machine that was not seen for longer is no target, and a target that is
 *     away for longer has failed
 * @param stallMillisMax a connected machine that shows no progress for longer has failed
 * @param receiverNeighboursMax neighbours among the receivers (d)
 * @param smallPieceNeighboursMax the same when pieces are {@link #SMALL_PIECE_BYTES} or smaller:
 *     there more grants are open at once, and with few neighbours a sender finds no other one to
 *     grant to; the slowest of 100 machines needed 1.100 of the bound with 20 and 1.055 with 40
 * @param holderNeighboursMax receivers that one holder serves
 * @param holdersMax holders that serve one deployment
 * @param runningMax deployments that are not decided yet, at once
 * @param standingMax deployments that say what machines should have, at once; beyond it the oldest
 *     that is decided is no longer kept up
 * @param agentsMax agents that are remembered
 */
public record PlannerSettings(
    long awayMillisMax,
    long stallMillisMax,
    int receiverNeighboursMax,
    int smallPieceNeighboursMax,
    int holderNeighboursMax,
    int holdersMax,
    int runningMax,
    int standingMax,
    int agentsMax) {
  /** Pieces up to this size are small. */
  static final int SMALL_PIECE_BYTES = 512 << 10;

  /** The numbers of the product. */
  public static final PlannerSettings DEFAULTS =
      new PlannerSettings(10 * 60_000, 5 * 60_000, 20, 40, 40, 16, 100, 200, 20_000);

  /** Checks all of them. */
  public PlannerSettings {
    if (awayMillisMax < 1
        || stallMillisMax < 1
        || receiverNeighboursMax < 2
        || receiverNeighboursMax % 2 != 0
        || smallPieceNeighboursMax < 2
        || smallPieceNeighboursMax % 2 != 0
        || holderNeighboursMax < 1
        || holdersMax < 1
        || runningMax < 1
        || standingMax < runningMax
        || agentsMax < 1) {
      throw new IllegalArgumentException(
          "planner settings: positive numbers, neighbours of receivers even");
    }
  }

  /**
   * Draws who is next to whom.
   *
   * @param seed all randomness there is
   * @param racks for each receiver the number of its rack, or {@link NeighbourGraph#NO_RACK}
   * @param pieceBytes of what they fetch
   */
  public NeighbourGraph graph(long seed, int[] racks, int pieceBytes) {
    int neighbours =
        pieceBytes <= SMALL_PIECE_BYTES ? smallPieceNeighboursMax : receiverNeighboursMax;
    return new NeighbourGraph(seed, racks, neighbours, holderNeighboursMax);
  }
}
