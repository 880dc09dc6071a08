package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage.ExtensionHandshake;
import io.seedfall.protocol.wire.PeerMessageCodec;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection of one swarm: a channel, a reader, a writer, a slot.
 *
 * <pre>
 *   open --close(reason), from any thread--> closing --both threads ended--> lost (posted once)
 * </pre>
 *
 * <p>The first reason counts. When Lost is posted no thread of the connection can touch a file any
 * more.
 */
final class Connection implements Remote {
  private final int slot;
  private final Greeted greeted;
  private final Outbox outbox = new Outbox();
  private final PeerMessageCodec codec;
  private final Inbox<Posted> inbox;
  private final PieceFence.Owner owner = new PieceFence.Owner();
  private final AtomicReference<@Nullable Reason> ended = new AtomicReference<>();
  private final AtomicInteger threadsLeft = new AtomicInteger(2);
  private volatile Endpoint name;

  /** Until the peer has said where it stands, it is taken to be outside. */
  private volatile Borders.Crossing crossing = Borders.Crossing.ALL;

  /** What its packets are marked with; the swarm's thread alone changes it. */
  private int trafficClass;

  private volatile long writingSinceNanos = NOT_WRITING;

  /** The value of {@link #writingSinceNanos} while the writer does not wait for the socket. */
  static final long NOT_WRITING = Long.MAX_VALUE;

  Connection(
      int slot, Greeted greeted, PieceGeometry geometry, int blockBytesMax, Inbox<Posted> inbox) {
    this.slot = slot;
    this.greeted = greeted;
    this.codec = new PeerMessageCodec(geometry.pieceCount(), blockBytesMax);
    this.inbox = inbox;
    this.name = greeted.facts().remote();
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public PieceFence.Owner owner() {
    return owner;
  }

  PeerFacts facts() {
    return greeted.facts();
  }

  Wire wire() {
    return greeted.wire();
  }

  /** What the peer may. */
  Permit permit() {
    return greeted.permit();
  }

  Outbox outbox() {
    return outbox;
  }

  @Override
  public boolean give(Outbox.Outgoing outgoing) {
    return outbox.add(outgoing);
  }

  /** The transfer's pace as far as one connection is concerned. */
  void pace(TransferPace pace) {
    outbox.hold(pace.paused());
    if (pace.trafficClass() != trafficClass) {
      trafficClass = pace.trafficClass();
      try {
        wire().mark(trafficClass);
      } catch (IOException e) {
        return; // it is being closed, or the system does not mark packets: they go all the same
      }
    }
  }

  @Override
  public void flush() {
    outbox.flush();
  }

  PeerMessageCodec codec() {
    return codec;
  }

  /** Where the peer listens as far as is known, else its end of the connection. */
  Endpoint name() {
    return name;
  }

  /** Which borders lie between here and the peer. */
  Borders.Crossing crossing() {
    return crossing;
  }

  /** Learns where a peer stands, and where it listens if it dialled us (BEP 10's {@code p}). */
  void heard(ExtensionHandshake handshake, Borders borders) {
    crossing = borders.crossing(handshake.grant());
    int port = handshake.listenPort();
    if (!facts().dialled() && port >= 1 && port <= 65_535) {
      name = new Endpoint(facts().remote().address(), port);
    }
  }

  /** Since when the writer waits for the socket without progress. */
  long writingSinceNanos() {
    return writingSinceNanos;
  }

  void writingSince(long nanos) {
    writingSinceNanos = nanos;
  }

  @Override
  public void close(Reason reason) {
    if (ended.compareAndSet(null, reason)) {
      outbox.close();
      greeted.close();
    }
  }

  @Override
  public boolean isClosed() {
    return ended.get() != null;
  }

  /** One of its two threads is at its end; the last one says that the connection is lost. */
  void threadEnded() {
    close(Reason.CONNECTION_LOST);
    if (threadsLeft.decrementAndGet() == 0) {
      Reason reason = ended.get();
      inbox.put(new Posted.Lost(this, reason == null ? Reason.CONNECTION_LOST : reason));
    }
  }

  @Override
  public String toString() {
    return "slot " + slot + ", " + name;
  }
}
