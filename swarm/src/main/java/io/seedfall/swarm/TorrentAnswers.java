package io.seedfall.swarm;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What peers are told about the torrent itself: the info dictionary (BEP 9) and the hashes of its
 * files (BEP 52). Hashes below the piece layer are nowhere kept: the driver reads them from pieces
 * that are verified here, a few requests at a time; the others are rejected.
 */
final class TorrentAnswers {
  /** Requests of one peer that are being read. */
  static final int READS_PER_PEER_MAX = 4;

  /** Requests of all peers that are being read. */
  static final int READS_MAX = 32;

  private record Read(PeerSession from, HashRequest request) {}

  private final TorrentKnowledge knowledge;
  private final PieceSet have;
  private final Effects effects;
  private final ArrayList<Read> wanted = new ArrayList<>();
  private int underway;

  TorrentAnswers(TorrentKnowledge knowledge, PieceSet have, Effects effects) {
    this.knowledge = knowledge;
    this.have = have;
    this.effects = effects;
  }

  void metadata(PeerSession from, int piece, long nowNanos) {
    byte[] bytes = knowledge.metadataPiece(piece);
    effects.send(
        from,
        bytes == null
            ? new PeerMessage.MetadataReject(piece)
            : new PeerMessage.MetadataData(piece, knowledge.metadataBytes(), bytes),
        nowNanos);
  }

  void hashes(PeerSession from, HashRequest request, long nowNanos) {
    List<Hash256> hashes = knowledge.hashes(request);
    if (hashes == null && mayRead(from, request)) {
      wanted.add(new Read(from, request));
      underway++;
      effects.add(new SwarmEffect.ReadHashes(from.slot(), request));
      return;
    }
    answer(from, request, hashes, nowNanos);
  }

  private boolean mayRead(PeerSession from, HashRequest request) {
    TorrentKnowledge.Span span = knowledge.piecesBelow(request);
    if (span == null || underway >= READS_MAX) {
      return false;
    }
    int missing = have.nextMissing(span.first());
    if (missing >= 0 && missing < span.end()) {
      return false;
    }
    int ofThisPeer = 0;
    for (Read read : wanted) {
      ofThisPeer += read.from() == from ? 1 : 0;
    }
    return ofThisPeer < READS_PER_PEER_MAX;
  }

  /** The driver has read; who asked may be gone, and another peer in its slot. */
  void read(int slot, HashRequest request, @Nullable List<Hash256> hashes, long nowNanos) {
    if (underway == 0) {
      throw new IllegalStateException("hashes were read that nobody asked for: " + request);
    }
    underway--;
    for (Read read : wanted) {
      if (read.from().slot() == slot && read.request().equals(request)) {
        wanted.remove(read);
        answer(read.from(), request, hashes, nowNanos);
        return;
      }
    }
  }

  /** A peer is gone; the driver still says when it has read what that peer had asked for. */
  void lost(PeerSession session) {
    wanted.removeIf(read -> read.from() == session);
  }

  private void answer(
      PeerSession to, HashRequest request, @Nullable List<Hash256> hashes, long nowNanos) {
    effects.send(
        to,
        hashes == null
            ? new PeerMessage.HashReject(
                request.piecesRoot(),
                request.baseLayer(),
                request.index(),
                request.length(),
                request.proofLayers())
            : new PeerMessage.Hashes(
                request.piecesRoot(),
                request.baseLayer(),
                request.index(),
                request.length(),
                request.proofLayers(),
                hashes),
        nowNanos);
  }
}
