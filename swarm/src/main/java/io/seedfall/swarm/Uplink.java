package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The uplink of this peer: the oldest open transfer whose connection takes more goes first.
 *
 * <p>Blocking writers would give every connection the kernel's fair share. So only a few blocks are
 * handed out at a time over the whole uplink, and the next when one is in the socket's hands. A
 * connection whose receiver is busy keeps its blocks for long; after a patience they no longer
 * count, so that slow receivers do not hold up the others. It is the time that all blocks that may
 * be out need on the card: by its rate where somebody said it, else by what it was seen to do
 * ({@link UplinkRate}), and until then the longest that makes sense, because too long a patience
 * costs little and too short a one makes the first pieces late.
 */
final class Uplink {
  /** A block that the driver is writing. */
  private static final class Outgoing {
    private final Transfer transfer;
    private final int slot;
    private final Block block;
    private final long sinceNanos;
    private boolean counts = true;

    Outgoing(Transfer transfer, Block block, long sinceNanos) {
      this.transfer = transfer;
      this.slot = transfer.slot();
      this.block = block;
      this.sinceNanos = sinceNanos;
    }
  }

  private final SwarmSettings settings;
  private final Standings standings;
  private final Effects effects;
  private final ArrayList<Transfer> oldestFirst = new ArrayList<>();
  private final ArrayList<Outgoing> outgoing = new ArrayList<>();
  private final ArrayDeque<Outgoing> counted = new ArrayDeque<>();
  private int countedSize;
  private final UplinkRate rate = new UplinkRate();
  private boolean changed;
  private boolean waiting;

  Uplink(SwarmSettings settings, Standings standings, Effects effects) {
    this.settings = settings;
    this.standings = standings;
    this.effects = effects;
  }

  void open(Transfer transfer) {
    changed = true;
    oldestFirst.add(transfer);
  }

  void close(Transfer transfer) {
    changed = true;
    oldestFirst.remove(transfer);
  }

  /** A transfer has more to send. */
  void queued() {
    changed = true;
  }

  /** Whether there may be something to hand out since the last {@link #pump}. */
  boolean isChanged() {
    return changed;
  }

  int openTransfers() {
    return oldestFirst.size();
  }

  /** Hands out blocks while the uplink has room for them. */
  void pump(long nowNanos) {
    if (!changed && nowNanos < nextDeadlineNanos()) {
      return;
    }
    changed = false;
    forgetPatiently(nowNanos);
    int index = 0;
    while (countedSize < settings.uplinkBlocksMax() && index < oldestFirst.size()) {
      Transfer transfer = oldestFirst.get(index);
      if (!mayGoOn(transfer)) {
        index++;
        continue;
      }
      PeerSession to = transfer.to();
      Outgoing next = new Outgoing(transfer, transfer.takeNext(nowNanos), nowNanos);
      outgoing.add(next);
      counted.add(next);
      countedSize++;
      to.blockGivenToSocket();
      to.spoke(nowNanos);
      effects.add(new SwarmEffect.SendBlock(to.slot(), next.block));
      if (transfer.isEndless()) {
        // It never ends while the client keeps asking: it takes turns, else it would stay the
        // oldest.
        oldestFirst.remove(index);
        oldestFirst.add(transfer);
      }
    }
    waiting = countedSize >= settings.uplinkBlocksMax() && isAnyAfter(index);
  }

  private boolean isAnyAfter(int index) {
    for (int i = index; i < oldestFirst.size(); i++) {
      if (mayGoOn(oldestFirst.get(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean mayGoOn(Transfer transfer) {
    return transfer.hasQueued()
        && standings.inSocket(transfer.slot()) < settings.uplinkBlocksPerPeerMax();
  }

  /** The driver has written a block; returns its transfer, null when that was closed meanwhile. */
  @Nullable Transfer sent(PeerSession to, Block block, long nowNanos) {
    for (int i = 0; i < outgoing.size(); i++) {
      Outgoing candidate = outgoing.get(i);
      if (candidate.slot == to.slot() && candidate.block.equals(block)) {
        outgoing.remove(i);
        changed = true;
        uncount(candidate);
        rate.sent(block.length(), nowNanos);
        to.blockTakenBySocket();
        candidate.transfer.handedOver(block, nowNanos);
        return oldestFirst.contains(candidate.transfer) ? candidate.transfer : null;
      }
    }
    throw new IllegalStateException("sent but never handed out: " + block + " to " + to);
  }

  /** Forgets everything towards a peer that is gone. */
  void lost(PeerSession to) {
    changed = true;
    oldestFirst.removeIf(transfer -> transfer.to() == to);
    for (Iterator<Outgoing> each = outgoing.iterator(); each.hasNext(); ) {
      Outgoing candidate = each.next();
      if (candidate.slot == to.slot()) {
        each.remove();
        uncount(candidate);
      }
    }
  }

  /**
   * Since when the driver has been writing the oldest block to this peer; now when there is none.
   */
  long writingSinceNanos(PeerSession to, long nowNanos) {
    for (Outgoing candidate : outgoing) {
      if (candidate.slot == to.slot()) {
        return candidate.sinceNanos;
      }
    }
    return nowNanos;
  }

  /** When the oldest counted block loses its weight, if anything waits for that. */
  long nextDeadlineNanos() {
    Outgoing first = counted.peek();
    return first == null || !waiting ? Long.MAX_VALUE : first.sinceNanos + patienceNanos();
  }

  /** What all blocks that may be out need on this uplink, as far as its rate is known. */
  private long patienceNanos() {
    long perSecond = rate.bytesPerSecond();
    return perSecond == 0
        ? settings.uplinkPatienceMaxNanos()
        : Math.clamp(
            settings.uplinkBlocksMax() * (long) settings.blockBytes() * 1_000_000_000L / perSecond,
            settings.uplinkPatienceNanos(),
            settings.uplinkPatienceMaxNanos());
  }

  private void uncount(Outgoing block) {
    if (block.counts) {
      block.counts = false;
      countedSize--;
    }
    dropSettledHead();
  }

  private void forgetPatiently(long nowNanos) {
    for (Outgoing first = counted.peek(); first != null; first = counted.peek()) {
      if (first.counts && nowNanos - first.sinceNanos < patienceNanos()) {
        return;
      }
      counted.remove();
      if (first.counts) {
        first.counts = false;
        countedSize--;
      }
    }
  }

  private void dropSettledHead() {
    for (Outgoing first = counted.peek(); first != null && !first.counts; first = counted.peek()) {
      counted.remove();
    }
  }
}
