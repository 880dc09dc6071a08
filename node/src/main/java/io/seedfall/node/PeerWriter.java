package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.DiskFault;
import io.seedfall.swarm.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing half of a connection, on a virtual thread of its own. What waits in the outbox up to
 * and with the next block goes out in one gathering write: messages, the block's header, the
 * block's bytes. So a message waits for at most one block in front of it.
 */
final class PeerWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerWriter.class);

  /** What is taken from the outbox at once. */
  private static final int BATCH_MAX = 1024;

  /** How long a writer rests that was told to wait before its outbox was. */
  private static final long HELD_NANOS = 1_000_000L;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Connection connection;
  private final PieceGeometry geometry;
  private final Content content;
  private final Inbox<Posted> inbox;
  private final NodeParts parts;
  private final TransferTraffic traffic;
  private final List<Outbox.Outgoing> batch = new ArrayList<>();

  PeerWriter(
      Connection connection,
      PieceGeometry geometry,
      Content content,
      Inbox<Posted> inbox,
      NodeParts parts,
      TransferTraffic traffic) {
    this.connection = connection;
    this.geometry = geometry;
    this.content = content;
    this.inbox = inbox;
    this.parts = parts;
    this.traffic = traffic;
  }

  @Override
  public void run() {
    ByteBuffer phrase = parts.phrases().acquire();
    try {
      while (connection.outbox().take(batch, BATCH_MAX)) {
        for (Outbox.Outgoing outgoing : batch) {
          switch (outgoing) {
            case Outbox.Outgoing.Words(PeerMessage message) -> append(phrase, message);
            case Outbox.Outgoing.Bytes(Block block) -> send(phrase, block);
          }
        }
        batch.clear();
        write(phrase, NOTHING);
      }
    } catch (IOException e) {
      connection.close(Reason.CONNECTION_LOST);
    } catch (RuntimeException | Error e) {
      inbox.put(new Posted.Crashed(e));
    } finally {
      parts.phrases().release(phrase);
      connection.threadEnded();
    }
  }

  private void append(ByteBuffer phrase, PeerMessage message) throws IOException {
    int bytes = connection.codec().encodedBytes(message);
    if (bytes > phrase.remaining()) {
      write(phrase, NOTHING);
    }
    if (bytes > phrase.capacity()) {
      ByteBuffer large = ByteBuffer.allocate(bytes);
      connection.codec().encode(message, large);
      write(phrase, large.flip());
    } else {
      connection.codec().encode(message, phrase);
    }
  }

  private void send(ByteBuffer phrase, Block block) throws IOException {
    if (!connection.permit().mayTake()) {
      LOG.info("{} asks for content that it may not have", connection);
      connection.close(Reason.PROTOCOL_VIOLATION);
      return;
    }
    Lane lane = traffic.sending();
    Borders borders = parts.borders();
    Borders.Crossing crossing = connection.crossing();
    if (lane.limits() || borders.limitsOut(crossing)) {
      write(phrase, NOTHING); // messages do not wait for the block's turn
    }
    borders.awaitOut(crossing, block.length(), this::isHeldUp);
    lane.awaitOwnCap(block.length(), this::isHeldUp);
    if (!lane.awaitTurn(block.length(), this::isHeldUp)) {
      giveBack(block);
      return;
    }
    try {
      lane.awaitNodesCap(block.length(), this::isHeldUp);
      if (traffic.isPaused()) {
        giveBack(block);
      } else {
        sendNow(phrase, block);
      }
    } finally {
      lane.moved(block.length());
    }
  }

  private boolean isHeldUp() {
    return connection.isClosed() || traffic.isPaused();
  }

  /** It stays the next one, for the time when the transfer goes on. */
  private void giveBack(Block block) {
    connection.outbox().giveBack(new Outbox.Outgoing.Bytes(block));
    LockSupport.parkNanos(this, HELD_NANOS); // until the swarm's thread holds the outbox
  }

  private void sendNow(ByteBuffer phrase, Block block) throws IOException {
    PeerMessage header = new PeerMessage.Piece(block.piece(), block.offset(), block.length());
    Block inside = geometry.unpadded(block);
    if (inside == null) {
      append(phrase, header);
      write(phrase, ByteBuffer.allocate(block.length())); // all of it is a pad file
    } else {
      sendContent(phrase, header, inside, block.length() - inside.length());
    }
    inbox.put(new Posted.Sent(connection, block));
  }

  private void sendContent(ByteBuffer phrase, PeerMessage header, Block block, int padBytes)
      throws IOException {
    try (Content.BlockBytes bytes = read(block)) {
      append(phrase, header);
      write(phrase, bytes.buffer());
      if (padBytes > 0) {
        write(phrase, ByteBuffer.allocate(padBytes));
      }
    } catch (IOException e) {
      blameDisk(block); // a mapped file that was cut makes the socket's write fail
      throw e;
    }
  }

  private Content.BlockBytes read(Block block) throws IOException {
    try {
      return content.read(block);
    } catch (ContentChangedException e) {
      throw e;
    } catch (IOException e) {
      inbox.put(new Posted.DiskTrouble(DiskFault.IO_ERROR, "cannot read: " + Words.of(e)));
      throw e;
    }
  }

  private void blameDisk(Block block) {
    try {
      content.checkUnchanged(block);
    } catch (ContentChangedException e) {
      inbox.put(new Posted.DiskTrouble(DiskFault.CONTENT_CHANGED, String.valueOf(e.getMessage())));
    }
  }

  /** Writes {@code phrase} and {@code more}, and leaves {@code phrase} empty. */
  private void write(ByteBuffer phrase, ByteBuffer more) throws IOException {
    phrase.flip();
    ByteBuffer[] both = {phrase, more};
    try {
      while (phrase.hasRemaining() || more.hasRemaining()) {
        connection.writingSince(System.nanoTime());
        connection.wire().write(both);
      }
    } finally {
      connection.writingSince(Connection.NOT_WRITING);
      phrase.clear();
    }
  }
}
