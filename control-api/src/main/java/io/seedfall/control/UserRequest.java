package io.seedfall.control;

/**
 * A person or a program is to be let in.
 *
 * @param name unique among users; a new token takes the place of the one before
 * @param role what it may do
 * @param selector which machines a deployer may deploy to: {@code all}, or terms that the selectors
 *     of all its deployments must have
 * @param ttlMillis how long the token is good
 */
public record UserRequest(String name, Role role, String selector, long ttlMillis) {}
