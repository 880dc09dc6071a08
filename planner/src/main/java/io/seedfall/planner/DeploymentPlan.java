package io.seedfall.planner;

import org.jspecify.annotations.Nullable;

/**
 * What was asked for, once and for all.
 *
 * @param id short and unique for ever
 * @param artifact what
 * @param selector which machines, as it was written
 * @param destination where on each machine, inside the agent's root
 * @param createdMillis when, epoch
 * @param graphSeed all randomness of it: waves and neighbours, the same after every restart
 * @param rollout how
 * @param options what machines are told besides; opaque here
 * @param previous what was in place there before, and a rollback brings back; null for nothing
 * @param by who asked, as they said
 * @param rollbackOf the deployment that it takes back, empty for none
 */
public record DeploymentPlan(
    String id,
    ArtifactFacts artifact,
    String selector,
    String destination,
    long createdMillis,
    long graphSeed,
    RolloutPlan rollout,
    String options,
    @Nullable ArtifactFacts previous,
    String by,
    String rollbackOf) {
  /** A plain one by nobody. */
  public DeploymentPlan(
      String id,
      ArtifactFacts artifact,
      String selector,
      String destination,
      long createdMillis,
      long graphSeed) {
    this(
        id,
        artifact,
        selector,
        destination,
        createdMillis,
        graphSeed,
        RolloutPlan.PLAIN,
        "",
        null,
        "",
        "");
  }

  /** The same over another version before. */
  DeploymentPlan over(@Nullable ArtifactFacts before) {
    return new DeploymentPlan(
        id,
        artifact,
        selector,
        destination,
        createdMillis,
        graphSeed,
        rollout,
        options,
        before,
        by,
        rollbackOf);
  }

  /** What takes this one back. */
  DeploymentPlan takenBackBy(String newId, ArtifactFacts before, String why, long nowMillis) {
    return new DeploymentPlan(
        newId,
        before,
        selector,
        destination,
        nowMillis,
        graphSeed + 1,
        RolloutPlan.PLAIN,
        options,
        artifact,
        why,
        id);
  }
}
