package io.seedfall.control;

/**
 * One change, as the coordinator stored it.
 *
 * @param atMillis when, epoch
 * @param agent whose part changed; empty for the deployment itself
 * @param phase what it became
 * @param why the reason
 */
public record HistoryView(long atMillis, String agent, String phase, String why) {}
