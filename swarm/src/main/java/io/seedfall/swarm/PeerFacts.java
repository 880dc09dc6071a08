package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;

/**
 * What a driver knows of a peer once handshakes have passed both ways.
 *
 * @param remote the other end of the connection; for one that we dialled, where the peer listens
 * @param id how the peer names itself
 * @param dialled whether we opened the connection
 * @param fast whether it speaks BEP 6
 * @param extensions whether it speaks BEP 10
 */
public record PeerFacts(
    Endpoint remote, PeerId id, boolean dialled, boolean fast, boolean extensions) {}
