package io.seedfall.control;

/**
 * A cap that is set.
 *
 * @param selector which agents; of several that match one the least counts
 * @param bytesPerSecond each way
 * @param uplink whether all machines of that zone or rack have it together, over their uplink; else
 *     it counts for each agent by itself, all that it moves
 */
public record CapView(String selector, long bytesPerSecond, boolean uplink) {}
