package io.seedfall.swarm;

/**
 * Where a swarm stands.
 *
 * @param piecesVerified pieces that are here
 * @param pieceCount pieces of the torrent
 * @param bytesVerified bytes of the pieces that are here
 * @param peers connections, handshakes done
 * @param piecesAsked pieces asked for and not got
 * @param openTransfers grants and transfers open towards others
 */
public record SwarmProgress(
    int piecesVerified,
    int pieceCount,
    long bytesVerified,
    int peers,
    int piecesAsked,
    int openTransfers) {}
