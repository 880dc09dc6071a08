package io.seedfall.benchmarks;

import io.seedfall.control.ClientIdentity;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's side of RFC 6455 on bytes alone, as small as ten thousand of them in one process have
 * to be: what has come and is no whole message yet is all that it keeps. It trusts the server, and
 * does not check {@code Sec-WebSocket-Accept}.
 */
final class WebSocketFrames {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** The most bytes of one message, and of the answer to the upgrade. */
  static final int MESSAGE_BYTES_MAX = 2 << 20;

  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;
  private static final byte[] NOTHING = {};
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

  /** One message, or one control frame. */
  record Frame(int opcode, ByteBuffer payload) {
    String text() {
      return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
    }

    /** The same back. */
    ByteBuffer pong(int mask) {
      byte[] bytes = new byte[payload.remaining()];
      payload.duplicate().get(bytes);
      return frame(PONG, bytes, mask);
    }
  }

  /** What came is no WebSocket. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    Broken(String why) {
      super(why);
    }
  }

  private byte[] kept = NOTHING;
  private final ByteArrayOutputStream fragments = new ByteArrayOutputStream(0);
  private boolean upgraded;

  // ---- what is sent -------------------------------------------------------------------------

  /** Asks for a session; {@code bearer} is shown when it is not empty. */
  static ByteBuffer upgrade(InetSocketAddress server, String path, String bearer) {
    String request =
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                .formatted(path, server.getAddress().getHostAddress(), server.getPort())
            + (bearer.isEmpty() ? "" : ClientIdentity.HEADER + ": " + bearer + "\r\n")
            + "Sec-WebSocket-Key: c2VlZGZhbGwgYmVuY2ggIQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    return ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
  }

  /** One frame that is a whole message. */
  static ByteBuffer frame(int opcode, byte[] payload, int mask) {
    ByteBuffer frame = ByteBuffer.allocate(2 + Long.BYTES + Integer.BYTES + payload.length);
    frame.put((byte) (FIN | opcode));
    if (payload.length < LENGTH_16) {
      frame.put((byte) (MASKED | payload.length));
    } else if (payload.length < 1 << 16) {
      frame.put((byte) (MASKED | LENGTH_16)).putShort((short) payload.length);
    } else {
      frame.put((byte) (MASKED | LENGTH_64)).putLong(payload.length);
    }
    frame.putInt(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ mask >>> (24 - 8 * (i & 3))));
    }
    return frame.flip();
  }

  // ---- what comes ---------------------------------------------------------------------------

  /** Whether the server has agreed. */
  boolean isUpgraded() {
    return upgraded;
  }

  /** Takes what came, all of it, and gives what is whole by now. */
  List<Frame> take(ByteBuffer came) throws Broken {
    ByteBuffer all = came;
    if (kept.length > 0) {
      all = ByteBuffer.allocate(kept.length + came.remaining()).put(kept).put(came).flip();
    }
    List<Frame> frames = new ArrayList<>();
    if (upgraded || takeAnswer(all)) {
      boolean more = true;
      while (more) {
        more = takeFrame(all, frames);
      }
    }
    if (all.remaining() > MESSAGE_BYTES_MAX) {
      throw new Broken("a message over " + MESSAGE_BYTES_MAX + " bytes");
    }
    kept = all.hasRemaining() ? new byte[all.remaining()] : NOTHING;
    all.get(kept);
    return frames;
  }

  private boolean takeAnswer(ByteBuffer all) throws Broken {
    int end = headEnd(all);
    if (end < 0) {
      return false;
    }
    byte[] head = new byte[end - all.position()];
    all.get(head);
    String status = new String(head, StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
    if (!status.startsWith("HTTP/1.1 101")) {
      throw new Broken("no session there: " + status);
    }
    upgraded = true;
    return true;
  }

  private static int headEnd(ByteBuffer all) {
    for (int at = all.position(); at + HEAD_END.length <= all.limit(); at++) {
      int same = 0;
      while (same < HEAD_END.length && all.get(at + same) == HEAD_END[same]) {
        same++;
      }
      if (same == HEAD_END.length) {
        return at + HEAD_END.length;
      }
    }
    return -1;
  }

  /** False, and nothing taken, when the next frame is not all there. */
  private boolean takeFrame(ByteBuffer all, List<Frame> frames) throws Broken {
    if (all.remaining() < 2) {
      return false;
    }
    int start = all.position();
    int first = all.get() & 0xff;
    int shortLength = all.get() & 0xff;
    int more = shortLength == LENGTH_16 ? Short.BYTES : shortLength == LENGTH_64 ? Long.BYTES : 0;
    if (all.remaining() < more) {
      all.position(start);
      return false;
    }
    long length =
        switch (more) {
          case Short.BYTES -> all.getShort() & 0xffff;
          case Long.BYTES -> all.getLong();
          default -> shortLength;
        };
    if (length < 0 || length > MESSAGE_BYTES_MAX || fragments.size() > MESSAGE_BYTES_MAX) {
      throw new Broken("a message over " + MESSAGE_BYTES_MAX + " bytes");
    }
    if (all.remaining() < length) {
      all.position(start);
      return false;
    }
    byte[] payload = new byte[(int) length];
    all.get(payload);
    put(first & 0xf, (first & FIN) != 0, payload, frames);
    return true;
  }

  private void put(int opcode, boolean last, byte[] payload, List<Frame> frames) {
    if (last && opcode != CONTINUATION) {
      frames.add(new Frame(opcode, ByteBuffer.wrap(payload)));
      return;
    }
    fragments.writeBytes(payload);
    if (last) {
      frames.add(
          new Frame(
              TEXT, ByteBuffer.wrap(fragments.toByteArray()))); // we are sent nothing but text
      fragments.reset();
    }
  }
}
