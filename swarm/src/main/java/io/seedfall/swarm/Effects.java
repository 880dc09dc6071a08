package io.seedfall.swarm;

import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the swarm wants done, in order, until its driver polls it. */
final class Effects {
  private final ArrayDeque<SwarmEffect> queue = new ArrayDeque<>();
  private final Announcements announcements;

  Effects(SwarmSettings settings, int pieces) {
    this.announcements = new Announcements(queue, settings, pieces);
  }

  Announcements announcements() {
    return announcements;
  }

  void add(SwarmEffect effect) {
    queue.add(effect);
  }

  /** A message to a peer that is still there; nothing is ever sent to a closed session. */
  void send(PeerSession session, PeerMessage message, long nowNanos) {
    if (session.isClosed()) {
      throw new IllegalStateException("send to closed " + session + ": " + message);
    }
    session.spoke(nowNanos);
    if (session.isOwn()) {
      announcements.tell(session);
    }
    queue.add(new SwarmEffect.Send(session.slot(), message));
  }

  void report(SwarmNotice notice) {
    queue.add(new SwarmEffect.Report(notice));
  }

  @Nullable SwarmEffect poll() {
    return queue.poll();
  }
}
