package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;

/** What a {@link Swarm} tells the outside about itself. Nothing depends on a notice being read. */
public sealed interface SwarmNotice {
  /** Every piece is here and verified. */
  record Finished() implements SwarmNotice {}

  /** The first pass is over: every piece was handed out once. */
  record FirstPassFinished() implements SwarmNotice {}

  /** A peer was connected. */
  record PeerJoined(Endpoint remote, boolean speaksGrants) implements SwarmNotice {}

  /** A peer is gone. */
  record PeerLeft(Endpoint remote, Reason reason) implements SwarmNotice {}

  /** A piece from this peer failed its hash; the peer is banned. */
  record PeerBanned(Endpoint remote, int piece) implements SwarmNotice {}

  /** A peer let us ask and then sent nothing: the piece is free for others. */
  record TransferStalled(Endpoint remote, int piece) implements SwarmNotice {}

  /** The disk failed: nothing more is asked for. */
  record DiskStopped(DiskFault fault) implements SwarmNotice {}
}
