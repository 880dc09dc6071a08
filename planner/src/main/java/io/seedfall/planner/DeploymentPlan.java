package io.seedfall.planner;

/**
 * What was asked for, once and for all.
 *
 * @param id short and unique for ever
 * @param artifact what
 * @param selector which machines, as it was written
 * @param destination where on each machine, inside the agent's root
 * @param createdMillis when, epoch
 * @param graphSeed from which the neighbour graph is drawn, the same after every restart
 */
public record DeploymentPlan(
    String id,
    ArtifactFacts artifact,
    String selector,
    String destination,
    long createdMillis,
    long graphSeed) {}
