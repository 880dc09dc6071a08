package io.seedfall.protocol.metainfo;

/**
 * Where some bytes of a piece lie.
 *
 * @param file the number of the file in its torrent
 * @param offset bytes from the start of the file
 * @param length bytes, at least 1
 */
public record Segment(int file, long offset, int length) {}
