package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Swarm} is made from.
 *
 * @param settings limits and policy
 * @param geometry the torrent's pieces
 * @param have the pieces that are verified already; the swarm takes a copy
 * @param self our peer id
 * @param listen where we listen, null when we only dial
 * @param knowledge what we can tell about the torrent
 * @param seed everything random follows from it
 */
public record SwarmSetup(
    SwarmSettings settings,
    PieceGeometry geometry,
    PieceSet have,
    PeerId self,
    @Nullable Endpoint listen,
    TorrentKnowledge knowledge,
    long seed) {}
