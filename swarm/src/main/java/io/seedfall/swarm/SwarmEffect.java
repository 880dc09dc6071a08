package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;

/**
 * Everything that a {@link Swarm} asks of its driver. The only way out. Effects for one peer are
 * carried out in the order given.
 */
public sealed interface SwarmEffect {
  /** Dial; answered by PeerConnected or ConnectFailed. */
  record Connect(Endpoint remote) implements SwarmEffect {}

  /** Close; answered by PeerLost. Nothing is sent to this slot afterwards. */
  record Disconnect(int peer, Reason reason) implements SwarmEffect {}

  /** Write a message, any but a PIECE, behind what was given for this peer before. */
  record Send(int peer, PeerMessage message) implements SwarmEffect {}

  /**
   * Write a PIECE with its bytes from the verified file; answered by BlockSent (or PeerLost). What
   * of a foreign client's block reaches past the end of its piece is zeros.
   */
  record SendBlock(int peer, Block block) implements SwarmEffect {}

  /**
   * From now on blocks of this piece from this peer, and from no other, are hashed as they arrive
   * and written to their place, each answered by BlockStored; until VerifyPiece or AbandonPiece.
   */
  record ExpectPiece(int peer, int piece) implements SwarmEffect {}

  /**
   * The piece will not come from that peer: later bytes of it are dropped, none may reach the file.
   */
  record AbandonPiece(int peer, int piece) implements SwarmEffect {}

  /**
   * All blocks of the piece are stored: compare its hash; PieceVerified or PieceRejected answers.
   */
  record VerifyPiece(int piece) implements SwarmEffect {}

  /**
   * Compute hashes below the piece layer, with their proof, from pieces that are verified; answered
   * by HashesRead. Comes only where {@link TorrentKnowledge#piecesBelow} said that it can be done.
   */
  record ReadHashes(int peer, HashRequest request) implements SwarmEffect {}

  /** Something worth a log line, a counter or a picture. */
  record Report(SwarmNotice notice) implements SwarmEffect {}
}
