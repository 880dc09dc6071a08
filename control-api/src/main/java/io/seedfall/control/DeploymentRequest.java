package io.seedfall.control;

/**
 * Make machines have an artifact.
 *
 * @param artifact {@code NAME} for its newest version, or {@code NAME@VERSION}
 * @param selector {@code all} or {@code role=search,zone!=b}
 * @param destination path inside each agent's root
 */
public record DeploymentRequest(String artifact, String selector, String destination) {}
