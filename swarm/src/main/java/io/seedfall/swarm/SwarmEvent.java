package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can happen to a {@link Swarm}. The only way in.
 *
 * <p>{@code peer} is a slot: a small number that the driver gives to a connection, free again once
 * {@link PeerLost} for it was handled. {@link PeerConnected} is the first event of a slot and
 * {@link PeerLost} the last, and comes for every slot, also for one that the swarm disconnected.
 */
public sealed interface SwarmEvent {
  /** These are the neighbours now; the list replaces the one before. */
  record NeighboursChanged(List<Endpoint> neighbours) implements SwarmEvent {}

  /** There may be peers at these endpoints: somebody says so. */
  record PeersLearnt(List<Endpoint> peers, Source source) implements SwarmEvent {
    /** Who says so. */
    public enum Source {
      /** A tracker (BEP 3, 15). */
      TRACKER,
      /** A link, or whoever started this (BEP 9). */
      LINK,
      /** The local network (BEP 14). */
      LOCAL
    }
  }

  /** Handshakes have passed both ways; nothing else was sent yet. */
  record PeerConnected(int peer, PeerFacts facts) implements SwarmEvent {}

  /**
   * There is a web seed (BEP 19): it has everything and says nothing. It is asked with REQUEST
   * PIECE and REQUEST PIECES, which nobody grants: the pieces of one message lie beside each other.
   *
   * @param id a name of its own, always the same for the same server: a ban holds it
   */
  record WebSeedConnected(int peer, PeerId id) implements SwarmEvent {}

  /** A {@link SwarmEffect.Connect} came to nothing. */
  record ConnectFailed(Endpoint remote) implements SwarmEvent {}

  /** A connection is over; blocks on their way in or out with it are lost. */
  record PeerLost(int peer, Reason reason) implements SwarmEvent {}

  /** A message came, any but a PIECE. */
  record PeerSpoke(int peer, PeerMessage message) implements SwarmEvent {}

  /** A block that was asked for came, was hashed and is in its place in the file. */
  record BlockStored(int peer, Block block) implements SwarmEvent {}

  /**
   * A block came that this peer was not (or no longer) expected to send; its bytes were dropped.
   */
  record BlockDropped(int peer, Block block) implements SwarmEvent {}

  /** The last byte of a block of ours is in the hands of the socket. */
  record BlockSent(int peer, Block block) implements SwarmEvent {}

  /** The answer to {@link SwarmEffect.VerifyPiece}: the bytes on disk have the piece's hash. */
  record PieceVerified(int piece) implements SwarmEvent {}

  /** The answer to {@link SwarmEffect.VerifyPiece}: they do not. */
  record PieceRejected(int piece) implements SwarmEvent {}

  /**
   * The answer to {@link SwarmEffect.ReadHashes}: the hashes and their proof, null when they could
   * not be read. It comes for every such effect, also when the peer is lost.
   */
  record HashesRead(int peer, HashRequest request, @Nullable List<Hash256> hashes)
      implements SwarmEvent {}

  /**
   * The disk failed under us; no further piece can be stored (or served, when the content changed).
   */
  record DiskFailed(DiskFault fault) implements SwarmEvent {}

  /** {@link Swarm#nextDeadlineNanos} has come, or may have: never harmful. */
  record TimeAdvanced() implements SwarmEvent {}
}
