package io.seedfall.protocol.tracker;

/**
 * How many peers a torrent has.
 *
 * @param seeds peers that have everything
 * @param downloaded how often a peer has said that it completed the download
 * @param leeches peers that do not have everything
 */
public record SwarmCounts(int seeds, int downloaded, int leeches) {}
