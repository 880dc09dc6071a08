package io.seedfall.planner;

import io.seedfall.protocol.Endpoint;

/**
 * A peer to exchange pieces with.
 *
 * @param name the agent's name
 * @param endpoint where it listens
 * @param holdsAll whether it is one of the deployment's holders
 */
public record Contact(String name, Endpoint endpoint, boolean holdsAll) {}
