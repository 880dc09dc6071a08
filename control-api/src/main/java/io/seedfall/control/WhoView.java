package io.seedfall.control;

/**
 * Who asks, and what he may.
 *
 * @param name of the user; empty for whoever reaches a coordinator without an identity
 * @param role what he may do
 * @param selector which machines he may deploy to
 * @param untilMillis when the token or the login that he has shown ends; 0 for never
 * @param login whether he has logged in with a browser, and can log out again
 */
public record WhoView(String name, Role role, String selector, long untilMillis, boolean login) {}
