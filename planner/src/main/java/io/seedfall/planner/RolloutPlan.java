package io.seedfall.planner;

import java.util.List;

/**
 * How a deployment goes about it.
 *
 * @param once whether its targets are fixed when it is made
 * @param staged whether machines fetch first and switch when it is activated
 * @param waves how many machines have begun after each wave, ascending; empty for all at once
 * @param waveBy a label: one wave for each of its values, in their order; empty for none
 * @param gate between the waves, and at the end
 * @param quorum it is done when so many of its machines have it
 * @param deadlineMillis it is over after so long; 0 for never
 * @param pace at the beginning
 */
public record RolloutPlan(
    boolean once,
    boolean staged,
    List<Quota> waves,
    String waveBy,
    Gate gate,
    Quota quorum,
    long deadlineMillis,
    Pace pace) {
  /** All at once, and whoever joins later. */
  public static final RolloutPlan PLAIN =
      new RolloutPlan(false, false, List.of(), "", Gate.OPEN, Quota.ALL, 0, Pace.FREE);
}
