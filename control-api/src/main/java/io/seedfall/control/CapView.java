package io.seedfall.control;

/**
 * A cap that is set.
 *
 * @param selector which agents; of several that match one the least counts
 * @param bytesPerSecond of each of them, each way, all its transfers together
 */
public record CapView(String selector, long bytesPerSecond) {}
