package io.seedfall.cli;

/**
 * Whose membership has ended, for programs.
 *
 * @param kind agent or user
 * @param name which one
 */
record Revoked(String kind, String name) {}
