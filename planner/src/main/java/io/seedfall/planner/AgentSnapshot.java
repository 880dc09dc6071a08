package io.seedfall.planner;

/**
 * An agent at one moment.
 *
 * @param facts who it is
 * @param connected whether its session is open
 * @param awaySinceMillis when its session ended; 0 while connected
 */
public record AgentSnapshot(AgentFacts facts, boolean connected, long awaySinceMillis) {}
