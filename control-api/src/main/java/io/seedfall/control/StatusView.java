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
 * @param leads whether it is the one that leads; one that does not tells what the leader stored
 * @param leader where the one that leads is reached, {@code ADDRESS:PORT}; empty when nobody leads
 */
public record StatusView(
    String version,
    long startedMillis,
    int agentsConnected,
    int agentsKnown,
    int artifacts,
    int deploymentsRunning,
    boolean leads,
    String leader,
    @AbsentAs("false") boolean halted) {}
