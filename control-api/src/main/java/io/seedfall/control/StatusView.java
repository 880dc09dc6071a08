package io.seedfall.control;

/**
 * The coordinator in one look.
 *
 * @param version of the program
 * @param startedMillis when it started, epoch
 * @param agentsConnected machines with an open connection
 * @param agentsKnown machines it has ever seen and not forgotten
 * @param artifacts registered artifacts
 * @param deploymentsRunning deployments at work
 */
public record StatusView(
    String version,
    long startedMillis,
    int agentsConnected,
    int agentsKnown,
    int artifacts,
    int deploymentsRunning) {}
