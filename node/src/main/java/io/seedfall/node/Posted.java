package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.DiskFault;
import io.seedfall.swarm.Reason;
import io.seedfall.swarm.SwarmEvent;
import java.util.List;

/** What other threads post to a swarm's thread. */
sealed interface Posted {
  /** Both handshakes have passed; the channel is the swarm's now. */
  record Arrived(Greeted greeted) implements Posted {}

  /** A web server can be asked; the offer's end tells when that is over. */
  record WebSeedOffered(WebSeedVisit.Offer offer) implements Posted {}

  /** A dial came to nothing. */
  record DialFailed(Endpoint remote) implements Posted {}

  /** A message came. */
  record Spoke(Connection from, PeerMessage message) implements Posted {}

  /** A block was hashed and written. */
  record Stored(Remote from, Block block, PieceFence.Assembly assembly) implements Posted {}

  /** A block came that was not expected. */
  record Dropped(Remote from, Block block) implements Posted {}

  /** The last byte of a block is in the hands of the socket. */
  record Sent(Connection to, Block block) implements Posted {}

  /** No thread of it is left. */
  record Lost(Remote remote, Reason reason) implements Posted {}

  /** The disk failed. */
  record DiskTrouble(DiskFault fault, String why) implements Posted {}

  /** The content is complete and on the disk. */
  record Settled() implements Posted {}

  /** A thread of the transfer met a bug. */
  record Crashed(Throwable bug) implements Posted {}

  /** These are the neighbours now. */
  record Neighbours(List<Endpoint> neighbours) implements Posted {}

  /** The pace of the transfer has changed. */
  record Paced() implements Posted {}

  /** Somebody names peers. */
  record Learnt(SwarmEvent.PeersLearnt peers) implements Posted {}

  /** Hashes were computed for a peer, or could not be. */
  record HashesRead(SwarmEvent.HashesRead answer) implements Posted {}

  /** The transfer is over. */
  record Close() implements Posted {}
}
