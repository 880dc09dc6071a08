package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.TorrentKnowledge.Span;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes hashes below the piece layer from the files, for peers that ask (BEP 52). One request
 * after the other, so that strangers who ask keep at most one core busy; the swarm bounds how many
 * wait. The thread ends when none does.
 */
final class HashReads {
  private static final Logger LOG = LoggerFactory.getLogger(HashReads.class);

  /** What is read at once: whole leaves, and no more than the content's buffers hold. */
  private static final int READ_BYTES = NodeParts.BLOCK_BYTES_MAX;

  private record Wanted(int peer, HashRequest request) {}

  private final PieceGeometry geometry;
  private final MetainfoTerms terms;
  private final Content content;
  private final Inbox<Posted> inbox;
  private final Threads threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Wanted> waiting = new ArrayDeque<>();
  private boolean isReading;

  HashReads(
      PieceGeometry geometry,
      MetainfoTerms terms,
      Content content,
      Inbox<Posted> inbox,
      Threads threads) {
    this.geometry = geometry;
    this.terms = terms;
    this.content = content;
    this.inbox = inbox;
    this.threads = threads;
  }

  /** Reads for a peer; HashesRead is posted in any case. The pieces are verified. */
  void read(int peer, HashRequest request) {
    lock.lock();
    try {
      waiting.add(new Wanted(peer, request));
      if (!isReading) {
        isReading = true;
        threads.start("seedfall-hashes", this::work);
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Wanted next() {
    lock.lock();
    try {
      Wanted next = waiting.poll();
      isReading = next != null;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    LeafHasher hasher = new LeafHasher();
    for (Wanted wanted = next(); wanted != null; wanted = next()) {
      inbox.put(
          new Posted.HashesRead(
              new SwarmEvent.HashesRead(
                  wanted.peer(), wanted.request(), hashes(wanted.request(), hasher))));
    }
  }

  /** Null when the files cannot be read, or are not what they were. */
  private @Nullable List<Hash256> hashes(HashRequest request, LeafHasher hasher) {
    Span span = terms.piecesBelow(request);
    if (span == null) {
      return null;
    }
    try {
      List<Hash256> leaves = new ArrayList<>();
      for (int piece = span.first(); piece < span.end(); piece++) {
        int length = geometry.pieceLength(piece);
        for (int at = 0; at < length; at += READ_BYTES) {
          Block block = new Block(piece, at, Math.min(READ_BYTES, length - at));
          try (Content.BlockBytes bytes = content.read(block)) {
            leaves.addAll(Arrays.asList(hasher.leaves(bytes.buffer())));
          }
        }
      }
      return terms.hashes(request, leaves);
    } catch (IOException | InternalError e) {
      LOG.debug("hashes for a peer: {}", e.toString()); // InternalError: a mapped file was cut
      return null;
    }
  }
}
