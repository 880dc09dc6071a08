package io.seedfall.planner;

/**
 * One machine of a deployment at one moment.
 *
 * @param agent the machine's agent
 * @param state how far it is
 * @param why the reason of its state, perhaps empty
 * @param progress its numbers
 * @param wave in which it begins, from 0
 * @param late whether it joined when the deployment had been made
 * @param attempt how often it has begun, from 1
 */
public record MachineSnapshot(
    String agent,
    MachineState state,
    String why,
    Progress progress,
    int wave,
    boolean late,
    int attempt) {
  /** The first attempt. */
  public MachineSnapshot(
      String agent, MachineState state, String why, Progress progress, int wave, boolean late) {
    this(agent, state, why, progress, wave, late, 1);
  }
}
