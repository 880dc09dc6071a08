package io.seedfall.control;

/**
 * Events were missed: what is known is to be looked at anew. The event after this one says how it
 * is now.
 *
 * @param why they cannot be told any more
 */
public record Reset(String why) {}
