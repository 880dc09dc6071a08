package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.Decoded;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reading half of a connection, on a virtual thread of its own: bytes to messages to the
 * swarm's inbox, blocks to their place in the file. A full inbox stops it, and TCP then stops the
 * peer.
 *
 * <p>A block goes from the socket straight into a pooled buffer, is hashed there leaf by leaf and
 * written with one positional write ({@link BlockStore}).
 */
final class PeerReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerReader.class);

  /** What is read at once while a limiter is at work. */
  private static final int LIMITED_BYTES = 64 * 1024;

  private final Connection connection;
  private final PieceGeometry geometry;
  private final BlockStore store;
  private final Inbox<Posted> inbox;
  private final NodeParts parts;
  private final Lane lane;

  /** What was read and not understood yet, between position and limit. */
  private ByteBuffer in;

  /**
   * A reader that {@link #run} starts.
   *
   * @param content where blocks go, null when none is ever expected
   * @param lane what comes in passes it
   */
  PeerReader(
      Connection connection,
      PieceGeometry geometry,
      @Nullable FetchedContent content,
      Inbox<Posted> inbox,
      NodeParts parts,
      Lane lane) {
    this.connection = connection;
    this.geometry = geometry;
    this.store = new BlockStore(connection, content, inbox, parts);
    this.inbox = inbox;
    this.parts = parts;
    this.lane = lane;
    this.in = ByteBuffer.allocate(0);
  }

  @Override
  public void run() {
    ByteBuffer own = parts.frames().acquire();
    in = own.flip();
    try {
      read(own);
    } catch (IOException e) {
      connection.close(Reason.CONNECTION_LOST);
    } catch (RuntimeException | Error e) {
      inbox.put(new Posted.Crashed(e));
    } finally {
      store.settle();
      in = ByteBuffer.allocate(0);
      parts.frames().release(own);
      connection.threadEnded();
    }
  }

  private void read(ByteBuffer own) throws IOException {
    while (!connection.isClosed()) {
      switch (connection.codec().decode(in)) {
        case Decoded.NeedMoreBytes(int atLeast) -> fill(own, atLeast);
        case Decoded.Malformed(String reason) -> {
          LOG.debug("{}: {}", connection, reason);
          connection.close(Reason.PROTOCOL_VIOLATION);
        }
        case Decoded.Message(PeerMessage.Piece(int piece, int offset, int length)) ->
            receive(geometry.block(piece, offset, length));
        case Decoded.Message(PeerMessage message) -> {
          if (message instanceof PeerMessage.ExtensionHandshake handshake) {
            connection.heard(handshake, parts.borders());
          }
          store.settle(); // what came before it is told before it
          inbox.put(new Posted.Spoke(connection, message));
        }
      }
    }
  }

  /** Reads what is there, at least one byte; makes room for a message that is larger than most. */
  private void fill(ByteBuffer own, int atLeast) throws IOException {
    int needed = in.remaining() + atLeast;
    if (needed > in.capacity()) {
      in = ByteBuffer.allocate(needed).put(in); // bounded by the codec's limits
    } else if (in.capacity() > own.capacity() && needed <= own.capacity()) {
      in = own.clear().put(in);
    } else {
      in.compact();
    }
    int got = connection.wire().read(in);
    if (got > 0) {
      lane.awaitCaps(got, connection::isClosed);
    }
    in.flip();
    if (got < 0) {
      throw new EOFException("the peer closed");
    }
  }

  /* --------------- blocks --------------- */

  private void receive(@Nullable Block block) throws IOException {
    if (block == null) {
      connection.close(Reason.PROTOCOL_VIOLATION);
      return;
    }
    // Before there is a buffer for it: those are few, and others come from nearer.
    parts.borders().awaitIn(connection.crossing(), block.length(), connection::isClosed);
    store.take(block, this::take);
  }

  /** Fills {@code buffer} from what was read already and then from the socket. */
  private void take(ByteBuffer buffer) throws IOException {
    int copied = Math.min(in.remaining(), buffer.remaining());
    buffer.put(in.slice(in.position(), copied));
    in.position(in.position() + copied);
    int end = buffer.limit();
    boolean limits = lane.limits();
    while (buffer.position() < end) {
      buffer.limit(limits ? Math.min(end, buffer.position() + LIMITED_BYTES) : end);
      int got = connection.wire().read(buffer);
      if (got < 0) {
        throw new EOFException("the peer closed in a block");
      }
      lane.awaitCaps(got, connection::isClosed);
    }
    if (lane.awaitTurn(end, connection::isClosed)) {
      lane.moved(end);
    }
  }
}
