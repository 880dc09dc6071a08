package io.seedfall.swarm;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer can tell others about its torrent beyond pieces: the info dictionary and hashes. */
public interface TorrentKnowledge {
  /** A peer that can tell nothing, as in a simulation. */
  TorrentKnowledge NONE =
      new TorrentKnowledge() {
        @Override
        public int metadataBytes() {
          return 0;
        }

        @Override
        public byte @Nullable [] metadataPiece(int piece) {
          return null;
        }

        @Override
        public @Nullable List<Hash256> hashes(HashRequest request) {
          return null;
        }
      };

  /** Bytes of the info dictionary, 0 when it is not to be had here. */
  int metadataBytes();

  /**
   * The 16 KiB of the info dictionary with that number (BEP 9), null when there is no such piece.
   */
  byte @Nullable [] metadataPiece(int piece);

  /**
   * Pieces in a row.
   *
   * @param first the first of them
   * @param end the one behind the last
   */
  record Span(int first, int end) {}

  /**
   * The pieces from whose bytes the driver can compute what {@link #hashes} has not at hand
   * (leaves, and other layers below the piece layer), null when it cannot.
   */
  default @Nullable Span piecesBelow(HashRequest request) {
    return null;
  }

  /** The hashes and their proof as BEP 52 orders them, null when they are not at hand. */
  @Nullable List<Hash256> hashes(HashRequest request);
}
