package io.seedfall.swarm;

import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * What was verified here, and who was told. A peer with sf_grant hears of a piece with the next
 * message that goes to it anyway, or a little later together with the pieces after it: one small
 * packet for each piece and neighbour would cost more than the pieces themselves. (A delay of four
 * pieces changes no ratio in the simulator.)
 */
final class Announcements {
  /** How many pieces (bundles of small ones) one packet is to tell of, as they come just now. */
  private static final int TOGETHER = 3;

  private final ArrayDeque<SwarmEffect> queue;
  private final long delayMaxNanos;
  private final int[] verified;
  private int count;
  private int toldToAll;
  private long verifiedNanos = Long.MIN_VALUE;
  private long intervalNanosSmoothed;
  private long flushAtNanos = Long.MAX_VALUE;
  private int[] last = new int[0];
  private int lastFrom = -1;

  Announcements(ArrayDeque<SwarmEffect> queue, SwarmSettings settings, int pieces) {
    this.queue = queue;
    this.delayMaxNanos = settings.haveDelayMaxNanos();
    this.verified = new int[pieces];
  }

  /**
   * A piece is verified here.
   *
   * @param withTheLast whether it came in one bundle with the one before it
   */
  void verified(int piece, boolean withTheLast, long nowNanos) {
    if (verifiedNanos != Long.MIN_VALUE && !withTheLast) {
      long interval = Math.min(nowNanos - verifiedNanos, delayMaxNanos);
      intervalNanosSmoothed += (interval - intervalNanosSmoothed) / 8;
    }
    verifiedNanos = nowNanos;
    if (toldToAll == count) {
      flushAtNanos = nowNanos + Math.min(TOGETHER * intervalNanosSmoothed, delayMaxNanos);
    }
    verified[count++] = piece;
  }

  /** A peer that knows everything up to now from its handshake. */
  void joined(PeerSession session) {
    session.toldUpTo(count);
  }

  /** Tells one peer what it was not told yet. */
  void tell(PeerSession session) {
    int from = session.toldUpTo();
    while (from < count) {
      int to = Math.min(count, from + PeerMessage.Haves.PIECES_MAX);
      if (lastFrom != from || last.length != to - from) {
        last = Arrays.copyOfRange(verified, from, to);
        lastFrom = from;
      }
      queue.add(new SwarmEffect.Send(session.slot(), new PeerMessage.Haves(last)));
      from = to;
    }
    session.toldUpTo(count);
  }

  /** Tells everybody once the delay is over. */
  void flush(List<PeerSession> own, long nowNanos) {
    if (nowNanos < flushAtNanos) {
      return;
    }
    for (PeerSession session : own) {
      if (session.toldUpTo() < count) {
        session.spoke(nowNanos);
        tell(session);
      }
    }
    toldToAll = count;
    flushAtNanos = Long.MAX_VALUE;
  }

  /** When somebody has to be told. */
  long nextDeadlineNanos() {
    return flushAtNanos;
  }
}
