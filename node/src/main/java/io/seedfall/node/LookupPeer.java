package io.seedfall.node;

import io.seedfall.protocol.wire.Decoded;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessageCodec;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A talk with one peer about a torrent of which only the name is known here. One thread talks and
 * waits for the answers; any thread may end it by closing it.
 */
final class LookupPeer implements AutoCloseable {
  /** How long a peer may go without an answer that helps. */
  static final int SILENCE_MILLIS_MAX = 10_000;

  /** How long one talk may be, whatever the peer says. */
  static final long TALK_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

  /** The largest info dictionary that is asked for. */
  static final int METADATA_BYTES_MAX = 32 * 1024 * 1024;

  /** Requests that are under way at one peer. */
  static final int REQUESTS_MAX = 8;

  private static final String CLIENT = "Seedfall 0.1";
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Greeted greeted;
  private final PeerMessageCodec codec = new PeerMessageCodec(PeerMessageCodec.PIECES_UNKNOWN, 0);
  private final long endNanos = System.nanoTime() + TALK_NANOS_MAX;
  private long helpfulNanos = System.nanoTime();
  private final ByteBuffer in =
      ByteBuffer.allocate(Math.max(BUFFER_BYTES, codec.wholeMessageBytesMax())).limit(0);

  /** Takes over the channel. */
  LookupPeer(Greeted greeted) {
    this.greeted = greeted;
  }

  /**
   * The bytes that it gives for the info dictionary (BEP 9). Nothing about them is known but their
   * number.
   *
   * @throws ProtocolException when it has none, breaks the protocol or says too much
   * @throws SocketTimeoutException when it takes too long
   */
  byte[] metadata() throws IOException {
    int total = introduce();
    byte[][] pieces = new byte[Math.ceilDiv(total, MetainfoTerms.METADATA_PIECE_BYTES)][];
    int asked = 0;
    int got = 0;
    while (got < pieces.length) {
      while (asked < pieces.length && asked - got < REQUESTS_MAX) {
        say(new PeerMessage.MetadataRequest(asked++));
      }
      PeerMessage answer = hear();
      if (answer instanceof PeerMessage.MetadataData(int piece, int theirTotal, byte[] data)) {
        if (theirTotal != total || piece >= asked || pieces[piece] != null) {
          throw new ProtocolException("metadata that nobody asked for: piece " + piece);
        }
        pieces[piece] = data; // the codec checked its length against the total
        got++;
        helped();
      } else if (answer instanceof PeerMessage.MetadataReject) {
        throw new ProtocolException("it refuses to give the metadata");
      }
    }
    ByteBuffer whole = ByteBuffer.allocate(total);
    Arrays.stream(pieces).forEach(whole::put);
    return whole.array();
  }

  /** Says who we are and hears who it is; how many bytes of metadata it has. */
  private int introduce() throws IOException {
    greet(true);
    while (true) {
      if (hear() instanceof PeerMessage.ExtensionHandshake theirs) {
        if (!theirs.hasMetadataExchange() || theirs.metadataBytes() == 0) {
          throw new ProtocolException("it has no metadata to give");
        }
        if (theirs.metadataBytes() > METADATA_BYTES_MAX) {
          throw new ProtocolException(
              "metadata: %d bytes (expected: <= %d)"
                  .formatted(theirs.metadataBytes(), METADATA_BYTES_MAX));
        }
        helped();
        return theirs.metadataBytes();
      }
    }
  }

  /** Our first words, needed before anything else: we have nothing (BEP 6), and who we are. */
  void greet(boolean wantsMetadata) throws IOException {
    if (greeted.facts().fast()) {
      say(new PeerMessage.HaveNone());
    }
    if (greeted.facts().extensions()) {
      say(new PeerMessage.ExtensionHandshake(0, 0, 0, CLIENT, true, null));
    } else if (wantsMetadata) {
      throw new ProtocolException("it does not speak BEP 10");
    }
  }

  void say(PeerMessage message) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(codec.encodedBytes(message));
    codec.encode(message, out);
    out.flip();
    while (out.hasRemaining()) {
      greeted.wire().write(new ByteBuffer[] {out}); // few and small: they fit the send buffer
    }
  }

  /** The last answer was of use: the peer has its full time for the next one. */
  void helped() {
    helpfulNanos = System.nanoTime();
  }

  /** The next message. */
  PeerMessage hear() throws IOException {
    while (true) {
      switch (codec.decode(in)) {
        case Decoded.Message(PeerMessage message) -> {
          return message;
        }
        case Decoded.Malformed(String reason) -> throw new ProtocolException(reason);
        case Decoded.NeedMoreBytes _ -> fill();
      }
    }
  }

  private void fill() throws IOException {
    in.compact();
    int got = greeted.wire().readWithin(in.array(), in.position(), in.remaining(), millisLeft());
    if (got < 0) {
      throw new EOFException("it hung up");
    }
    in.position(in.position() + got).flip();
  }

  private int millisLeft() throws SocketTimeoutException {
    long now = System.nanoTime();
    long silence = TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS_MAX) - (now - helpfulNanos);
    long left = TimeUnit.NANOSECONDS.toMillis(Math.min(silence, endNanos - now));
    if (left < 1) {
      throw new SocketTimeoutException("no answer that helps");
    }
    return (int) left;
  }

  @Override
  public void close() {
    greeted.close();
  }
}
