package io.seedfall.control;

/**
 * A user.
 *
 * @param selector which machines it may deploy to, when its role is to deploy
 * @param expiresMillis when its token ends
 * @param revoked whether it was ended before
 */
public record UserView(
    String name, Role role, String selector, long expiresMillis, boolean revoked) {}
