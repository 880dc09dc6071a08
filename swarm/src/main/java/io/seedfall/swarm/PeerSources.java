package io.seedfall.swarm;

/** From whom a swarm takes the addresses of peers that it dials. */
public enum PeerSources {
  /** From {@link SwarmEvent.NeighboursChanged} alone: a coordinator says who is a neighbour. */
  NEIGHBOURS,
  /** From trackers too, and from nobody else: private torrents (BEP 27). */
  TRACKERS,
  /** From trackers, other peers (BEP 11), the local network (BEP 14) and links. */
  EVERYWHERE
}
