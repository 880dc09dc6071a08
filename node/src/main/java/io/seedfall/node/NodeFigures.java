package io.seedfall.node;

/**
 * What a {@link Node} is doing at one moment.
 *
 * @param fetching transfers that are not complete
 * @param complete transfers that only serve
 * @param paused transfers of both kinds that stand still
 * @param peers open connections to peers, of all transfers
 * @param webSeeds web seeds that are being asked
 * @param receiveBytesPerSecond the cap in force on what comes in; 0 for none
 * @param sendBytesPerSecond the cap in force on what goes out; 0 for none
 */
public record NodeFigures(
    int fetching,
    int complete,
    int paused,
    int peers,
    int webSeeds,
    long receiveBytesPerSecond,
    long sendBytesPerSecond) {}
