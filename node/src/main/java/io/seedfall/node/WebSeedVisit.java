package io.seedfall.node;

import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Reason;
import java.net.http.HttpClient;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A web seed while the swarm uses it: runs of pieces that it asks for, and the threads that fetch
 * them. The first trouble ends it, and {@link WebSeedLoop} comes back after a pause.
 *
 * <pre>
 *   open --close(reason), from any thread--> closing --all threads ended--> lost (posted once)
 * </pre>
 */
final class WebSeedVisit implements Remote {
  /** Connections to one web seed at once. */
  static final int CONNECTIONS_MAX = 4;

  /** Runs that may wait; the swarm asks for few at a time. */
  static final int ORDERS_MAX = 1024;

  /**
   * What a web seed offers to the swarm.
   *
   * @param id its name in the swarm, always the same
   * @param files where it has what
   * @param client to be shut down when the visit is over
   * @param patience with its answers
   * @param end completed when no thread of the visit is left
   */
  record Offer(
      PeerId id,
      WebFiles files,
      HttpClient client,
      WebSeedPatience patience,
      CompletableFuture<End> end) {}

  /**
   * How a visit ended.
   *
   * @param why what the server did, in words
   * @param delivered whether bytes came that could be used
   */
  record End(Reason reason, String why, boolean delivered) {}

  private final int slot;
  private final Offer offer;
  private final Inbox<Posted> inbox;
  private final PieceFence.Owner owner = new PieceFence.Owner();
  private final AtomicReference<@Nullable End> ended = new AtomicReference<>();
  private final AtomicInteger threadsLeft = new AtomicInteger(CONNECTIONS_MAX);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ordered = lock.newCondition();
  private final ArrayDeque<int[]> orders = new ArrayDeque<>();
  private volatile boolean delivered;

  WebSeedVisit(int slot, Offer offer, Inbox<Posted> inbox) {
    this.slot = slot;
    this.offer = offer;
    this.inbox = inbox;
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public PieceFence.Owner owner() {
    return owner;
  }

  Offer offer() {
    return offer;
  }

  /* --------------- what the swarm asks for --------------- */

  @Override
  public boolean give(Outbox.Outgoing outgoing) {
    int[] pieces =
        switch (outgoing) {
          case Outbox.Outgoing.Words(PeerMessage.RequestPiece(int piece)) -> new int[] {piece};
          case Outbox.Outgoing.Words(PeerMessage.RequestPieces(int[] run)) -> run;
          case Outbox.Outgoing.Words _, Outbox.Outgoing.Bytes _ ->
              throw new IllegalStateException("said to a web seed: " + outgoing);
        };
    lock.lock();
    try {
      if (orders.size() == ORDERS_MAX) {
        return false;
      }
      orders.add(pieces);
      ordered.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() {
    // a run is fetched from the moment on at which it is given
  }

  /** The next run of pieces, waiting for one; null when the visit is over. */
  int @Nullable [] nextRun() {
    lock.lock();
    try {
      while (orders.isEmpty() && !isClosed()) {
        ordered.awaitUninterruptibly();
      }
      return isClosed() ? null : orders.remove();
    } finally {
      lock.unlock();
    }
  }

  /** Bytes came that could be used. */
  void delivered() {
    delivered = true;
  }

  /* --------------- its end --------------- */

  @Override
  public void close(Reason reason) {
    close(reason, "");
  }

  /** It did what a web seed must not do, or nothing. */
  void trouble(String why) {
    close(Reason.CONNECTION_LOST, why);
  }

  private void close(Reason reason, String why) {
    if (ended.compareAndSet(null, new End(reason, why, false))) {
      offer.client().shutdownNow(); // whoever waits for an answer need not
      lock.lock();
      try {
        ordered.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public boolean isClosed() {
    return ended.get() != null;
  }

  /** One of its threads is at its end; the last one says that it is lost. */
  void threadEnded() {
    close(Reason.CONNECTION_LOST, "");
    End end = ended.get();
    if (threadsLeft.decrementAndGet() == 0 && end != null) {
      inbox.put(new Posted.Lost(this, end.reason()));
      offer.end().complete(new End(end.reason(), end.why(), delivered));
    }
  }

  @Override
  public String toString() {
    return "slot " + slot + ", web seed";
  }
}
