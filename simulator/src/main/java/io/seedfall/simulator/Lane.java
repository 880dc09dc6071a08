package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: everything comes out in the order in which it went in.
 *
 * <pre>
 *   program -> queue -> [sender's uplink] -> latency -> [ports] -> net -> [hash, disk] -> program
 *                └ send buffer: its first bytes          └ receive window: bytes sent and not read ┘
 * </pre>
 *
 * <p>A message at the head of the queue leaves at once; a block leaves in chunks, when the uplink
 * has a turn for it, the receive window is open and every port on the way has room. BlockSent is
 * due when no more than the send buffer's bytes, counted to the block's end, are still to leave.
 */
final class Lane {
  /** Frames that a driver queues for one connection before it gives the connection up. */
  static final int QUEUED_FRAMES_MAX = 16_384;

  /** What a lane with a block at the head of its queue is doing. */
  private enum Turn {
    /** It has nothing to send, or its head is a message. */
    NONE,
    /** It stands in the uplink's queue. */
    READY,
    /** The uplink sends a chunk of it. */
    SENDING,
    /** Its receive window is full. */
    WINDOW_SHUT,
    /** A port on its way is full. */
    PORT_SHUT
  }

  private final Simulation simulation;
  private final Connection connection;
  private final int fromSide;
  private final Machine from;
  private final Machine to;
  private final Port[] path;
  private final NetworkSettings network;

  private final Fifo<Object> queue = new Fifo<>();
  private final Fifo<Object> unreported = new Fifo<>();
  private Turn turn = Turn.NONE;
  private int headSentBytes;
  private long queuedToBytes;
  private long departedToBytes;
  private boolean messageWaits;
  private boolean settleDue;

  private final Fifo<Object> net = new Fifo<>();
  private long windowBytes;
  private long lastArrivalNanos;
  private int landedChunks;
  private boolean readDue;
  private boolean storing;
  private boolean paused;
  private boolean held;
  private boolean acknowledgementsHeld;
  private long unacknowledgedBytes;

  Lane(Simulation simulation, Connection connection, int fromSide, Port[] path) {
    this.simulation = simulation;
    this.connection = connection;
    this.fromSide = fromSide;
    this.from = connection.machine(fromSide);
    this.to = connection.machine(1 - fromSide);
    this.path = path;
    this.network = simulation.network();
  }

  Connection connection() {
    return connection;
  }

  int fromSide() {
    return fromSide;
  }

  /* --------------- sending --------------- */

  void send(PeerMessage message) {
    int bytes = Frame.bytes(message);
    queuedToBytes += bytes;
    if (queue.isEmpty() && windowIsOpen()) {
      depart(message, bytes);
    } else {
      enqueue(message, bytes);
      messageWaits |= queue.size() == 1;
    }
  }

  /** Queues a block: {@code frame} is a {@link Block} or a {@link Frame.Corrupt}. */
  void sendBlock(Object frame) {
    int bytes = Frame.PIECE_HEADER_BYTES + Frame.block(frame).length();
    queuedToBytes += bytes;
    unreported.add(frame, queuedToBytes);
    enqueue(frame, bytes);
    settleLater();
    advance();
  }

  /** Forgets what has not left: this end is closed. */
  void clear() {
    queue.clear();
    unreported.clear();
    messageWaits = false;
  }

  /** {@link EventKind#SETTLE}: reports the blocks that are in the send buffer. */
  void settle() {
    settleDue = false;
    while (firstUnreportedIsBuffered() && connection.isOpen(fromSide)) {
      Block block = Frame.block(unreported.poll());
      from.program().blockSent(connection.slot(fromSide), block);
    }
  }

  private void enqueue(Object frame, int bytes) {
    if (queue.size() >= QUEUED_FRAMES_MAX) {
      connection.close(fromSide, Reason.TOO_SLOW_TO_READ);
      return;
    }
    queue.add(frame, bytes);
  }

  private boolean firstUnreportedIsBuffered() {
    return !unreported.isEmpty()
        && unreported.firstStamp() <= departedToBytes + network.sendBufferBytes();
  }

  private void settleLater() {
    if (!settleDue && firstUnreportedIsBuffered()) {
      settleDue = true;
      simulation.schedule(EventKind.SETTLE, simulation.now(), this, 0);
    }
  }

  /** Sends the messages at the head of the queue and gives a block behind them to the uplink. */
  private void advance() {
    while (!queue.isEmpty() && turn == Turn.NONE) {
      if (queue.first() instanceof PeerMessage message) {
        messageWaits = !windowIsOpen();
        if (messageWaits) {
          return;
        }
        int bytes = (int) queue.firstStamp();
        queue.poll();
        depart(message, bytes);
      } else {
        turn = Turn.READY;
        from.uplink().offer(this);
      }
    }
  }

  private void depart(PeerMessage message, int bytes) {
    departedToBytes += bytes;
    windowBytes += bytes;
    from.uplink().passMessage(bytes);
    lastArrivalNanos = simulation.arrivalNanos(simulation.now(), lastArrivalNanos);
    net.add(message, lastArrivalNanos);
    if (net.size() == 1 && !readDue) {
      readDue = true;
      simulation.schedule(EventKind.LANE_DUE, lastArrivalNanos, this, 0);
    }
    settleLater();
  }

  /** The uplink asks the lane at the head of its queue; false sends it to wait elsewhere. */
  boolean mayStart() {
    if (!connection.isOpen(fromSide) || queue.isEmpty()) {
      turn = Turn.NONE;
      return false;
    }
    if (!windowIsOpen()) {
      turn = Turn.WINDOW_SHUT;
      return false;
    }
    for (Port port : path) {
      if (port.isShut()) {
        turn = Turn.PORT_SHUT;
        port.await(this);
        return false;
      }
    }
    return true;
  }

  int nextChunkBytes() {
    int left = (int) queue.firstStamp() - headSentBytes;
    // The header travels with the last chunk, rather than thirteen bytes alone behind it.
    boolean rest = left <= network.chunkBytes() + Frame.PIECE_HEADER_BYTES;
    return rest ? left : network.chunkBytes();
  }

  void chunkStarts(int bytes, long beginNanos) {
    turn = Turn.SENDING;
    windowBytes += bytes;
    for (Port port : path) {
      port.reserve(bytes);
    }
    boolean last = headSentBytes + bytes == queue.firstStamp();
    net.add(last ? queue.first() : Frame.Part.PART, bytes);
    lastArrivalNanos = simulation.arrivalNanos(beginNanos, lastArrivalNanos);
    simulation.schedule(EventKind.ARRIVE, lastArrivalNanos, this, Hop.of(0, bytes));
  }

  void chunkSent(int bytes) {
    turn = Turn.NONE;
    departedToBytes += bytes;
    if (queue.isEmpty()) {
      headSentBytes = 0; // closed meanwhile
      return;
    }
    headSentBytes += bytes;
    if (headSentBytes == queue.firstStamp()) {
      queue.poll();
      headSentBytes = 0;
    }
    advance();
    if (!settleDue) {
      settle(); // nobody's turn is going on: no need to come back for it
    }
  }

  void portOpened() {
    turn = Turn.NONE;
    advance();
  }

  /* --------------- on the way --------------- */

  /** {@link EventKind#ARRIVE}. */
  void arrive(int hopAndBytes) {
    int hop = Hop.number(hopAndBytes);
    int bytes = Hop.bytes(hopAndBytes);
    long now = simulation.now();
    long begin = path[hop].admit(now, bytes);
    if (hop > 0) {
      path[hop - 1].release(bytes);
    }
    if (hop + 1 < path.length) {
      simulation.schedule(EventKind.ARRIVE, begin, this, Hop.of(hop + 1, bytes));
      return;
    }
    // A chunk cannot be through before a slower sender has sent its end.
    long through = Math.max(path[hop].freeAtNanos(), now + from.uplink().durationNanos(bytes));
    simulation.schedule(EventKind.LANDED, through, this, bytes);
  }

  /** {@link EventKind#LANDED}. */
  void landed(int bytes) {
    path[path.length - 1].release(bytes);
    landedChunks++;
    read();
  }

  /* --------------- receiving --------------- */

  /** {@link EventKind#LANE_DUE}, or the receiver has its connection now. */
  void due() {
    readDue = false;
    read();
  }

  /** {@link EventKind#STORED}: the block at the head is hashed and written. */
  void stored() {
    storing = false;
    if (mayRead()) {
      deliverBlock();
      read();
    }
  }

  /** From now on nothing is read here any more. */
  void pause() {
    paused = true;
  }

  private boolean mayRead() {
    int side = 1 - fromSide;
    return !paused && connection.isOpen(side) && connection.slot(side) >= 0;
  }

  private void read() {
    while (!net.isEmpty() && !storing && mayRead()) {
      Object head = net.first();
      if (head instanceof PeerMessage message) {
        if (net.firstStamp() > simulation.now()) {
          readLater(net.firstStamp());
          return;
        }
        net.poll();
        int bytes = Frame.bytes(message);
        to.downlink().admit(simulation.now(), bytes);
        freeWindow(bytes);
        to.program().heard(connection.slot(1 - fromSide), message);
      } else if (landedChunks == 0) {
        return;
      } else if (head instanceof Frame.Part) {
        landedChunks--;
        long bytes = net.firstStamp();
        net.poll();
        freeWindow(bytes);
      } else {
        long done = to.storedAtNanos(Frame.block(head).length());
        if (done > simulation.now()) {
          storing = true;
          simulation.schedule(EventKind.STORED, done, this, 0);
          return;
        }
        deliverBlock();
      }
    }
  }

  private void readLater(long arrivalNanos) {
    if (!readDue) {
      readDue = true;
      simulation.schedule(EventKind.LANE_DUE, arrivalNanos, this, 0);
    }
  }

  private void deliverBlock() {
    landedChunks--;
    long bytes = net.firstStamp();
    Object frame = net.poll();
    freeWindow(bytes);
    boolean corrupt = frame instanceof Frame.Corrupt;
    to.program().blockArrived(connection.slot(1 - fromSide), Frame.block(frame), corrupt);
  }

  /** Nothing leaves any more (what is on its way arrives), or it does again. */
  void hold(boolean on) {
    held = on;
    goOn();
  }

  boolean isHeld() {
    return held;
  }

  /** What is read here is not acknowledged any more, or it is again. */
  void holdAcknowledgements(boolean on) {
    acknowledgementsHeld = on;
    if (!on) {
      long bytes = unacknowledgedBytes;
      unacknowledgedBytes = 0;
      freeWindow(bytes);
    }
  }

  private boolean windowIsOpen() {
    return windowBytes < network.receiveWindowBytes() && !held;
  }

  private void freeWindow(long bytes) {
    if (acknowledgementsHeld) {
      unacknowledgedBytes += bytes;
      return;
    }
    windowBytes -= bytes;
    goOn();
  }

  /** Sends what the receive window or a partition held back, if that is over. */
  private void goOn() {
    if (!windowIsOpen()) {
      return;
    }
    if (turn == Turn.WINDOW_SHUT) {
      turn = Turn.NONE;
      advance();
    } else if (messageWaits) {
      advance();
    }
  }

  /** A hop's number and a chunk's bytes in one int. */
  private static final class Hop {
    private static final int BYTES_BITS = 28;

    static int of(int number, int bytes) {
      return number << BYTES_BITS | bytes;
    }

    static int number(int hopAndBytes) {
      return hopAndBytes >>> BYTES_BITS;
    }

    static int bytes(int hopAndBytes) {
      return hopAndBytes & ((1 << BYTES_BITS) - 1);
    }
  }

  @Override
  public @Nullable String toString() {
    return from + "->" + to;
  }
}
