package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerSession.ForeignSide;
import java.util.ArrayList;

/**
 * What clients without sf_grant get: ordinary choke and unchoke (BEP 3). A few upload slots go
 * round robin over those that are interested.
 */
final class ForeignUploads {
  private final SwarmSettings settings;
  private final Uplink uplink;
  private final Effects effects;
  private final ArrayList<PeerSession> unchoked = new ArrayList<>();
  private final ArrayList<PeerSession> waiting = new ArrayList<>();

  ForeignUploads(SwarmSettings settings, Uplink uplink, Effects effects) {
    this.settings = settings;
    this.uplink = uplink;
    this.effects = effects;
  }

  void interested(PeerSession session, long nowNanos) {
    if (!session.foreign().theyAreInterested) {
      session.foreign().theyAreInterested = true;
      waiting.add(session);
      rotate(nowNanos);
    }
  }

  void notInterested(PeerSession session, long nowNanos) {
    session.foreign().theyAreInterested = false;
    waiting.remove(session);
    if (session.foreign().weUnchokeThem) {
      choke(session, nowNanos);
      rotate(nowNanos);
    }
  }

  /** Fills free slots, and frees those that were held long enough while somebody waits. */
  void rotate(long nowNanos) {
    while (!waiting.isEmpty() && unchoked.size() >= settings.foreignUploadSlots()) {
      PeerSession longest = unchoked.get(0);
      long held = nowNanos - longest.foreign().unchokedSinceNanos;
      if (held < settings.foreignSlotNanos()) {
        return;
      }
      choke(longest, nowNanos);
      waiting.add(longest);
    }
    while (!waiting.isEmpty() && unchoked.size() < settings.foreignUploadSlots()) {
      PeerSession next = waiting.remove(0);
      next.foreign().weUnchokeThem = true;
      next.foreign().unchokedSinceNanos = nowNanos;
      unchoked.add(next);
      effects.send(next, new PeerMessage.Unchoke(), nowNanos);
    }
  }

  private void choke(PeerSession session, long nowNanos) {
    unchoked.remove(session);
    session.foreign().weUnchokeThem = false;
    effects.send(session, new PeerMessage.Choke(), nowNanos);
    Transfer upload = session.foreign().upload;
    while (upload != null && upload.hasQueued()) {
      Block block = upload.dropNext();
      reject(session, block, nowNanos);
    }
  }

  /** A request for a valid block; false when the peer queues more than it may. */
  boolean requested(PeerSession from, Block block, boolean weHaveIt, long nowNanos) {
    ForeignSide foreign = from.foreign();
    if (!foreign.weUnchokeThem || !weHaveIt) {
      reject(from, block, nowNanos);
      return true;
    }
    Transfer upload = foreign.upload;
    if (upload == null) {
      upload = new Transfer(from, null, 0, nowNanos);
      foreign.upload = upload;
      uplink.open(upload);
    }
    if (upload.queuedBlocks() >= settings.requestsQueuedMax()) {
      reject(from, block, nowNanos);
      return from.facts().fast();
    }
    upload.enqueue(block, nowNanos);
    uplink.queued();
    return true;
  }

  void cancelled(PeerSession from, Block block, long nowNanos) {
    Transfer upload = from.foreign().upload;
    if (upload != null && upload.cancel(block)) {
      reject(from, block, nowNanos);
    }
  }

  private void reject(PeerSession to, Block block, long nowNanos) {
    if (to.facts().fast()) {
      effects.send(
          to,
          new PeerMessage.RejectRequest(block.piece(), block.offset(), block.length()),
          nowNanos);
    }
  }

  /** Forgets a client that is gone; its slot goes to the next. */
  void lost(PeerSession session, long nowNanos) {
    waiting.remove(session);
    if (unchoked.remove(session)) {
      rotate(nowNanos);
    }
  }
}
