package io.seedfall.protocol;

/**
 * A range of bytes inside one piece, as one REQUEST asks for it. It never spans two pieces. The
 * numbers are valid for their torrent: only {@link
 * io.seedfall.protocol.metainfo.PieceGeometry#block} makes one from what a peer said ({@code
 * paddedBlock}, for a foreign client's request, may reach into the gap behind the end of a file).
 *
 * @param piece the piece's number
 * @param offset bytes from the start of the piece
 * @param length bytes, at least 1
 */
public record Block(int piece, int offset, int length) {}
