package io.seedfall.control;

/**
 * A peer to exchange pieces with.
 *
 * @param name the agent's name
 * @param endpoint {@code ADDRESS:PORT}
 * @param holdsAll whether it had a full copy when this was said
 */
public record Neighbour(String name, String endpoint, boolean holdsAll) {}
